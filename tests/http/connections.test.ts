import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { boundConnections } from '../../src/http/access/most-connections.js';
import { log } from '../../src/log.js';

it('connections beyond the bound are closed unread and logged as one line; those before them are answered', async () => {
  const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
  const server = createServer((_, response) => response.end('here'));
  boundConnections(server, 5, 100);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opened = () =>
    new Promise<Socket>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', () => {});
    });
  const kept: Socket[] = [];
  try {
    for (let n = 0; n < 5; n++) kept.push(await opened());
    const beyond = await Promise.all(Array.from({ length: 20 }, opened));
    await Promise.all(beyond.map((one) => one.closed || new Promise((resolve) => one.once('close', resolve))));
    for (const one of kept) {
      const answer = new Promise((resolve) => one.once('data', (data) => resolve(String(data))));
      one.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
      expect(await answer).toMatch(/^HTTP\/1\.1 200/);
    }
    await expect.poll(() => warned.mock.calls.length).toBe(1);
    expect(warned.mock.calls[0]?.[0]).toEqual({ refused: 20, most: 5 });
  } finally {
    warned.mockRestore();
    for (const one of kept) one.destroy();
    server.close();
  }
});
