import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openArrivals } from '../../src/http/access/arrivals.js';
import { parseDate } from '../../src/model/dates.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

/** More than any class has places and waits for. */
const STRANGERS = 50;

onEachDatabase('bodies that never end', (db) => {
  const service = serviceOn(db);
  const { get, post } = service;

  /** Strangers, or who has a credential, begin to send a body, and send no more of it. */
  async function strangers(method: string, path: string, type: string, credential = ''): Promise<Socket[]> {
    const { hostname, port, host } = new URL(service.base);
    const sockets = Array.from({ length: STRANGERS }, () => connect(Number(port), hostname).on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${type}\r\n${credential}Content-Length: 50000\r\n\r\n{`;
    for (const socket of sockets) socket.write(head);
    await sleep(300);
    return sockets;
  }

  it.each([
    ['a filter', 'POST', '/ogc/collections/nobody_control/items', 'text/plain'],
    ['a feature', 'PUT', '/ogc/collections/nobody_control/items/1', 'application/geo+json'],
    ['a map', 'POST', '/series/nobody/snapshots?date=2020-01-01', 'application/geo+json'],
  ])('%s: fifty strangers who send it slowly keep nobody from writing or reading', async (_, method, path, type) => {
    const sockets = await strangers(method, path, type);
    try {
      const answers = await Promise.all([
        post('/series/nobody/withdraw?why=test', '', CREDENTIAL),
        get('/series/nobody'),
        get('/control?series=nobody&date=2020-01-01'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it.each([
    ['a proposal', 'POST', '/series/slow-bodies/proposals', 'application/json'],
    ['a map', 'POST', '/series/slow-maps/snapshots?date=2020-01-02&source=x', 'application/geo+json'],
    ['a feature', 'POST', '/ogc/collections/slow-features_control/items', 'application/geo+json'],
  ])('%s: nor do they who may write', async (_, method, path, type) => {
    await firstMap(await db(), /slow-\w+?(?=[/_])/.exec(path)?.[0] ?? '', parseDate('2020-01-01'), [
      {
        type: 'Feature',
        properties: { party: 'a' },
        geometry: { type: 'Polygon', coordinates: [box(30, 40, 31, 41)] },
      },
    ]);
    const sockets = await strangers(method, path, type, `Authorization: ${CREDENTIAL.authorization}\r\n`);
    try {
      const answers = await Promise.all([
        post('/series/nobody/withdraw?why=test', '', CREDENTIAL),
        post('/series/nobody/proposals', '{}', { ...CREDENTIAL, 'content-type': 'application/json' }),
        get('/series'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, expect.any(Number), 200]);
      expect(answers[1]?.status).toBeLessThan(500);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

it('bodies that arrive take so much memory, those of one sender half of it, and give it back', () => {
  const arrivals = openArrivals(10, 100);
  const one = arrivals.begin('token:ann');
  one.take(30);
  arrivals.begin('token:ann').take(20);
  expect(() => one.take(1)).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterS: 30 }));
  const other = arrivals.begin('token:ben');
  other.take(50);
  expect(() => arrivals.begin('token:cid').take(1)).toThrow('fewer at a time');
  one.end();
  one.end();
  arrivals.begin('token:cid').take(30);
  expect(() => arrivals.begin('token:dan').take(1)).toThrow('fewer at a time');
});
