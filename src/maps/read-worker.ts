import { parentPort } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { type ReadRequest, readHere, type WorkerAnswer } from './read.js';

/** The other side of `openFileReader`: the coordinates go back without being copied. */
const port = parentPort;
if (!port) throw new Error('read-worker runs as a worker thread only');

port.on('message', async (request: ReadRequest) => {
  const answer = await answerTo(request);
  const days = 'file' in answer ? [...answer.file.snapshots, ...answer.file.drawn] : [];
  port.postMessage(
    answer,
    days.flatMap(({ areas }) => areas.map(({ wkb }) => wkb.buffer as ArrayBuffer)),
  );
});

async function answerTo(request: ReadRequest): Promise<WorkerAnswer> {
  try {
    return { file: await readHere(request) };
  } catch (error) {
    if (error instanceof SalientError) return { code: error.code, message: error.message, problems: error.problems };
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      return { code: 'invalid_body', message: 'the file is nested too deep', problems: [] };
    }
    return {
      code: 'internal',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      problems: [],
    };
  }
}
