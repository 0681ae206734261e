import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { log } from '../../log.js';

/** Bytes that all readers together may leave waiting; beyond it those who have stalled are cut off at once, the largest first. */
const WAITING_BYTES = 256 << 20;

/** A reader who takes less than so many bytes in so long (milliseconds), although more waits, is cut off. */
const SLOWEST = { leastBytes: 16 << 10, stalledMs: 30_000, lookMs: 1000 };

/** What a reader had taken when it last took enough, and when that was. */
interface Reader {
  written: number;
  since: number;
}

/** Watches the answers under way: whoever does not read cannot hold memory. Returns how to end the watch. */
export function watchReaders(server: Server, { leastBytes, stalledMs, lookMs } = SLOWEST): () => void {
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
      if (held === 0 || flushed - reader.written >= leastBytes) {
        readers.set(response, { written: flushed, since: now });
      } else stalled.push({ response, waiting: held, ms: now - reader.since });
      waiting += held;
    }
    stalled.sort((a, b) => b.waiting - a.waiting);
    for (const { response, waiting: held, ms } of stalled) {
      if (ms < stalledMs && waiting <= WAITING_BYTES) continue;
      log.warn({ from: response.socket?.remoteAddress, bytes: held, ms: Math.round(ms) }, 'slow reader cut off');
      waiting -= held;
      response.socket?.destroy();
    }
  }, lookMs).unref();
  return () => clearInterval(timer);
}
