import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { log } from '../../log.js';
import { startWorker } from '../../start-worker.js';
import { prebuiltPostgis } from './prebuilt.js';

/** The embedded engine at work on a folder, in a thread of its own. */
export interface EmbeddedEngine {
  /** A connection: at once, or when the engine has been started anew. Rejects when it does not start. */
  connect(): Promise<MessagePort>;
  /** Ends the engine in the middle of what it does; it starts anew. What was committed is in its log on disk. */
  interrupt(): void;
  /** How often it was started. */
  starts(): number;
  /** @throws Error when it does not end by itself: it was made to */
  stop(): Promise<void>;
}

/** Between two tries to start an engine that does not start (because its disk is full, for example), milliseconds. */
const AGAIN_MS = 2_000;
/** How long it may take to write down what is left to write when it ends. */
const LONGEST_END_MS = 8_000;

/**
 * Starts the engine, and starts it anew whenever it ends by itself: after an exception of GEOS, which it cannot catch
 * (`wire.ts`), out of memory, or out of room. What was committed is in its log on disk, as after a crash of any PostgreSQL.
 * @param mayStart throws why it may not be started just now
 * @throws Error when the first start fails
 */
export async function runEngine(folder: string, mayStart = () => {}): Promise<EmbeddedEngine> {
  let stopping = false;
  let started = 0;
  let tried = 0;
  let worker: Worker | null = null;
  let renew = () => {};
  let ended: Promise<void> = Promise.resolve();
  let ready: Promise<void> = Promise.resolve();
  const start = () => {
    tried = performance.now();
    ready = (async () => {
      mayStart();
      const fresh = await startEngine(folder);
      started++;
      worker = fresh;
      ended = new Promise((resolve) => fresh.once('exit', () => resolve()));
      renew = () => {
        if (stopping || worker !== fresh) return;
        log.warn({ starts: started }, 'the embedded engine has ended and is started anew');
        worker = null;
        ready = ended.then(start);
        ready.catch((error) => log.error({ why: error.message }, 'the embedded engine does not start'));
      };
      const anew = renew;
      fresh.on('error', () => {});
      fresh.once('exit', anew);
      fresh.on('message', (message) => {
        if (message !== 'lost') return;
        anew();
        fresh.postMessage('heard');
      });
    })();
    return ready;
  };
  await start();
  return {
    async connect() {
      try {
        await ready;
      } catch (error) {
        if (stopping || performance.now() - tried < AGAIN_MS) throw error;
        await start();
      }
      const { port1, port2 } = new MessageChannel();
      worker?.postMessage({ connect: port2 }, [port2]);
      return port1;
    },
    interrupt() {
      const ending = worker;
      // Whoever connects from now on waits for the next one.
      renew();
      void ending?.terminate();
    },
    starts: () => started,
    async stop() {
      stopping = true;
      await ready.catch(() => {});
      // One that has ended by itself, and could not be started anew, hears nothing: its end is remembered.
      worker?.postMessage('close');
      let forced = false;
      const force = setTimeout(() => {
        forced = true;
        void worker?.terminate();
      }, LONGEST_END_MS);
      await ended;
      clearTimeout(force);
      if (forced) throw new Error('the embedded engine did not end by itself: is its disk full?');
    },
  };
}

function startEngine(folder: string): Promise<Worker> {
  const worker = startWorker(import.meta.url, 'worker', { folder, lean: prebuiltPostgis() });
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the embedded database ended while starting (${code})`)));
  });
}
