import type { Readable } from 'node:stream';

/** So much of an answer of the database is taken apart before others get their turn, bytes. */
export const PIECE = 64 * 1024;

/**
 * Has whoever reads a stream take at most about so many bytes at a time, and then lets others have their turn: the rows of a long answer
 * are otherwise taken apart in one go (Node reads up to 2 MB, and the embedded engine answers in one message), and all requests wait.
 * To be called when those who read it listen already.
 */
export function readInPieces(stream: Readable): void {
  let taken = 0;
  stream.on('data', (bytes: Uint8Array) => {
    taken += bytes.length;
    if (taken < PIECE) return;
    taken = 0;
    stream.pause();
    setImmediate(() => stream.resume());
  });
}
