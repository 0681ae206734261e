import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, it } from 'vitest';
import type { SalientError } from '../../src/errors.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { geoParquet, type Times } from '../setup/geo-parquet.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage } from '../setup/map-files.js';

/** The systems in which the areas of a file are drawn; those of longitude and latitude alone need none. */
const systemsOf = ({ snapshots, drawn }: Awaited<ReturnType<typeof read>>) => [
  ...snapshots.flatMap(({ areas }) => areas.map(() => null)),
  ...drawn.flatMap(({ areas }) => areas.map(({ crs }) => crs)),
];
const AREAS = [{ properties: { party: 'government' }, polygons: [[box(36, 35, 37, 36)]] }];
const read = (source: Uint8Array, options: Partial<ImportOptions> = {}) =>
  readHere({
    source,
    options: { knownParties: null, ...options },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });

describe('days of columns with times', () => {
  const time = Date.UTC(2024, 4, 1);
  const evening = time + 23.5 * 3_600_000;
  const dayOf = async (source: Uint8Array, timeZone?: string) =>
    (await read(source, { dateProperty: 'day', timeZone })).snapshots.map(({ date }) => date).join();
  const written = (at: number, as: Times) => geoParquet(AREAS, { day: { time: at, as } });
  const text = (day: string) => AREAS.map((area) => ({ ...area, properties: { ...area.properties, day } }));

  it.each(['local', 'INT96'] as const)('%s times are of the day that is written, in whatever zone', async (as) => {
    for (const zone of ['America/New_York', 'UTC', 'Asia/Tokyo']) {
      expect(await dayOf(written(time, as), zone)).toBe('2024-05-01');
      expect(await dayOf(written(evening, as), zone)).toBe('2024-05-01');
    }
  });

  it('instants fall in the day of the zone', async () => {
    expect(await dayOf(written(time, 'instants'), 'America/New_York')).toBe('2024-04-30');
    expect(await dayOf(written(evening, 'instants'), 'Asia/Tokyo')).toBe('2024-05-02');
  });

  it.each([
    ['2024-05-01 00:00:00+03', '%Y-%m-%d %H:%M:%S%z'],
    ['01.05.2024 23:30 -0500', '%d.%m.%Y %H:%M %z'],
    ['2024-05-01T00:00:00Z', '%Y-%m-%dT%H:%M:%S%z'],
  ])(
    'the day of an instant with an offset, %s, is nobody’s to guess, with a format as without one',
    async (day, dateFormat) => {
      const source = Buffer.from(JSON.stringify(geoJson(text(day))));
      const options = { dateProperty: 'day', dateFormat };
      await expect(read(source, options)).rejects.toThrow(/is an instant: --time-zone/);
      expect((await read(source, { ...options, timeZone: 'Asia/Tokyo' })).snapshots).toHaveLength(1);
    },
  );

  it('one table as FlatGeobuf, GeoPackage and GeoParquet has the same day, and without a zone the same refusal', async () => {
    for (const [at, day] of [
      [time, '2024-05-01T00:00:00'],
      [evening, '2024-05-01T23:30:00'],
    ] as const) {
      // biome-ignore format: one line
      const files = [written(at, 'local'), flatGeobuf(text(day)), geoPackage(text(day))];
      const days = await Promise.all(files.map((file) => dayOf(file, 'America/New_York')));
      expect(days).toEqual(['2024-05-01', '2024-05-01', '2024-05-01']);
      const refusals = await Promise.all(
        files.map((file) =>
          dayOf(file).catch((error: { problems: { message: string }[] }) => error.problems[0]?.message),
        ),
      );
      expect(new Set(refusals.map((one) => one?.replace(/ \([^()]*\)$/, ''))).size).toBe(1);
      expect(refusals[0]).toContain(`"${day}" is a date with a time of no stated zone: --time-zone`);
    }
  });
});

describe('what its metadata say of the ground', () => {
  const whole = { date: parseDate('2024-05-01') };

  it('a system that is null is unknown: refused as in GeoJSON, and settled by --crs', async () => {
    const files = [
      geoParquet(AREAS, { column: { crs: null } }),
      Buffer.from(JSON.stringify(geoJson(AREAS, { crs: null }))),
    ];
    for (const file of files) {
      await expect(read(file, whole)).rejects.toThrow(/crs: null .*coordinate system is unknown.*--crs names it/);
      expect((await read(file, { ...whole, crs: 'EPSG:4326' })).areas).toBe(1);
    }
    expect((await read(geoParquet(AREAS), whole)).notes).toEqual([]);
  });

  it.each([{ column: { edges: 'spherical' } }, { column: null, type: 'GEOGRAPHY' as const }])(
    'edges on the globe are read as straight ones, with a note: %j',
    async (ways) => {
      const { notes } = await read(geoParquet(AREAS, ways), whole);
      expect(notes.join()).toMatch(/edges of column "geometry" .*spherical.*straight in longitude, latitude/);
    },
  );
});

