import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { database, onServer } from '../setup/databases.js';
import { HAS_GDAL, runGdal } from '../setup/gdal.js';
import { serviceOn } from '../setup/service.js';

/*
 * Maps as dense as real ones, with borders that wind at every scale and come near to themselves, are read back from every endpoint and
 * file that publishes their ground, each polygon valid and the whole of them free of gaps and overlaps. VERTICES: of one border; SEEDS.
 */
const VERTICES = Number(process.env.VERTICES ?? 2048);
const SEEDS = (process.env.SEEDS ?? '1,2,3').split(',').map(Number);
const PARTIES = ['north', 'south', 'east', 'west'];
type Point = [number, number];

function random(seed: number) {
  let state = seed * 7919 + 17;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A line from `a` to `b` by midpoint displacement; its x only grows, so that it never crosses itself. */
function winding(a: Point, b: Point, roughness: number, next: () => number): Point[] {
  let line = [a, b];
  while (line.length < VERTICES) {
    const off = (roughness * 2) / line.length ** 0.9;
    line = line.flatMap(([x, y], i): Point[] => {
      const [x1, y1] = line[i + 1] ?? [x, y];
      return line[i + 1] ? [[x, y], [x + (x1 - x) * (0.3 + 0.4 * next()), (y + y1) / 2 + (next() - 0.5) * off]] : [[x, y]]; // biome-ignore format: one line
    });
  }
  return line;
}

/** Four bands of ground in a box of 2 by 2 degrees, their borders in as many digits as a double has. */
function dense(seed: number) {
  const next = random(seed);
  const borders: Point[][] = [[[36, 34], [38, 34]]]; // biome-ignore format: one line
  for (const lat of [34.5, 35, 35.5]) borders.push(winding([36, lat], [38, lat], 0.1, next));
  borders.push([[36, 36], [38, 36]]); // biome-ignore format: one line
  return {
    type: 'FeatureCollection',
    features: PARTIES.map((party, i) => {
      const [below = [], above = []] = [borders[i], borders[i + 1]];
      const ring = [...below, ...above.toReversed(), below[0]];
      return { type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [ring] } };
    }),
  };
}

interface Read {
  features: { geometry: object | null }[];
}
const FILES = ['geojson', 'gpkg', 'fgb', 'csv', 'kml', 'shp.zip', 'parquet'];
const COLLECTION_FILES = ['fgb', 'gpkg', 'csv', 'parquet', 'kml', 'shp'];

onServer('dense maps as they are published', () => {
  const db = () => database('server');
  const { get, json, post } = serviceOn(db);

  describe.skipIf(!HAS_GDAL).each(SEEDS)('seed %i', (seed) => {
    it('are valid, without gap and overlap, from every endpoint and in every file', async () => {
      const series = `dense-${process.pid}-${seed}`;
      const query = 'create=true&title=T&publisher=P&licence=CC0-1.0&accuracy=100&source=https://example.org';
      const first = await post(`/series/${series}/snapshots?${query}&date=2024-05-01`, dense(seed));
      expect(first.status, JSON.stringify(first.body)).toBe(201);
      const second = await post(
        `/series/${series}/snapshots?date=2024-06-01&source=https://example.org&accept=test`,
        dense(seed + 1000),
      );
      expect(second.status, JSON.stringify(second.body)).toBe(201);

      /** What is wrong with the ground of these features; `whole`: they are all the ground of the box. */
      const faults = async ({ features }: Read, whole: boolean) => {
        const [row] = await (await db()).query<{
          n: number;
          invalid: string[];
          overlap: number;
          gap: number;
          holes: number;
        }>(
          `with g as (select st_geomfromgeojson(f ->> 'geometry') as geom from jsonb_array_elements($1::jsonb) f where f ->> 'geometry' is not null),
             p as (select (st_dump(geom)).geom from g where st_dimension(geom) = 2),
             u as (select st_union(geom) as geom from p)
           select (select count(*)::int from p) as n,
             (select coalesce(array_agg(st_isvalidreason(geom)), '{}') from g where not st_isvalid(geom)) as invalid,
             (select sum(st_area(geom)) from p) - st_area(u.geom) as overlap, 4 - st_area(u.geom) as gap,
             (select sum(st_numinteriorrings(d.geom))::int from st_dump(u.geom) d) as holes
           from u`,
          [JSON.stringify(features)],
        );
        expect(row?.n).toBeGreaterThan(0);
        return {
          invalid: row?.invalid,
          overlap: Math.abs(row?.overlap ?? 1) > 1e-11,
          ...(whole && { gap: Math.abs(row?.gap ?? 1) > 1e-11, holes: row?.holes }),
        };
      };
      const sound = { invalid: [], overlap: false };
      const complete = { ...sound, gap: false, holes: 0 };
      const at = `series=${series}&date=2024-05-01`;
      expect(await faults(await json(`/control?${at}`), true), 'control').toEqual(complete);
      expect(await faults(await json(`/control?${at}&cells=true`), true), 'cells').toEqual(complete);
      const change = `/change?series=${series}&from=2024-05-01&to=2024-06-01&f=geojson`;
      expect(await faults(await json(change), false), 'change').toEqual(sound);
      const items = `/ogc/collections/${series}_control/items?limit=100&datetime=2024-05-01`;
      expect(await faults(await json(`${items}&f=json`), true), 'items').toEqual(complete);

      const folder = mkdtempSync(join(tmpdir(), 'salient-dense-'));
      const files = [
        ...FILES.map((form) => [form, `/snapshots/${series}/2024-05-01.${form}`] as const),
        ...COLLECTION_FILES.map((form) => [form, `${items}&f=${form}`] as const),
      ];
      try {
        for (const [form, path] of files) {
          const response = await get(path);
          const bytes = Buffer.from(await response.arrayBuffer());
          expect(response.status, `${path}: ${bytes.subarray(0, 200)}`).toBe(200);
          if (form === 'parquet') {
            const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
            const rows = (await parquetReadObjects({ file: buffer, compressors })) as Read['features'];
            expect(await faults({ features: rows.map(({ geometry }) => ({ geometry })) }, true), path).toEqual(
              complete,
            );
            continue;
          }
          const file = join(folder, form === 'shp' ? 'm.shp.zip' : `m.${form}`);
          writeFileSync(file, bytes);
          const out = join(folder, 'out.geojson');
          const options =
            form === 'csv' ? ['-oo', 'GEOM_POSSIBLE_NAMES=geometry,geom,wkt,WKT', '-oo', 'KEEP_GEOM_COLUMNS=NO'] : [];
          const source = form.startsWith('shp') ? `/vsizip/${file}` : file;
          const ran = await runGdal(
            'ogr2ogr',
            '-f',
            'GeoJSON',
            '-lco',
            'COORDINATE_PRECISION=17',
            ...options,
            out,
            source,
          );
          const read = JSON.parse(readFileSync(out, 'utf8')) as Read;
          expect(await faults(read, true), `${path} ${ran.told.slice(0, 300)}`).toEqual(complete);
          rmSync(out);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});
