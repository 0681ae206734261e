/**
 * Tiles against PostGIS's own ST_AsMVT, in four forms, on one server, in one run, both sides without HTTP and with the
 * same layer: `TEST_DATABASE_URL=postgres://… npx tsx tests/bench/tiles-rivals.ts VERTICES`, with 1000, 10000, 100000 or
 * 1000000. Writes its table into tests/bench/README.md.
 *
 * Each tile is drawn `WARM_UP` times by everybody, then `RUNS` times in turn; the figure of a tile is the median of its
 * runs, that of a zoom the median of its tiles.
 */
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import type { TileAddress } from '../../src/tiles/address.js';
import { openTileCache } from '../../src/tiles/cache.js';
import { openDrawing } from '../../src/tiles/drawing/drawing.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { coverageOf, layerOf, median, tilesOver } from './bench-coverage.js';
import { pixelErrors } from './pixel-error.js';
import { table, writeFigures } from './readme.js';
import { prepareRivals, rivalTile, ZOOMS } from './rival-tiles.js';

const RUNS = 7;
const WARM_UP = 10;
const TILES = 20;
/** Whose distance from the true borders is measured, and at how many vertices of a zoom: ours and the simplified ones. */
const ERRORS_OF = new Set([0, 4]);
const ERROR_VERTICES = 200;
/** Slower than this once, a tile is drawn but once more. */
const SLOW_MS = 400;

const vertices = Number(process.argv[2]);
if (!SERVER_URL || !vertices) throw new Error('TEST_DATABASE_URL=… npx tsx tests/bench/tiles-rivals.ts VERTICES');
const client = new pg.Client({ connectionString: await freshDatabase(SERVER_URL), options: '-c jit=off' });
await client.connect();
const members = coverageOf(vertices);
const rivals = await prepareRivals(client, members);

const timed = async <T>(work: () => Promise<T>): Promise<[ms: number, T]> => {
  const since = performance.now();
  const result = await work();
  return [performance.now() - since, result];
};

// The worker is started, and the code of both threads compiled, on another coverage, as the server's statements are warm too.
const drawing = openDrawing({ maxBytes: 4e9 });
const few = layerOf(
  coverageOf(1000).map(({ id, polygons }) => ({ id, geometry: { type: 'MultiPolygon', coordinates: polygons } })),
);
for (let i = 0; i < 50; i++) {
  for (const tile of tilesOver(9, 10))
    await drawing.tile(tile, [{ key: 'warm-up', layers: ['control'], sources: async () => [few] }]);
}

