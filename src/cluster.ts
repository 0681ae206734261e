import cluster, { type Worker } from 'node:cluster';
import { SalientError } from './errors.js';

/*
 * One port served from several processes: what a process can answer is bounded by its one thread. The first process opens the
 * store, loads and derives, works in the background and answers nothing; the others only answer, each with a memory of tiles of
 * its own (`SALIENT_TILE_CACHE_MB` each, and four times as much for what they are drawn from).
 */

/** Whether this process only answers. */
export const isAnswering = (): boolean => cluster.isWorker;

export interface Answering {
  /** Where they answer, all of them. */
  address: string;
  /** Ends them as a signal does: each finishes what it is about. */
  close(): Promise<void>;
}

/** Starts so many processes of this program and resolves when all answer. One that dies is replaced. */
export async function answerFromWorkers(workers: number): Promise<Answering> {
  let isClosing = false;
  const running = new Set<Worker>();
  const start = () =>
    new Promise<string>((resolve, reject) => {
      const worker = cluster.fork();
      running.add(worker);
      worker.on('message', (message: unknown) => {
        if (typeof message === 'object' && message !== null && 'answersOn' in message)
          resolve(String(message.answersOn));
      });
      worker.once('exit', (code) => {
        running.delete(worker);
        reject(new SalientError('unavailable', `a process that answers ended while it started (${code})`));
        if (!isClosing) start().catch(() => {});
      });
    });
  const [address = ''] = await Promise.all(Array.from({ length: workers }, start));
  return {
    address,
    async close() {
      isClosing = true;
      const ends = [...running].map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
      for (const worker of running) worker.process.kill('SIGTERM');
      await Promise.all(ends);
    },
  };
}

/** Tells the first process where this one answers. */
export function announceToFirst(address: string): void {
  process.send?.({ answersOn: address });
}
