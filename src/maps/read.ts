import type { Worker } from 'node:worker_threads';
import { type ErrorCode, type Problem, SalientError } from '../errors.js';
import type { MapSource } from '../formats/byte-source.js';
import type { ImportOptions } from '../formats/feature-attributes.js';
import { createMapReader, type Reading } from '../formats/map-reader.js';
import { type ReadOptions, readMap } from '../formats/read-map.js';
import { startWorker } from '../start-worker.js';
import { type CompactSnapshot, createCompacter } from './packed-areas.js';

/** A map file as read: its days, and what was noticed on the way. */
export interface ReadFile extends Reading {
  format: string;
  snapshots: CompactSnapshot[];
}

export interface ReadRequest {
  source: MapSource;
  options: ImportOptions;
  reading: ReadOptions;
  /** Unmapped features are listed and not refused: for `salient mapping check`. */
  lenient: boolean;
}

/** Formats that state the right-hand rule; elsewhere turned rings are as they should be. */
const WOUND = ['GeoJSON', 'GeoJSON sequence'];

/**
 * Reads a map file into compact days, in this thread.
 * @throws SalientError `invalid_body`, `too_large`, or `invalid_snapshot` with every problem
 */
export async function readHere({ source, options, reading, lenient }: ReadRequest): Promise<ReadFile> {
  const compacter = createCompacter();
  const reader = createMapReader(options, compacter.add);
  const format = await readMap(source, reader, reading);
  if (!WOUND.includes(format)) reader.problems.counts.delete('winding');
  const read = reader.reading();
  const serious = reader.problems.all.filter(({ code }) => !(lenient && code === 'unmapped'));
  if (serious.length > 0) throw reader.problems.toError('invalid_snapshot');
  const snapshots = compacter.snapshots();
  if (snapshots.length === 0 && !lenient) {
    throw new SalientError('invalid_snapshot', `none of ${read.features} features is an area: every one is ignored`, [
      { code: 'empty', at: '', message: 'a snapshot without areas says nothing; mark unknown ground as unknown' },
    ]);
  }
  return { ...read, format, snapshots };
}

/** Smaller GeoJSON is read at once: a thread takes longer to ask. */
const SMALL = 256 * 1024;
/** Megabytes of a reading thread: 16 bytes a position, one feature as objects, and room for a document of XML. */
const THREAD_MB = 2048;

export type WorkerAnswer = { file: ReadFile } | { code: ErrorCode; message: string; problems: Problem[] };

let idle: Worker | null = null;

/** What is being read because it will be asked for next. */
let ahead: { asked: string; file: Promise<ReadFile> } | null = null;

const wording = ({ source, ...how }: ReadRequest & { source: { path: string } }) => JSON.stringify([source.path, how]);

/** Begins to read the file that will be asked for next, in the same words, while the database is at work on this one. */
export function readAhead(request: ReadRequest & { source: { path: string } }): Promise<ReadFile> {
  const file = readInThread(request);
  // Who asks for it is told what is wrong with it; if nobody does, nobody needs to know.
  file.catch(() => {});
  ahead = { asked: wording(request), file };
  return file;
}

/**
 * Reads a map file without holding up this thread: a large one, or one in a format whose reading can take long, in a
 * thread of its own, which is kept for the next. A file that exhausts the thread's memory ends the thread only.
 * @throws SalientError as `readHere`
 */
export async function readSnapshots(request: ReadRequest): Promise<ReadFile> {
  const { source } = request;
  if (source instanceof Uint8Array) {
    return source.length <= SMALL && !isBinaryOrXml(source) ? readHere(request) : readInThread(request);
  }
  const begun = ahead;
  ahead = null;
  return begun?.asked === wording({ ...request, source }) ? begun.file : readInThread(request);
}

async function readInThread(request: ReadRequest): Promise<ReadFile> {
  const worker = idle ?? startWorker(import.meta.url, 'read-worker', null, { maxOldGenerationSizeMb: THREAD_MB });
  idle = null;
  worker.ref();
  try {
    const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the reading thread ended')));
      worker.postMessage(request);
    });
    // Not all of them: the thread's own listeners wake it for the next file.
    for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
    worker.unref();
    if (idle === null) idle = worker;
    else await worker.terminate();
    if ('file' in answer) return answer.file;
    throw new SalientError(answer.code, answer.message, answer.problems);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new SalientError(
      'too_large',
      `reading the file takes more than ${THREAD_MB} MB of memory: import it in parts`,
    );
  }
}

function isBinaryOrXml(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 64))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return !/^[{["\w]/.test(start) || bytes.subarray(0, 64).includes(0);
}
