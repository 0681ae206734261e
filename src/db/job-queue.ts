import PgBoss from 'pg-boss';
import type { Db } from './pool.js';

/** Work that waits in the database and is done by one of the processes that share it. */
export interface JobQueue {
  /**
   * Puts work in. Of the same `key` only one waits at a time: a second one is dropped.
   * `after` (seconds) lets it wait.
   */
  put(queue: string, key: string, data: object, after?: number): Promise<void>;
  /** Takes work of one kind, one at a time in this process. */
  work<Data extends object>(queue: string, perform: (data: Data) => Promise<void>): Promise<void>;
  /** Waits for the work under way, a little. */
  close(): Promise<void>;
}

/** A job that a killed process left is given to another after this long. */
const EXPIRES_S = 15 * 60;
const POLL_S = 1;

/**
 * Opens the queue (pg-boss, schema `pgboss`, made when missing) on the pool of the store: the embedded engine has one
 * connection only. On it the work is done by this process alone.
 */
export async function openJobQueue(
  db: Db,
  queues: readonly string[],
  onError: (error: Error) => void,
): Promise<JobQueue> {
  const executeSql = async (text: string, values: unknown[] = []) => ({ rows: (await db.query(text, values)) ?? [] });
  const boss = new PgBoss({
    db: { executeSql },
    schedule: false,
    archiveCompletedAfterSeconds: 3600,
    deleteAfterDays: 7,
  });
  boss.on('error', onError);
  await boss.start();
  for (const name of queues) {
    await boss.createQueue(name, { name, policy: 'short', retryLimit: 0, expireInSeconds: EXPIRES_S });
  }
  return {
    async put(queue, key, data, after = 0) {
      await boss.send(queue, data, { singletonKey: key, ...(after > 0 && { startAfter: after }) });
    },
    async work<Data extends object>(queue: string, perform: (data: Data) => Promise<void>) {
      await boss.work<Data>(queue, { pollingIntervalSeconds: POLL_S, batchSize: 1 }, async ([job]) => {
        if (job) await perform(job.data);
      });
    },
    close: () => boss.stop({ graceful: true, wait: true, timeout: 10_000, close: false }),
  };
}