async function load() {
  const { rows } = await client.query<{ id: number; geometry: string }>(
    'select id, st_asgeojson(geom, 7) as geometry from cell order by id',
  );
  return [layerOf(rows)];
}
const ours = (tile: TileAddress) => drawing.tile(tile, [{ key: 'bench', layers: ['control'], sources: load }]);
const [firstMs] = await timed(() => ours(tilesOver(8, 1)[0] as TileAddress));
let allZoomsMs = firstMs;
for (const zoom of ZOOMS) allZoomsMs += (await timed(() => ours(tilesOver(zoom, 1)[0] as TileAddress)))[0];
const tilesInAll = ZOOMS.reduce((sum, zoom) => sum + tilesOver(zoom, 1e6).length, 0);

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const contenders = [ours, ...rivals.map((rival) => (tile: TileAddress) => rivalTile(client, rival, tile))];
const rows: (string | number)[][] = [];
const ratios: number[] = [];
const flyRatios: number[] = [];
const cache = openTileCache({ maxBytes: 1e9 });
const cachedMs: number[] = [];
for (const zoom of ZOOMS.toReversed()) {
  const found = contenders.map(() => ({ ms: [] as number[], bytes: 0, zipped: 0, errors: [] as number[] }));
  for (const tile of tilesOver(zoom, TILES)) {
    const warm = contenders.map(() => 0);
    const took = contenders.map(() => [] as number[]);
    const sizes: number[] = [];
    const zipped: number[] = [];
    for (const [who, draw] of contenders.entries()) {
      const [ms, bytes] = await timed(() => draw(tile));
      warm[who] = ms;
      sizes.push(bytes.length);
      zipped.push(bytes.length > 0 ? gzipSync(bytes).length : 0);
      if (ERRORS_OF.has(who) && (found[who]?.errors.length ?? 0) < ERROR_VERTICES) {
        for (const error of pixelErrors(members, tile, bytes)) found[who]?.errors.push(error);
      }
    }
    // A tile without a border in it says little of either.
    if ((sizes[1] ?? 0) === 0) continue;
    for (let run = 1 - WARM_UP; run <= RUNS; run++) {
      for (const [who, draw] of contenders.entries()) {
        if (run !== 1 && (warm[who] ?? 0) > SLOW_MS) continue;
        const [ms] = await timed(() => draw(tile));
        if (run > 0) took[who]?.push(ms);
      }
    }
    for (const [who, one] of found.entries()) {
      one.ms.push(median(took[who] ?? []));
      one.bytes += sizes[who] ?? 0;
      one.zipped += zipped[who] ?? 0;
    }
    const key = `${tile.z}/${tile.x}/${tile.y}`;
    await cache.getOrDraw(key, zoom, () => ours(tile));
    const since = performance.now();
    for (let i = 0; i < 1000; i++) await cache.getOrDraw(key, zoom, () => ours(tile));
    cachedMs.push((performance.now() - since) / 1000);
  }
  const ms = found.map((one) => median(one.ms));
  const [our = 0, fly = 0] = ms;
  const best = Math.min(...ms.slice(1));
  ratios.push(best / our);
  flyRatios.push(fly / our);
  const [ourBytes = 0, , , , simplifiedBytes = 0] = found.map((one) => one.bytes);
  const [ourZipped = 0, , , , simplifiedZipped = 0] = found.map((one) => one.zipped);
  const cells = ms.map((value) => value.toFixed(value < 10 ? 2 : 0));
  rows.push([
    zoom,
    found[0]?.ms.length ?? 0,
    ...cells,
    (best / our).toFixed(1),
    (fly / our).toFixed(1),
    (ourBytes / 1000).toFixed(1),
    (simplifiedBytes / 1000).toFixed(1),
    `${(ourBytes / simplifiedBytes).toFixed(3)} / ${(ourZipped / simplifiedZipped).toFixed(3)}`,
    [0, 4].map((who) => mean(found[who]?.errors ?? []).toFixed(3)).join(' / '),
  ]);
  console.log(rows.at(-1)?.join('  '));
}

const count = members.reduce(
  (sum, { polygons }) => sum + polygons.flat().reduce((n, ring) => n + ring.length - 1, 0),
  0,
);
const header = [
  'zoom',
  'tiles',
  'ours',
  ...rivals.map(({ name }) => name),
  'best / ours',
  'on the fly / ours',
  'our kB',
  'simplified kB',
  'ours / simplified, plain / gzip',
  'pixel error, ours / simplified',
];
const text = `${members.length} cells, ${count.toLocaleString('en')} vertices of polygons; milliseconds a tile, medians; kB are of all tiles measured at the zoom.

${table(header, rows)}

Best rival / ours: median ${median(ratios).toFixed(1)}, least ${Math.min(...ratios).toFixed(2)}; on the fly / ours: median ${median(flyRatios).toFixed(0)}, least ${Math.min(...flyRatios).toFixed(1)}.
Cold: the first tile of a state, loading and building included, ${firstMs.toFixed(0)} ms; the coverage of all ten zooms ${allZoomsMs.toFixed(0)} ms,
${(allZoomsMs / tilesInAll).toFixed(2)} ms for each of the ${tilesInAll.toLocaleString('en')} tiles of the frame. Made before their first tile: ${rivals.map(({ name, prepared }) => `${name} ${prepared.toFixed(1)} s`).join(', ')}.
From our memory: ${(median(cachedMs) * 1000).toFixed(1)} µs a tile.`;
writeFigures(`rivals-${vertices}`, text);
await client.end();
await drawing.close();
process.exit(0);
