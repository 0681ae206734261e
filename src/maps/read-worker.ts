import { parentPort } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { type ReadRequest, readHere, type WorkerAnswer } from './read.js';
import { withLines } from './theatre/border-lines.js';

/** The other side of `openFileReader`: the coordinates go back without being copied. */
const port = parentPort;
if (!port) throw new Error('read-worker runs as a worker thread only');

port.on('message', async (request: ReadRequest) => {
  const answer = await answerTo(request);
  const days = 'file' in answer ? [...answer.file.snapshots, ...answer.file.drawn] : [];
  port.postMessage(
    answer,
    days.flatMap((day) => {
      const lines = 'lines' in day && day.lines ? [day.lines] : [];
      return [...day.areas.map(({ wkb }) => wkb), ...lines].map(({ buffer }) => buffer as ArrayBuffer);
    }),
  );
});

async function answerTo(request: ReadRequest): Promise<WorkerAnswer> {
  try {
    const file = await readHere(request);
    return { file: { ...file, snapshots: withLines(file.snapshots) } };
  } catch (error) {
    if (error instanceof SalientError) return { code: error.code, message: error.message, problems: error.problems };
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      return { code: 'invalid_body', message: 'the file is nested too deep: no map is, export it again', problems: [] };
    }
    return {
      code: 'internal',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      problems: [],
    };
  }
}
