import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { log } from '../log.js';

/** A reader who takes nothing for so long is cut off, milliseconds. */
const STALLED_MS = 30_000;
/** Bytes that all readers together may leave waiting; beyond it those who have stalled are cut off at once, the largest first. */
const WAITING_BYTES = 256 << 20;
const LOOK_MS = 1000;

interface Reader {
  written: number;
  since: number;
}

/** Watches the answers under way: whoever does not read cannot hold memory. Returns how to end the watch. */
export function watchReaders(server: Server): () => void {
  const readers = new Map<ServerResponse, Reader>();
  server.on('request', (_request, response: ServerResponse) => {
    readers.set(response, { written: 0, since: performance.now() });
    response.once('close', () => readers.delete(response));
  });
  const timer = setInterval(() => {
    const now = performance.now();
    const stalled: { response: ServerResponse; waiting: number; ms: number }[] = [];
    let waiting = 0;
    for (const [response, reader] of readers) {
      const socket: Socket | null = response.socket;
      if (!socket) continue;
      const held = response.writableLength + socket.writableLength;
      const flushed = socket.bytesWritten - socket.writableLength;
      if (held === 0 || flushed !== reader.written) {
        readers.set(response, { written: flushed, since: now });
      } else stalled.push({ response, waiting: held, ms: now - reader.since });
      waiting += held;
    }
    stalled.sort((a, b) => b.waiting - a.waiting);
    for (const { response, waiting: held, ms } of stalled) {
      if (ms < STALLED_MS && waiting <= WAITING_BYTES) continue;
      log.warn({ from: response.socket?.remoteAddress, bytes: held, ms: Math.round(ms) }, 'slow reader cut off');
      waiting -= held;
      response.socket?.destroy();
    }
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