describe('files that declare no coordinate system', () => {
  const whole = { date: parseDate('2024-05-01') };
  const taken = /declares no coordinate system.*--crs.*longitude, latitude of WGS 84/;
  const esri = { geometryType: 'esriGeometryPolygon', features: [{ attributes: { party: 'a' }, geometry: { rings: [box(36, 35, 37, 36).reverse()] } }] }; // biome-ignore format: one line
  const files = [0, -1].map((srid): [string, Uint8Array] => [
    `a GeoPackage of srs_id ${srid}`,
    geoPackage(AREAS, srid),
  ]);

  it.each([
    ...files,
    ['a FlatGeobuf', flatGeobuf(AREAS, 0)],
    ['Esri JSON', Buffer.from(JSON.stringify(esri))],
  ] as const)('%s: a note says what its numbers are taken for', async (_, file) => {
    expect((await read(file, whole)).notes.join()).toMatch(taken);
  });

  it.each([4210, 99_999])(
    'srs_id %i of a GeoPackage that has no entry for it is unknown: refused, and settled by --crs',
    async (srid) => {
      const folder = mkdtempSync(join(tmpdir(), 'salient-test-'));
      const file = join(folder, 'map.gpkg');
      writeFileSync(file, geoPackage(AREAS, srid));
      const db = new sqlite.Database(file);
      db.exec('delete from gpkg_spatial_ref_sys');
      db.close();
      const bytes = readFileSync(file);
      rmSync(folder, { recursive: true });
      await expect(read(bytes, whole)).rejects.toThrow(new RegExp(`srs_id ${srid}, is not in .*--crs`));
      expect((await read(bytes, { ...whole, crs: 'EPSG:4326' })).areas).toBe(1);
    },
  );

  it.each([
    [{ type: 'EPSG', properties: { code: 32637 } }, 'EPSG:32637'],
    [{ type: 'EPSG', properties: { code: '4326' } }, null],
    [{ type: 'OGC', properties: { urn: 'urn:ogc:def:crs:EPSG::32637' } }, 'EPSG:32637'],
  ])('GeoJSON from before 2008, %j, declares its system', async (crs, declared) => {
    const file = await read(Buffer.from(JSON.stringify(geoJson(AREAS, { crs }))), whole);
    expect(systemsOf(file)).toEqual([declared]);
  });

  it.each([
    [{ type: 'link', properties: { href: 'http://example.org/crs/42' } }],
    [{ type: 'name', properties: { name: 'the national grid' } }],
    [{ type: 'EPSG', properties: {} }],
    ['EPSG:32637'],
  ])('a crs that names no known system, %j, is refused by a word that is true: --crs settles it', async (crs) => {
    const file = Buffer.from(JSON.stringify(geoJson(AREAS, { crs })));
    await expect(read(file, whole)).rejects.toThrow(/--crs/);
    expect(systemsOf(await read(file, { ...whole, crs: 'EPSG:32637' }))).toEqual(['EPSG:32637']);
  });

  it('numbers that are no degrees are refused', async () => {
    const metres = [{ properties: { party: 'government' }, polygons: [[box(400_000, 1e6, 410_000, 1.1e6)]] }];
    await expect(read(geoPackage(metres, 0), whole)).rejects.toThrow(/looks like metres.*--crs/);
    expect((await read(geoPackage(metres, 32637), whole)).notes).toEqual([]);
  });
});

