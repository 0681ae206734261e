/**
 * Cached throughput of tiles against a bare `node:http` server that returns the same bytes: `npx tsx
 * tests/bench/tiles-throughput.ts [rounds]`. All three answer from this process in turn, each round, after a warm-up;
 * the load comes from one worker thread; medians and ratios of the rounds.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { listen } from '../../src/http/server.js';
import { openTiles } from '../../src/jobs/draw-tiles.js';
import { startWorker } from '../../src/start-worker.js';
import { database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const rounds = Number(process.argv[2] ?? 7);
const db = await m5(await database('embedded'));
const config = readConfig({});
const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
const service = await listen({ db, tiles, config }, '127.0.0.1', 0);
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
console.log(`${body.length} bytes, ${rounds} rounds of 3 s, 32 sockets`);
for (const [name] of subjects) {
  console.log(`${name}: ${median(found.get(name) ?? []).toFixed(0)} requests/s, ${ratios(name).toFixed(2)} of bare`);
}
bare.closeAllConnections();
bare.close();
await service.close();
await tiles.close();
await db.close();
process.exit(0);
