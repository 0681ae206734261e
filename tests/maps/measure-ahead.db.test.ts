import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharedLines } from '../../src/coverage/shared-lines.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { fromWkb, linesToWkb, toWkb } from '../../src/geometry/wkb.js';
import { openFileReader } from '../../src/maps/file-reader.js';
import { type Importer, openImporter } from '../../src/maps/import.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { measureAhead } from '../../src/maps/measure-ahead.js';
import { NO_RULES } from '../../src/maps/repair/rules.js';
import { partedBorderLines } from '../../src/maps/theatre/border-lines.js';
import type { IsoDate } from '../../src/model/dates.js';
import {
  buildPartition,
  type CutPartition,
  cutPartition,
  storePartition,
} from '../../src/series/planar-partition.sql.js';
import { editionAt } from '../../src/series/reference/editions.sql.js';
import { storePacked } from '../../src/series/shapes.sql.js';
import type { Queryable } from '../../src/store/pool.js';
import { fractalCells } from '../coverage/fractal-cells.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { runs } from '../setup/runs.js';
import { temporaryFolder } from '../setup/spawned.js';
import { mapOfFront, wanderingFronts } from '../setup/wandering-front.js';

const theatre = { type: 'Polygon', coordinates: [box(36, 35, 37, 36)] };
const theatreRing = theatre.coordinates as Polygon;
const creation = { title: 'T', publisher: 'P', licence: 'L', accuracyM: 100, theatre };
const folder = temporaryFolder();
const days = ['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-04', '2020-01-05'] as IsoDate[];
const fronts = wanderingFronts(6).map((front) => front.filter((_, i) => i % 50 === 0 || i === front.length - 1));

const file = (name: string, front: number): { path: string } => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(mapOfFront(fronts[front] as [number, number][])));
  return { path };
};

/** The same with an area that crosses itself, and one that is drawn over another party's. */
const sloppy = (name: string, front: number): { path: string } => {
  const path = join(folder, name);
  const map = mapOfFront(fronts[front] as [number, number][]);
  const [a, b, c, d] = box(36.1, 35.1, 36.2, 35.2);
  for (const ring of [[a, c, b, d, a], box(36.4, 35.7, 36.5, 35.8)] as [number, number][][]) {
    const geometry = { type: 'Polygon', coordinates: [ring] };
    map.features.push({ type: 'Feature', properties: { party: 'south' }, geometry });
  }
  writeFileSync(path, JSON.stringify(map));
  return { path };
};
const settling = { ...NO_RULES, repair: true, overlaps: 'last' as const };

interface World {
  seed: number;
  cells: number;
  columns: number;
  without: number;
  over: number[] | null;
}

/** Random cells that fill some of the theatre, some of them left out and one drawn over its neighbours. */
const worlds: fc.Arbitrary<World> = fc.record({
  seed: fc.nat(),
  cells: fc.integer({ min: 1, max: 8 }),
  columns: fc.integer({ min: 6, max: 16 }),
  without: fc.nat(8),
  over: fc.constantFrom(null, [36.2, 35.3], [36.5, 35.5]),
});

function polygonsOf({ seed, cells, columns, without, over }: World): Polygon[][] {
  const { members } = fractalCells(seed, cells, columns, columns, [36, 35, 37, 36]);
  const rounded = members.map(({ polygons }) =>
    polygons.map((polygon) => polygon.map((ring) => ring.map(([x = 0, y = 0]) => [round(x), round(y)]))),
  );
  const [x = 0, y = 0] = over ?? [];
  const drawnOver = over ? [[[box(x, y, x + 0.2, y + 0.3)]]] : [];
  return [...rounded.filter((_, i) => i === 0 || i !== without), ...drawnOver] as unknown as Polygon[][];
}

const round = (degrees: number) => Number(degrees.toFixed(7));
const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

class RolledBack extends Error {}

