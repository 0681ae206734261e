import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchReaders } from '../../src/http/access/slow-readers.js';
import { sendPieces } from '../../src/http/stream.js';
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

it('who is slow holds up nobody: the answer is made without waiting for its reader, who gets all of it in order', async () => {
  const piece = (n: number) => Buffer.alloc(256 << 10, `${n} `);
  const all = Buffer.concat(Array.from({ length: 96 }, (_, n) => piece(n)));
  let made = 0;
  const maker = createServer((_request, response) => {
    const locals = { made: () => (made = performance.now()) };
    const pieces = (async function* () {
      for (let n = 0; n < 96; n++) yield piece(n);
    })();
    sendPieces(Object.assign(response, { locals }) as unknown as Response, pieces, 200).catch(() => response.destroy());
  });
  maker.listen(0, '127.0.0.1');
  await once(maker, 'listening');
  const socket = connect((maker.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  const began = performance.now();
  await expect.poll(() => made, { timeout: 20_000 }).toBeGreaterThan(began);
  expect(made - began).toBeLessThan(15_000);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const answer = Buffer.concat(chunks);
  expect(answer.subarray(answer.indexOf('\r\n\r\n') + 4).equals(all)).toBe(true);
  maker.close();
});

const left = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));

it('who reads as fast as it comes gets all of it', async () => {
  expect(await isCut(0)).toBe(false);
});

it('who reads nothing, or a trickle that never stops, is cut off', async () => {
  expect(await isCut(60_000)).toBe(true);
  expect(await isCut(400)).toBe(true);
});

it('gives others a turn while small pieces are made that take long', async () => {
  let turns = 0;
  const maker = createServer(async (_request, response) => {
    let isMade = false;
    const turn = () => {
      turns++;
      if (!isMade) setImmediate(turn);
    };
    setImmediate(turn);
    const pieces = (function* () {
      for (let n = 0; n < 20; n++) {
        for (const began = performance.now(); performance.now() - began < 5; );
        yield '.';
      }
    })();
    await sendPieces(Object.assign(response, { locals: {} }) as unknown as Response, pieces);
    isMade = true;
  });
  maker.listen(0, '127.0.0.1');
  await once(maker, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(maker.address() as AddressInfo).port}`);
  expect(await answer.text()).toBe('.'.repeat(20));
  expect(turns).toBeGreaterThanOrEqual(20);
  maker.close();
});
