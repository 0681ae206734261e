import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Takes nothing more, and waits for the work under way. */
  close(): Promise<void>;
}

/** A job that a killed process left is given to another after this long. */
const EXPIRES_S = 15 * 60;
const POLL_MS = 1000;
const OUTAGE_MS = 5000;

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
  const closing = new AbortController();
  const loops: Promise<void>[] = [];
  return {
    async put(queue, key, data, after = 0) {
      await boss.send(queue, data, { singletonKey: key, ...(after > 0 && { startAfter: after }) });
    },
    async work<Data extends object>(queue: string, perform: (data: Data) => Promise<void>) {
      loops.push(take(boss, queue, perform as (data: object) => Promise<void>, closing.signal, onError));
    },
    async close() {
      closing.abort();
      await Promise.all(loops);
      await boss.stop({ graceful: false, close: false });
    },
  };
}

/**
 * Takes work until closed. A loop of our own: that of pg-boss 10 does not wait for its own note that work has ended, and
 * a database that does not answer just then would end the process.
 */
async function take(
  boss: PgBoss,
  queue: string,
  perform: (data: object) => Promise<void>,
  closing: AbortSignal,
  onError: (error: Error) => void,
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: closing }).catch(() => {});
  while (!closing.aborted) {
    try {
      const [job] = await boss.fetch<object>(queue);
      if (!job) {
        await pause(POLL_MS);
        continue;
      }
      const failure = await perform(job.data).then(
        () => null,
        (error: Error) => error,
      );
      if (failure) await boss.fail(queue, job.id, { message: failure.message });
      else await boss.complete(queue, job.id);
    } catch (error) {
      // The database does not answer: what is under way is given to another when it expires.
      onError(error as Error);
      await pause(OUTAGE_MS);
    }
  }
}
