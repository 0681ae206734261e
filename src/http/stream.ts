import { once } from 'node:events';
import { setTimeout as sleep, setImmediate as yielded } from 'node:timers/promises';
import type { Response } from 'express';
import { stopIfCancelled } from '../store/cancellation.js';
import { openOverflow } from './overflow.js';

/** Pieces are put together to about so many bytes before they are sent. */
const PIECE = 64 * 1024;
/** A reader may hold up the making of an answer for so long in all; from then on it is made without waiting, milliseconds. */
const HELD_UP_MS = 2_000;
/** So long pieces are made one after the other before others get their turn, milliseconds. */
const TURN_MS = 1;
/** How long it may take to read what was made, milliseconds: as long as an export may take. */
const LONGEST_READ_MS = 600_000;

/**
 * Sends an answer piece by piece: to a reader who keeps up, the next is made when the one before was taken, and between two pieces
 * others get their turn. For a slower one it is made into a file (`overflow.ts`) from which it is sent on, so that a slow reader
 * holds a place among those at work (`admitted.ts`) no longer than the making takes. A reader who takes next to nothing is cut off by
 * `slow-readers.ts`. The head (status, type, ETag) is to be set before; what fails after the first piece can only break the
 * connection.
 */
export async function sendPieces(
  response: Response,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string>,
  heldUpMs = HELD_UP_MS,
): Promise<void> {
  const overflow = openOverflow();
  let patience = heldUpMs;
  let catchingUp: Promise<void> | null = null;
  const catchUp = async (before: Promise<void>) => {
    await before;
    for (let bytes = await overflow.take(PIECE); bytes !== null; bytes = await overflow.take(PIECE)) {
      stopIfGone(response);
      if (!response.write(bytes)) await taken(response);
    }
    catchingUp = null;
  };
  const give = async (bytes: Uint8Array) => {
    if (catchingUp) {
      if (await overflow.put(bytes)) {
        // It may have caught up while this was written.
        if (!catchingUp) startCatchingUp(Promise.resolve());
        return;
      }
      // No room for more: now the making waits for the reader.
      await catchingUp;
    }
    stopIfGone(response);
    if (response.write(bytes)) return;
    const began = performance.now();
    const reading = taken(response);
    const soon = new AbortController();
    const late = sleep(Math.max(1, patience), 'late', { ref: false, signal: soon.signal }).catch(() => {});
    const came = await Promise.race([reading, late]);
    soon.abort();
    patience -= performance.now() - began;
    if (came === 'late') startCatchingUp(reading);
  };
  const startCatchingUp = (before: Promise<void>) => {
    catchingUp = catchUp(before);
    catchingUp.catch(() => {});
  };
  let turn = performance.now();
  const giveTurn = async () => {
    await yielded();
    stopIfGone(response);
    stopIfCancelled();
    turn = performance.now();
  };
  const gather = gathered(give, giveTurn);
  try {
    for await (const piece of pieces) {
      for (const part of partsOf(piece)) {
        await gather.add(part);
        if (performance.now() - turn > TURN_MS) await giveTurn();
      }
    }
    await gather.flush();
    (response.locals as { made?: () => void } | undefined)?.made?.();
    if (catchingUp) {
      const limit = setTimeout(() => response.destroy(), LONGEST_READ_MS).unref();
      await (catchingUp as Promise<void>).finally(() => clearTimeout(limit));
    }
    stopIfGone(response);
    response.end();
  } finally {
    await overflow.close();
  }
}

/** A long piece, as a geometry can be, in parts. */
function* partsOf(piece: string | Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < piece.length; ) {
    let end = Math.min(at + PIECE, piece.length);
    if (typeof piece === 'string') {
      // Both halves of a character beyond the basic plane.
      if (end < piece.length && isHighSurrogate(piece.charCodeAt(end - 1))) end++;
      yield Buffer.from(piece.slice(at, end));
    } else yield piece.subarray(at, end);
    at = end;
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xdc00;

/** Puts pieces together before they are given on. */
function gathered(give: (bytes: Uint8Array) => Promise<void>, between: () => Promise<void>) {
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = async () => {
    if (size === 0) return;
    const bytes = Buffer.concat(held);
    [held, size] = [[], 0];
    await give(bytes);
    await between();
  };
  return {
    flush,
    async add(bytes: Uint8Array) {
      held.push(bytes);
      size += bytes.length;
      if (size >= PIECE) await flush();
    },
  };
}

function stopIfGone(response: Response): void {
  if (response.destroyed) throw Object.assign(new Error('the reader has gone'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}

/** When the reader has taken what was written, or has gone. */
async function taken(response: Response): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const waits = (['drain', 'close'] as const).map((event) => once(response, event, { signal: over.signal }));
  await Promise.race(waits);
  // The one that did not come must not listen on: a long answer waits many times.
  for (const wait of waits) wait.catch(() => {});
  over.abort();
}