onEachDatabase('a map that is measured before its turn', (db) => {
  const series = `measured-ahead-${process.pid}`;
  const requested = (map: { path: string }, date: IsoDate, next: { path: string; date: IsoDate } | null = null) => {
    const words = { source: null, create: null, accept: 'made for a test' };
    return { series, map, options: { date }, next, ...words };
  };

  let importer: Importer;
  const reader = openFileReader();

  beforeAll(async () => {
    importer = openImporter(await db());
    const first = requested(file('first.geojson', 0), days[0] as IsoDate);
    await importer.import({ ...first, create: creation });
  });
  afterAll(async () => {
    await importer.close();
    await reader.close();
  });

  const editionOf = async () => (await editionAt(await db(), series, null))?.id as number;

  it('has a partition that is, face by face, the one that is built of the stored polygons', async () => {
    const edition = await editionOf();
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const drawn = polygonsOf(world).map((parts) => ({ parts, sha256: hash(parts), wkb: toWkb(parts) }));
        const polygons = await valid(await db(), drawn);
        const lines = linesToWkb(sharedLines(polygons.map(({ parts }) => parts as unknown as number[][][][])));
        const cut = await cutPartition(await db(), edition, polygons, lines);
        // Only what touches anything noded: the same to the last digits, whatever that is.
        const parted = await cutPartition(await db(), edition, polygons, partedBorderLines(polygons, [theatreRing]));
        expect(rounded(parted)).toEqual(rounded(cut));
        await (await db())
          .transaction(async (tx) => {
            const ids = await storePacked(tx, polygons);
            const built = await buildPartition(tx, edition, hash(['built', world]), [...ids.values()]);
            const stored = await storePartition(tx, edition, hash(['cut', world]), cut);
            const expected = await facesOf(tx, built);
            expect(expected.length).toBeGreaterThan(0);
            expect(await facesOf(tx, stored)).toEqual(expected);
            throw new RolledBack();
          })
          .catch((error) => {
            if (!(error instanceof RolledBack)) throw error;
          });
      }),
      { numRuns: runs(6), seed: 20200105 },
    );
  });

  it('changes no figure of a folder of maps that are repaired and settled', async () => {
    const maps = days.slice(0, 3).map((date, i) => ({ ...sloppy(`sloppy-${date}.geojson`, i), date }));
    const [ahead, oneByOne] = [`${series}-sloppy`, `${series}-sloppy-one-by-one`];
    const found = { [ahead]: [] as unknown[], [oneByOne]: [] as unknown[] };
    for (const of of [ahead, oneByOne]) {
      for (const [i, map] of maps.entries()) {
        const words = { ...requested(map, map.date, of === ahead ? (maps[i + 1] ?? null) : null), series: of };
        const create = i === 0 ? { ...creation, theatre: { ...theatre } } : null;
        const [imported] = await importer.import({ ...words, create, rules: settling });
        found[of]?.push({ ...imported, revision: null });
      }
    }
    await importer.settled();
    expect(found[ahead]).toEqual(found[oneByOne]);
    const areas = async (of: string) =>
      (await db()).query(
        `select valid_on, r.sha256, drawn_spacing_m, no, class, area_m2 from revision r cross join lateral faces_of(r.id)
         where series = $1 order by valid_on, no`,
        [of],
      );
    const expected = await areas(oneByOne);
    expect(expected.length).toBeGreaterThan(2 * maps.length);
    expect(await areas(ahead)).toEqual(expected);
  });

  it('changes no figure of a folder of maps', async () => {
    const maps = days.slice(1).map((date, i) => ({ ...file(`${date}.geojson`, i + 1), date }));
    const other = `${series}-one-by-one`;
    const oneByOne = { ...requested(file('first.geojson', 0), days[0] as IsoDate), series: other };
    await importer.import({ ...oneByOne, create: { ...creation, theatre: { ...theatre } } });
    for (const [i, map] of maps.entries()) {
      await importer.import(requested(map, map.date, maps[i + 1] ?? null));
      await importer.import({ ...requested(map, map.date), series: other });
    }
    await importer.settled();
    const figures = async (of: string) =>
      (await db()).query(
        `select valid_on, from_class, to_class, round(m2::numeric, 3) as m2, theatre_m2
         from revision join plane on plane.id = revision.plane left join kept_change on to_revision = revision.id
         where series = $1 order by 1, 2, 3`,
        [of],
      );
    const expected = await figures(other);
    expect(expected.length).toBeGreaterThan(days.length);
    expect(await figures(series)).toEqual(expected);
  });

  it('is not taken for that of another map, nor of the same file written anew', async () => {
    const store = await db();
    const [next, instead] = [file('next.geojson', 4), file('instead.geojson', 5)];
    const on = (day: string) => day as IsoDate;
    await importer.import(requested(file('now.geojson', 3), on('2020-02-01'), { ...next, date: on('2020-02-02') }));
    await importer.import(requested(instead, on('2020-02-03')));
    const areas = async (date: string) =>
      store.query(
        `select area.party, round(sum(area_m2)) as m2 from revision
           join area on area.revision = revision.id join plane_face f on f.plane = revision.plane and f.shape = area.shape
         where series = $1 and valid_on = $2 and superseded_at is null group by 1 order by 1`,
        [series, date],
      );
    await importer.import(requested(file('again.geojson', 5), on('2020-01-05')));
    expect(await areas('2020-02-03')).toEqual(await areas('2020-01-05'));
    expect(await areas('2020-02-03')).not.toEqual(await areas('2020-02-01'));
  });

  it('is not measured where it is stored already, and what is wrong with it is told to who imports it', async () => {
    const store = await db();
    const taken = (source: { path: string }, rules = NO_RULES) => {
      const options = { date: days[0] as IsoDate, knownParties: null };
      const request = { source, options, reading: READ_OPTIONS, lenient: false };
      const frame = async () => ({ onFrame: () => false, polygons: [theatreRing] });
      const how = { rules, mapping: null, frameOf: frame };
      return measureAhead(store, { series, theatre: series, accuracy_m: 100 }, reader.readAhead(request), how);
    };
    expect(await taken(file('first-again.geojson', 0))).toBeNull();
    expect(await taken({ path: join(folder, 'missing.geojson') })).toBeNull();
    const crossed = join(folder, 'crossed.geojson');
    const [a, b, c, d] = box(36, 35, 36.5, 35.5);
    const geometry = { type: 'Polygon', coordinates: [[a, c, b, d, a]] };
    writeFileSync(crossed, JSON.stringify({ type: 'Feature', properties: { party: 'north' }, geometry }));
    const changed = expect.objectContaining({ changed: true, measures: expect.objectContaining({ outside_km2: 0 }) });
    // The embedded engine has one connection, and measures nothing ahead.
    const measured = store.engine === 'embedded' ? null : expect.objectContaining({ partition: null });
    expect(await taken({ path: crossed })).toEqual(measured);
    const reworked = store.engine === 'embedded' ? null : expect.objectContaining({ reworked: changed });
    expect(await taken(sloppy('sloppy.geojson', 0), settling)).toEqual(reworked);
    await importer.import(
      requested(file('before.geojson', 2), '2020-02-28' as IsoDate, { path: crossed, date: '2020-03-01' as IsoDate }),
    );
    await expect(importer.import(requested({ path: crossed }, '2020-03-01' as IsoDate))).rejects.toMatchObject({
      code: 'invalid_snapshot',
    });
  });
});

