/**
 * The bound of what a process can answer: bare `node:http` with the same bytes and headers in a Map. Started by `peers.ts` with
 * the folder of the tiles; says its port.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const folder = process.argv[2] as string;
const headers = JSON.parse(readFileSync(join(folder, 'headers.json'), 'utf8')) as string[];
const bodies = new Map<string, { body: Buffer; head: string[] }>();
for (const file of readdirSync(folder, { recursive: true }) as string[]) {
  if (!file.endsWith('.mvt')) continue;
  const body = readFileSync(join(folder, file));
  bodies.set(`/${file}`, { body, head: [...headers, 'content-length', String(body.length)] });
}
const server = createServer((request, response) => {
  const found = bodies.get(request.url ?? '');
  if (!found) return void response.writeHead(404).end();
  response.writeHead(200, found.head);
  response.end(found.body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
