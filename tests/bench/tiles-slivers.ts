/**
 * Overlaps and gaps between neighbours in decoded tiles, ours beside per-feature simplification (ST_Simplify with the
 * same tolerance, ST_AsMVT), over the same coverage of 300 cells and the same tiles: `TEST_DATABASE_URL=postgres://… npx
 * tsx tests/bench/tiles-slivers.ts [tiles a zoom]`. Writes its table into tests/bench/README.md. One statement measures
 * both: what the areas add up to beyond their union is overlap, what the union lacks of the frame is gap.
 */
import { classifyRings, VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import pg from 'pg';
import { EXTENT, UNITS_PER_PIXEL, unitsPerWorld } from '../../src/coverage/grid.js';
import { mercatorX, mercatorY } from '../../src/coverage/mercator.js';
import type { TileAddress } from '../../src/tiles/address.js';
import { buildLayerGroup, tileOf } from '../../src/tiles/drawing/layer-group.js';
import { fractalCells } from '../coverage/fractal-cells.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { FRAME, layerOf, tilesOver } from './bench-coverage.js';
import { table, writeFigures } from './readme.js';
import { prepareRivals, rivalTile, ZOOMS } from './rival-tiles.js';

const most = Number(process.argv[2] ?? 40);
if (!SERVER_URL) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
const { members, vertices } = fractalCells(7, 300, 330, 260, FRAME);
const group = buildLayerGroup([
  layerOf(members.map(({ id, polygons }) => ({ id, geometry: { type: 'MultiPolygon', coordinates: polygons } }))),
]);
const client = new pg.Client({ connectionString: await freshDatabase(SERVER_URL), options: '-c jit=off' });
await client.connect();
const simplified = (await prepareRivals(client, members)).find(({ name }) => name === 'simplified');
if (!simplified) throw new Error('no rival is called simplified');

/** The areas of a tile as GeoJSON in tile units. */
function areasIn(mvt: Uint8Array): string[] {
  if (mvt.length === 0) return [];
  const layer = new VectorTile(new PbfReader(mvt)).layers.control;
  return Array.from({ length: layer?.length ?? 0 }, (_, i) => {
    const polygons = classifyRings(layer?.feature(i).loadGeometry() ?? []);
    const coordinates = polygons.map((rings) => rings.map((ring) => ring.map(({ x, y }) => [x, y])));
    return JSON.stringify({ type: 'MultiPolygon', coordinates });
  });
}

/** The frame within the tile, units. */
function frameIn({ z, x, y }: TileAddress): [number, number, number, number] {
  const scale = unitsPerWorld(z);
  const within = (value: number) => Math.max(0, Math.min(EXTENT, Math.round(value)));
  const [west, south, east, north] = FRAME;
  return [
    within(mercatorX(west) * scale - x * EXTENT),
    within(mercatorY(north) * scale - y * EXTENT),
    within(mercatorX(east) * scale - x * EXTENT),
    within(mercatorY(south) * scale - y * EXTENT),
  ];
}

/** Overlap and gap of a tile, square units. */
async function measured(tile: TileAddress, mvt: Uint8Array): Promise<[overlap: number, gap: number]> {
  const { rows } = await client.query<{ overlap: number; gap: number }>(
    `with area as (
       select st_intersection(st_makevalid(st_geomfromgeojson(g)), st_setsrid(st_makeenvelope($2, $3, $4, $5), 4326)) as geom
       from unnest($1::text[]) g
     )
     select coalesce(sum(st_area(geom)), 0) - coalesce(st_area(st_union(geom)), 0) as overlap,
            ($4::float8 - $2::float8) * ($5::float8 - $3::float8) - coalesce(st_area(st_union(geom)), 0) as gap
     from area`,
    [areasIn(mvt), ...frameIn(tile)],
  );
  const [row] = rows;
  // Sums of areas of whole coordinates: what is left below a millionth of a unit is the last digit.
  const exact = (value = 0) => (Math.abs(value) < 1e-6 ? 0 : value);
  return [exact(row?.overlap), exact(row?.gap)];
}

const rows: (string | number)[][] = [];
const middle = Math.cos((((FRAME[1] + FRAME[3]) / 2) * Math.PI) / 180);
for (const zoom of ZOOMS) {
  const tiles = tilesOver(zoom, most);
  const sums = [0, 0, 0, 0];
  for (const tile of tiles) {
    const found = [
      ...(await measured(tile, tileOf(group, tile, ['control']))),
      ...(await measured(tile, await rivalTile(client, simplified, tile))),
    ];
    found.forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
    });
  }
  const unitKm = (40_075.016_685_578 / unitsPerWorld(zoom)) * middle;
  const cells = sums.map((units) =>
    units === 0 ? '0' : `${(units / UNITS_PER_PIXEL ** 2).toFixed(0)} px², ${(units * unitKm ** 2).toFixed(2)} km²`,
  );
  rows.push([zoom, tiles.length, ...cells]);
  console.log(rows.at(-1)?.join('  '));
}
const header = [
  'zoom',
  'tiles',
  'our overlap',
  'our gap',
  'overlap, simplified one by one',
  'gap, simplified one by one',
];
writeFigures(
  'slivers',
  `${members.length} cells with fractal borders, ${vertices.toLocaleString('en')} different vertices; sums over the tiles measured.\n\n${table(header, rows)}`,
);
await client.end();
process.exit(0);
