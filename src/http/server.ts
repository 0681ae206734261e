import { createServer, type Server } from 'node:http';
import { createApp } from './app.js';
import type { Service } from './service.js';
import { answerTile } from './tiles.js';

export interface Listening {
  server: Server;
  address: string;
  close(): Promise<void>;
}

/** Starts answering on `host:port` (0: a free one); tiles first, on their own short path. */
export async function listen(service: Service, host: string, port: number): Promise<Listening> {
  const app = createApp(service);
  const server = createServer((request, response) => {
    if (!answerTile(service, request, response)) app(request, response);
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
