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
export async function sendPieces(response: Response, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  let held: string[] = [];
  let size = 0;
  const flush = async () => {
    if (size === 0) return;
    const text = held.join('');
    [held, size] = [[], 0];
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    await yielded();
    if (response.destroyed)
      throw Object.assign(new Error('the reader has gone'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    stopIfCancelled();
  };
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size >= PIECE) await flush();
  }
  await flush();
  response.end();
}
