import { createServer, type Server } from 'node:http';
import { createApp } from './app.js';
import { openGuard } from './guard.js';
import type { Service } from './service.js';
import { tileHandler } from './tiles.js';

/** A filter with a polygon drawn by hand stands in the address: Node's 16 kB are some 700 vertices. */
const LONGEST_HEAD = 64 * 1024;

export interface Listening {
  server: Server;
  address: string;
  close(): Promise<void>;
}

/** Starts answering on `host:port` (0: a free one); tiles first, on their own short path. */
export async function listen(store: Omit<Service, 'guard'>, host: string, port: number): Promise<Listening> {
  const service: Service = { ...store, guard: openGuard(store.db, store.config) };
  const app = createApp(service);
  const answerTile = tileHandler(service);
  const server = createServer({ maxHeaderSize: LONGEST_HEAD }, (request, response) => {
    if (!answerTile(request, response)) app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  const actual = bound && typeof bound === 'object' ? bound.port : port;
  return {
    server,
    address: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
