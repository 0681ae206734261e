import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../start-worker.js';

/** The embedded engine at work on a folder, in a thread of its own, answering on loopback. */
export interface EmbeddedEngine {
  /** Resolves when it answers: at once, or when it has been started anew after losing an answer. Rejects when it cannot. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the engine, and starts it anew whenever it ends by itself: after an exception of GEOS, which it cannot catch
 * (`embedded-wire.ts`), or out of memory. What was committed is in its log on disk, as after a crash of any PostgreSQL.
 * @throws Error when the first start fails
 */
export async function runEngine(folder: string, port: number): Promise<EmbeddedEngine> {
  let stopping = false;
  let worker: Worker;
  let ended: Promise<void>;
  let ready: Promise<void>;
  const start = () => {
    ready = startEngine(folder, port).then((fresh) => {
      worker = fresh;
      ended = new Promise((resolve) => fresh.once('exit', () => resolve()));
      const anew = () => {
        if (stopping) return;
        ready = ended.then(start);
        ready.catch(() => {});
      };
      fresh.on('error', () => {});
      fresh.once('exit', anew);
      fresh.on('message', (message) => {
        if (message !== 'lost') return;
        fresh.off('exit', anew);
        anew();
        fresh.postMessage('heard');
      });
    });
    return ready;
  };
  await start();
  return {
    ready: () => ready,
    async stop() {
      stopping = true;
      await ready.catch(() => {});
      // One that has ended by itself, and could not be started anew, hears nothing: its end is remembered.
      worker.postMessage('close');
      await ended;
    },
  };
}

function startEngine(folder: string, port: number): Promise<Worker> {
  const worker = startWorker(import.meta.url, 'worker', { folder, port });
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the embedded database ended while starting (${code})`)));
  });
}