/** Without the cells that bite their own tail. */
async function valid<T extends { wkb: Uint8Array }>(db: Queryable, polygons: T[]): Promise<T[]> {
  const rows = await db.query<{ ok: boolean }>(
    'select st_isvalid(st_geomfromwkb(wkb)) as ok from unnest($1::bytea[]) with ordinality sent(wkb, n) order by n',
    [polygons.map(({ wkb }) => Buffer.from(wkb))],
  );
  return polygons.filter((_, i) => rows[i]?.ok);
}

/** Faces to a thousandth of a square metre and a micrometre, wherever their rings begin. */
function rounded({ theatre_m2, faces }: CutPartition) {
  const points = (wkb: Uint8Array) => {
    const { coordinates } = fromWkb(wkb).geometry as { coordinates: number[][][] };
    return coordinates.map((ring) =>
      ring
        .slice(1)
        .map((point) => point.map((m) => m.toFixed(5)).join())
        .sort(),
    );
  };
  const kept = faces.map(({ wkb, area_m2, ...face }) => ({ ...face, m2: area_m2.toFixed(3), points: points(wkb) }));
  return { m2: theatre_m2.toFixed(3), faces: kept };
}

async function facesOf(tx: Queryable, plane: number) {
  return tx.query<CutPartition['faces'][number]>(
    `select no, shape, territory, round(area_m2::numeric, 3) as area_m2, st_npoints(geom) as points
     from plane_face where plane = $1 order by no`,
    [plane],
  );
}