describe('what people write', () => {
  const whole = { date: parseDate('2024-05-01') };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));

  it('a party that is a number is its digits, in GeoJSON as in a table', async () => {
    const numbered = (party: string | number) => [
      { properties: { party, side: party }, polygons: AREAS[0]?.polygons ?? [] },
    ];
    for (const options of [whole, { ...whole, partyProperty: 'side' }]) {
      for (const file of [json(geoJson(numbered(7))), Buffer.from(csv(numbered(7))), json(geoJson(numbered('7')))]) {
        expect((await read(file, options)).parties).toEqual([{ id: '7', name: '7' }]);
      }
    }
  });

  it('a day in the property “date” beside --date is not passed over without a word', async () => {
    const dated = (date: string) =>
      json(geoJson(AREAS.map((area) => ({ ...area, properties: { ...area.properties, date } }))));
    expect((await read(dated('2024-06-01'), whole)).notes.join()).toMatch(
      /another day in the property "date".*--date-property date/,
    );
    for (const same of ['2024-05-01', 'soon']) expect((await read(dated(same), whole)).notes).toEqual([]);
  });

  const rings = [box(36, 35, 37, 36).reverse()];
  const layer = (party: string, geometry: object) => ({ geometryType: 'esriGeometryPolygon', spatialReference: { wkid: 4326 }, features: [{ attributes: { party }, geometry }] }); // biome-ignore format: one line

  it('feature sets of an ArcGIS server inside a document are named, and read by --member', async () => {
    const several = json({ layers: [layer('a', { rings }), layer('b', { rings: [box(37, 35, 38, 36).reverse()] })] });
    await expect(read(several, whole)).rejects.toThrow(/--member \/layers\/\* reads it|--member \/layers\/0 reads it/);
    const reading = { layer: null, limits: { unpackedBytes: 50e6 }, member: '/layers/*' };
    const options = { ...whole, knownParties: null };
    const { snapshots } = await readHere({ source: several, options, reading, lenient: false });
    expect(snapshots[0]?.areas.map(({ party }) => party)).toEqual(['a', 'b']);
  });

  it('curves of an ArcGIS server are refused with the whole of the way out', async () => {
    await expect(read(json(layer('a', { curveRings: [] })), whole)).rejects.toThrow(
      /curveRings.*returnTrueCurves=false\)/,
    );
  });

  it.each(['POINT(36.5 35.5)', '"{""type"":""Point"",""coordinates"":[36.5,35.5]}"'])(
    'a table with a point for each area, %s, before its ground is read by its ground',
    async (point) => {
      const table = `label,outline,party\n${point},"POLYGON((36 35,37 35,37 36,36 36,36 35))",aland\n`;
      expect((await read(Buffer.from(table), whole)).areas).toBe(1);
    },
  );
});

describe('a geometry that is damaged', () => {
  const whole = { date: parseDate('2024-05-01') };
  const refusal = (source: Uint8Array) => read(source, whole).catch((thrown) => thrown as SalientError);

  it.each([2, 8, 9, 40])('a GeoPackage whose geometry has %i bytes is refused by its feature', async (length) => {
    const folder = mkdtempSync(join(tmpdir(), 'salient-test-'));
    try {
      const file = join(folder, 'map.gpkg');
      writeFileSync(file, geoPackage(AREAS));
      const db = new sqlite.Database(file);
      db.exec(`update control set geom = cast(substr(geom, 1, ${length}) as blob)`);
      db.close();
      expect(await refusal(readFileSync(file))).toMatchObject({
        code: 'invalid_snapshot',
        problems: [
          {
            code: 'geometry_type',
            at: '/features/0/geometry',
            message: expect.stringMatching(
              /^the geometry cannot be read: its bytes end too early; export the file again \(.*fid 1/,
            ),
          },
        ],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    [[[7]], 'its arc 7 is none of the 1 arcs of the topology'],
    [[[-3]], 'its arc -3 is none of the 1 arcs'],
    [7, 'its arc 7 is none of the 1 arcs'],
    [undefined, 'its arcs or coordinates are not as TopoJSON defines them'],
  ])('a TopoJSON whose feature refers to the arcs %j is refused by its feature', async (arcs, why) => {
    const of = (id: string, named: unknown) => ({ type: 'Polygon', id, properties: { party: 'a' }, arcs: named });
    const topology = {
      type: 'Topology',
      objects: { control: { type: 'GeometryCollection', geometries: [of('whole', [[0]]), of('broken', arcs)] } },
      arcs: [box(36, 35, 37, 36)],
    };
    expect(await refusal(Buffer.from(JSON.stringify(topology)))).toMatchObject({
      code: 'invalid_snapshot',
      problems: [
        {
          code: 'geometry_type',
          at: '/objects/control/geometries/1/geometry',
          message: expect.stringMatching(new RegExp(`${why}.*"broken"`)),
        },
      ],
    });
  });
});
