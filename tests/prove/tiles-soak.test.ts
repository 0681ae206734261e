import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { listen } from '../../src/http/server.js';
import { openImporter } from '../../src/maps/import.js';
import { openTiles } from '../../src/tiles/service.js';
import { seededRandom } from '../coverage/random.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { plantSnapshots } from '../setup/many-snapshots.js';

const REQUESTS = Number(process.env.SALIENT_PROVE_REQUESTS ?? 100_000);
const DATES = 500;
const CACHE_BYTES = 16_000_000;
/** Tiles hold SALIENT_TILE_CACHE_MB, pyramids four times as much; the rest is what is asked about 500 states, and Node's own. */
const BOUND_BYTES = 5 * CACHE_BYTES + 200_000_000;
const AT_ONCE = 16;

it(`memory stays under its bound through ${REQUESTS} random tile requests over ${DATES} dates`, async () => {
  const db = await database(SERVER_URL ? 'server' : 'embedded');
  const { series, days } = await plantSnapshots(db, DATES);
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), CACHE_BYTES);
  const service = await listen({ db, tiles, importer: openImporter(db), config: readConfig({}) }, '127.0.0.1', 0);
  const random = seededRandom(500);
  const below = (n: number) => Math.floor(random() * n);
  const urls = new Map<string, string>();

  /** A tile near the map at a zoom from 0 to 14, on any day; one in five by the immutable URL of the day. */
  async function ask(): Promise<number> {
    const z = below(15);
    const side = 2 ** z;
    const [x, y] = [Math.floor((0.6 + 0.0042 * random()) * side), Math.floor((0.393 + 0.004 * random()) * side)];
    const date = String(days[below(DATES)]);
    let path = `/tiles/${series}/${z}/${x}/${y}.mvt?date=${date}`;
    if (random() < 0.2) {
      const known = urls.get(date) ?? (await described(date));
      urls.set(date, known);
      path = known.replace('{z}/{x}/{y}', `${z}/${x}/${y}`);
    }
    const response = await fetch(service.address + path);
    await response.arrayBuffer();
    return response.status;
  }
  async function described(date: string): Promise<string> {
    const json = (await (await fetch(`${service.address}/tiles/${series}.json?date=${date}`)).json()) as {
      tiles: [string];
    };
    return json.tiles[0].slice(service.address.length);
  }

  for (let i = 0; i < 500; i++) await ask();
  const before = process.memoryUsage().rss;
  const seen = { rss: before, cache: 0 };
  const statuses = new Map<number, number>();
  const since = performance.now();
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const status = await ask();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        seen.cache = Math.max(seen.cache, tiles.cache.bytes());
        if (left % 500 === 0) seen.rss = Math.max(seen.rss, process.memoryUsage().rss);
      }
    }),
  );
  const seconds = (performance.now() - since) / 1000;
  const counts = tiles.cache.counts();
  const total = (what: 'hits' | 'misses') => counts.reduce((sum, count) => sum + count[what], 0);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  console.log(
    `${REQUESTS} requests in ${seconds.toFixed(0)} s, ${total('hits')} from memory, ${total('misses')} drawn; tiles held at most ${mb(seen.cache)} MB ` +
      `(bound ${mb(CACHE_BYTES)}); the process grew from ${mb(before)} to at most ${mb(seen.rss)} MB (bound: by ${mb(BOUND_BYTES)})`,
  );
  expect([...statuses.keys()].sort()).toEqual([200, 204]);
  expect(total('misses')).toBeGreaterThan(REQUESTS / 20);
  expect(seen.cache).toBeLessThanOrEqual(CACHE_BYTES);
  expect(seen.rss - before).toBeLessThanOrEqual(BOUND_BYTES);
  await service.close();
  await tiles.close();
});
