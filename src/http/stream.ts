import { once } from 'node:events';
import { setImmediate as yielded } from 'node:timers/promises';
import type { Response } from 'express';
import { stopIfCancelled } from '../store/cancellation.js';

/** Pieces are put together to about so many bytes before they are sent. */
const PIECE = 64 * 1024;

/**
 * Sends an answer piece by piece: the next is made when the reader has taken the one before (the reader's memory is the kernel's,
 * not ours), and between two pieces others get their turn. A reader who takes nothing is cut off by `slow-readers.ts`. The
 * head (status, type, ETag) is to be set before; what fails after the first piece can only break the connection.
 */
export async function sendPieces(
  response: Response,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string>,
): Promise<void> {
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = async () => {
    if (size === 0) return;
    const bytes = Buffer.concat(held);
    [held, size] = [[], 0];
    if (!response.write(bytes)) await taken(response);
    await yielded();
    if (response.destroyed)
      throw Object.assign(new Error('the reader has gone'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    stopIfCancelled();
  };
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    held.push(bytes);
    size += bytes.length;
    if (size >= PIECE) await flush();
  }
  await flush();
  response.end();
}

/** When the reader has taken what was written, or has gone. */
async function taken(response: Response): Promise<void> {
  const over = new AbortController();
  const waits = (['drain', 'close'] as const).map((event) => once(response, event, { signal: over.signal }));
  await Promise.race(waits);
  // The one that did not come must not listen on: a long answer waits many times.
  for (const wait of waits) wait.catch(() => {});
  over.abort();
}
