import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

/** More than any class has places and waits for. */
const STRANGERS = 50;

onEachDatabase('bodies that never end', (db) => {
  const service = serviceOn(db);
  const { get, post } = service;

  /** Strangers who begin to send a body, and send no more of it. */
  async function strangers(method: string, path: string, type: string): Promise<Socket[]> {
    const { hostname, port, host } = new URL(service.base);
    const sockets = Array.from({ length: STRANGERS }, () => connect(Number(port), hostname).on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${type}\r\nContent-Length: 50000\r\n\r\n{`;
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
});
