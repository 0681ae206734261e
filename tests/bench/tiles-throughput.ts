/**
 * Cached throughput of tiles against a bare `node:http` server that returns the same bytes: `npx tsx
 * tests/bench/tiles-throughput.ts [rounds]`, on the embedded engine, or on the server at TEST_DATABASE_URL. All three
 * answer from this process in turn, each round, after a warm-up; the load comes from one worker thread; medians and ratios
 * of the rounds. Writes its table into tests/bench/README.md.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { listen } from '../../src/http/server.js';
import { openImporter } from '../../src/maps/import.js';
import { startWorker } from '../../src/start-worker.js';
import { openTiles } from '../../src/tiles/service.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { table, writeFigures } from './readme.js';

const rounds = Number(process.argv[2] ?? 7);
const engine = SERVER_URL ? 'server' : 'embedded';
const db = await m5(await database(engine));
const config = readConfig({});
const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
const service = await listen({ db, tiles, importer: openImporter(db), config }, '127.0.0.1', 0);
const port = Number(new URL(service.address).port);

const { state } = (await (await fetch(`${service.address}/tiles/m5.json?date=2020-01-29`)).json()) as { state: string };
const perState = `/tiles/m5/@${state}/8/154/100.mvt`;
const onDate = '/tiles/m5/8/154/100.mvt?date=2020-01-29';
const answer = await fetch(service.address + perState, { headers: { 'accept-encoding': 'identity' } });
const body = Buffer.from(await answer.arrayBuffer());
const headers = Object.fromEntries(
  [...answer.headers].filter(([name]) => !['connection', 'date', 'keep-alive'].includes(name)),
);
const bare = createServer((_, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
const barePort = (bare.address() as { port: number }).port;

const load = (to: number, path: string, seconds: number) =>
  new Promise<number>((resolve, reject) => {
    const workerData = { port: to, path, sockets: 32, seconds };
    const worker = startWorker(import.meta.url, 'load', workerData);
    worker.once('message', resolve);
    worker.once('error', reject);
  });

const subjects = [
  ['bare', barePort, perState],
  ['per state', port, perState],
  ['?date=', port, onDate],
] as const;
const found = new Map<string, number[]>(subjects.map(([name]) => [name, []]));
for (const [, to, path] of subjects) await load(to, path, 2);
for (let round = 0; round < rounds; round++) {
  for (const [name, to, path] of subjects) found.get(name)?.push(await load(to, path, 3));
}
const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1] ?? 0;
const ratios = (name: string) =>
  median((found.get(name) ?? []).map((value, i) => value / (found.get('bare')?.[i] ?? Number.NaN)));
const named = { bare: 'bare `node:http`, same bytes and headers', 'per state': 'per-state URL', '?date=': '`?date=`' };
writeFigures(
  `throughput-${engine}`,
  `${body.length.toLocaleString('en')} bytes, 32 sockets, medians of ${rounds} rounds of 3 s.\n\n${table(
    ['who answers', 'requests/s', 'of bare'],
    subjects.map(([name]) => [named[name], median(found.get(name) ?? []).toFixed(0), ratios(name).toFixed(2)]),
  )}`,
);
bare.closeAllConnections();
bare.close();
await service.close();
await tiles.close();
await db.close();
process.exit(0);
