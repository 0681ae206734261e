import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A publisher's web server: what it answers may be changed between requests, and what it was asked is kept. */
export interface Publisher {
  /** `127.0.0.1:12345` */
  host: string;
  port: number;
  requests: { url: string; headers: IncomingMessage['headers'] }[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): void;
}

export async function openPublisher(): Promise<Publisher> {
  const server: Server = createServer((request, response) => {
    publisher.requests.push({ url: request.url ?? '', headers: request.headers });
    publisher.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const publisher: Publisher = {
    host: `127.0.0.1:${port}`,
    port,
    requests: [],
    answer: (_, response) => response.writeHead(404).end(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return publisher;
}

/** Answers a file with its ETag, and 304 to whoever has it. */
export const fileWithTag =
  (body: string | Uint8Array, etag: string): Publisher['answer'] =>
  (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, 'content-type': 'application/geo+json' }).end(body);
  };
