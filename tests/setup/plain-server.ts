import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/**
 * A web server that knows files and nothing else, under a path: `index.html` of a folder, 404 for what is not there, and no
 * guess at endings.
 */
export function plainServer(folder: string, under: string): { readonly base: string } {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const name = path.endsWith('/') ? `${path}index.html` : path;
    try {
      if (!name.startsWith(under)) throw new Error('outside');
      const bytes = readFileSync(join(folder, name.slice(under.length)));
      response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      // Browsers ask for it by themselves.
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    }
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void server.close());
  return {
    get base() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`;
    },
  };
}
