import { stat } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { startWorker } from '../start-worker.js';
import { cancelled, workSignal } from '../store/cancellation.js';
import { type ReadFile, type ReadRequest, readHere, type WorkerAnswer } from './read.js';

/** Reads map files without holding up this thread. Close it: its thread would outlive it. */
export interface FileReader {
  /**
   * Reads a file: a large one, or one in a format whose reading can take long, in a thread of its own.
   * @throws SalientError as `readHere`; `too_large` when it takes more memory or time than a thread has; `cancelled`
   */
  read(request: ReadRequest): Promise<ReadFile>;
  /** Begins to read the file that will be requested next. Requested with other options, it is read anew. */
  readAhead(request: ReadRequest & { source: { path: string } }): Promise<ReadFile>;
  close(): Promise<void>;
}

export interface ThreadLimits {
  /** Megabytes: 16 bytes a position, one feature as objects, and room for a document of XML. */
  megabytes: number;
  /** Time for any file, and for each of its megabytes besides: ten times what the slowest format takes. */
  seconds: number;
  secondsPerMegabyte: number;
}

const LIMITS: ThreadLimits = { megabytes: 2048, seconds: 60, secondsPerMegabyte: 5 };

/** Smaller GeoJSON is read at once: a message to a thread takes longer. */
const SMALL = 256 * 1024;

export function openFileReader(limits: ThreadLimits = LIMITS): FileReader {
  const running = new Set<Worker>();
  let idle: Worker | null = null;
  let ahead: { asked: string; file: Promise<ReadFile> } | null = null;

  const end = async (worker: Worker) => {
    running.delete(worker);
    await worker.terminate();
  };
  const inThread = async (request: ReadRequest, signal: AbortSignal | undefined): Promise<ReadFile> => {
    if (signal?.aborted) throw cancelled(signal);
    const seconds = limits.seconds + limits.secondsPerMegabyte * ((await sizeOf(request.source)) / 1e6);
    const worker =
      idle ?? startWorker(import.meta.url, 'read-worker', null, { maxOldGenerationSizeMb: limits.megabytes });
    idle = null;
    running.add(worker);
    worker.ref();
    try {
      const answer = await answerOf(worker, request, seconds, signal);
      worker.unref();
      if (idle === null) idle = worker;
      else await end(worker);
      if ('file' in answer) return answer.file;
      throw new SalientError(answer.code, answer.message, answer.problems);
    } catch (error) {
      if (idle !== worker) await end(worker);
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      const message = `reading the file takes more than ${limits.megabytes} MB of memory: import it in parts`;
      throw new SalientError('too_large', message);
    }
  };
  return {
    read(request) {
      const { source } = request;
      if (source instanceof Uint8Array) {
        const here = source.length <= SMALL && !isBinaryOrXml(source);
        return here ? readHere(request) : inThread(request, workSignal());
      }
      const begun = ahead;
      ahead = null;
      return begun?.asked === wording({ ...request, source }) ? begun.file : inThread(request, workSignal());
    },
    readAhead(request) {
      // Not cancelled with the caller's work: it is another map's by then. The request for it reports what is wrong with it.
      const file = inThread(request, undefined);
      file.catch(() => {});
      ahead = { asked: wording(request), file };
      return file;
    },
    async close() {
      idle = null;
      await Promise.all([...running].map(end));
    },
  };
}

/** What the thread answers; it is ended by whoever called when this rejects. */
async function answerOf(
  worker: Worker,
  request: ReadRequest,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<WorkerAnswer> {
  let timer: NodeJS.Timeout | undefined;
  let stop = () => {};
  try {
    return await new Promise<WorkerAnswer>((resolve, reject) => {
      timer = setTimeout(() => {
        const message = `reading the file takes more than ${Math.ceil(seconds)} s: it is damaged, or too large to be read at once: import it in parts`;
        reject(new SalientError('too_large', message));
      }, seconds * 1000);
      stop = () => reject(cancelled(signal));
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new SalientError('cancelled', 'the thread that read the file was ended')));
      worker.postMessage(request);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    // Not all of them: the thread's own listeners wake it for the next file.
    for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
    worker.on('error', () => {});
  }
}

const wording = ({ source, ...how }: ReadRequest & { source: { path: string } }) => JSON.stringify([source.path, how]);

async function sizeOf(source: ReadRequest['source']): Promise<number> {
  if (source instanceof Uint8Array) return source.length;
  return stat(source.path).then(
    ({ size }) => size,
    () => 0,
  );
}

function isBinaryOrXml(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 64))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return !/^[{["\w]/.test(start) || bytes.subarray(0, 64).includes(0);
}
