import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchReaders } from '../../src/http/access/slow-readers.js';
import { log } from '../../src/log.js';

log.level = 'silent';

const BYTES = 24 << 20;
const server = createServer((_request, response) => void response.end(Buffer.alloc(BYTES)));
let unwatch: () => void;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  unwatch = watchReaders(server, { leastBytes: 512 << 10, stalledMs: 500, lookMs: 50 });
});
afterAll(() => {
  unwatch();
  server.closeAllConnections();
  server.close();
});

/** Reads one chunk (64 kB) each so many milliseconds, for four seconds at most; whether the server cut it off. */
async function isCut(everyMs: number): Promise<boolean> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  let closed = false;
  let read = 0;
  socket.once('close', () => {
    closed = true;
  });
  socket.on('data', async (chunk) => {
    read += chunk.length;
    if (everyMs === 0) return;
    socket.pause();
    await sleep(everyMs);
    socket.resume();
  });
  const end = performance.now() + 4000;
  while (!closed && read < BYTES && performance.now() < end) await sleep(20);
  const cut = read < BYTES && server.listening && (closed || (await left()) === 0);
  socket.destroy();
  return cut;
}

const left = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));

it('who reads as fast as it comes gets all of it', async () => {
  expect(await isCut(0)).toBe(false);
});

it('who reads nothing, or a trickle that never stops, is cut off', async () => {
  expect(await isCut(60_000)).toBe(true);
  expect(await isCut(400)).toBe(true);
});
