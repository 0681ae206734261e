import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { SalientError } from '../../src/errors.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import type { ReadOptions } from '../../src/formats/format.js';
import { readMapping } from '../../src/formats/read-mapping.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import type { CompactSnapshot } from '../../src/maps/packed-areas.js';
import { readHere } from '../../src/maps/read.js';
import { judgeSnapshot, type SnapshotMeasures } from '../../src/maps/review/judge-snapshot.js';
import { createRunGuard } from '../../src/maps/run-guard.js';
import { parseDate } from '../../src/model/dates.js';
import { CORPUS } from '../malformed-inputs/corpus.js';
import { brokenInputs } from '../setup/broken-inputs.js';
import { box } from '../setup/good-input.js';
import { kml, shapefile, zip } from '../setup/map-files.js';
import { WAY_OUT } from '../setup/way-out.js';

/** A refusal, and the way out that it has to name. */
interface Refused {
  refused: () => unknown;
  problem: string;
  names: RegExp;
}

const reading = (
  file: string | Uint8Array,
  options: Partial<ImportOptions> = {},
  how: Partial<ReadOptions> = {},
): Promise<unknown> =>
  readHere({
    source: typeof file === 'string' ? Buffer.from(file) : file,
    options: { date: parseDate('2024-05-01'), party: 'aland', knownParties: null, ...options },
    reading: { ...READ_OPTIONS, ...how },
    lenient: false,
  });
const area = (geometry: unknown, properties: unknown = {}) => ({ type: 'Feature', properties, geometry });
const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });
const polygon = (...rings: unknown[]) => ({ type: 'Polygon', coordinates: rings });
const good = box(36, 35, 37, 36);
const ring = (...positions: unknown[]) => collection(area(polygon(positions)));

const READ: Record<string, Refused> = {
  'a feature without a geometry': {
    refused: () => reading(collection(area(null))),
    problem: 'geometry_missing',
    names: /--ignore-geometry none/,
  },
  'an empty geometry': {
    refused: () => reading(collection(area({ type: 'MultiPolygon', coordinates: [] }))),
    problem: 'empty',
    names: /--ignore-geometry none/,
  },
  'a point beside the areas': {
    refused: () => reading(collection(area(polygon(good)), area({ type: 'Point', coordinates: [36, 35] }))),
    problem: 'geometry_type',
    names: /--ignore-geometry Point/,
  },
  'a ring that is open by a degree': {
    refused: () => reading(ring(...good.slice(0, -1))),
    problem: 'ring_open',
    names: /draw the missing edge at its source/,
  },
  'a ring that is open by less than the grid': {
    refused: () => reading(ring(...good.slice(0, -1), [36.00000000001, 35])),
    problem: 'ring_open',
    names: /--repair closes it/,
  },
  'a ring on one line': {
    refused: () => reading(ring([36, 35], [37, 35], [36.5, 35], [36, 35])),
    problem: 'ring_flat',
    names: /--repair/,
  },
  'a ring of three positions': {
    refused: () => reading(ring([36, 35], [37, 35], [36, 35])),
    problem: 'ring_short',
    names: /--repair/,
  },
  'metres in a file that declares nothing': {
    refused: () => reading(ring([235000, 3880000], [270000, 3880000], [270000, 3980000], [235000, 3880000])),
    problem: 'projected',
    names: /--crs EPSG:n/,
  },
  'a latitude beyond the pole': {
    refused: () => reading(collection(area(polygon(box(35, 130, 36, 131))))),
    problem: 'out_of_range',
    names: /--swap-axes/,
  },
  'longitudes from 0 to 360': {
    refused: () => reading(collection(area(polygon(box(181, 35, 190, 36))))),
    problem: 'out_of_range',
    names: /ogr2ogr -wrapdateline/,
  },
  'a polygon around the antimeridian': {
    refused: () => reading(collection(area(polygon(box(-179, 35, 179, 36))))),
    problem: 'antimeridian',
    names: /ogr2ogr -wrapdateline.*ST_Shift_Longitude/,
  },
  'one with vertices on the antimeridian': {
    refused: () =>
      reading(
        collection(
          area(
            polygon([
              [178, 35],
              [180, 35],
              [-180, 35],
              [-179, 35],
              [-179, 36],
              [180, 36],
              [178, 36],
              [178, 35],
            ]),
          ),
        ),
      ),
    problem: 'antimeridian',
    names: /ogr2ogr -wrapdateline.*ST_Shift_Longitude/,
  },
  'a polygon round the globe': {
    refused: () => reading(collection(area(polygon(box(-180, 35, 180, 36))))),
    problem: 'antimeridian',
    names: /round the globe.*--mapping/,
  },
  'one round the globe with vertices between': {
    refused: () =>
      reading(
        collection(
          area(
            polygon([
              [-175, 35],
              [0, 35],
              [175, 35],
              [175, 36],
              [0, 36],
              [-175, 36],
              [-175, 35],
            ]),
          ),
        ),
      ),
    problem: 'antimeridian',
    names: /round the globe.*--mapping/,
  },
  'five numbers': {
    refused: () => reading(ring(...good.map((position) => [...position, 0, 1, 2]))),
    problem: 'position',
    names: /at its source/,
  },
  'no day': {
    refused: () => reading(collection(area(polygon(good))), { date: undefined }),
    problem: 'date',
    names: /--date, on the command line also --date-pattern.*--date-property/,
  },
  'a day in words of another property': {
    refused: () => reading(collection(area(polygon(good), { d: true })), { date: undefined, dateProperty: 'd' }),
    problem: 'date',
    names: /--date-property/,
  },
  'no party': {
    refused: () => reading(collection(area(polygon(good))), { party: undefined }),
    problem: 'party',
    names: /--party-property.*--party.*--mapping/,
  },
  'a status that is none': {
    refused: () => reading(collection(area(polygon(good), { status: 'held' }))),
    problem: 'status',
    names: /--status-property; --mapping/,
  },
  'a confidence that is none': {
    refused: () => reading(collection(area(polygon(good), { confidence: 'high' }))),
    problem: 'confidence',
    names: /--mapping/,
  },
  'properties that are a list': {
    refused: () => reading(collection(area(polygon(good), [1]))),
    problem: 'properties',
    names: /at its source/,
  },
  'a geometry among the features': {
    refused: () => reading(collection(polygon(good))),
    problem: 'feature',
    names: /ogr2ogr/,
  },
  'a collection inside a document': {
    refused: () => reading(JSON.stringify({ value: JSON.parse(collection(area(polygon(good)))) })),
    problem: 'not_geojson',
    names: /--member \/value/,
  },
  'a member that is not there': {
    refused: () => reading(JSON.stringify({ value: {} }), {}, { member: '/features' }),
    problem: 'member',
    names: /--member/,
  },
  'a page of an answer that goes on': {
    refused: () =>
      reading(JSON.stringify({ ...JSON.parse(collection(area(polygon(good)))), exceededTransferLimit: true })),
    problem: 'part',
    names: /fetch all its pages/,
  },
  'no features': { refused: () => reading(collection()), problem: 'empty', names: /mark unknown ground as unknown/ },
  'a system that nobody knows': {
    refused: () =>
      reading(
        JSON.stringify({
          ...JSON.parse(collection(area(polygon(good)))),
          crs: { type: 'name', properties: { name: 'mine' } },
        }),
      ),
    problem: 'crs',
    names: /EPSG code|ogr2ogr/,
  },
  'half a file': {
    refused: () => reading(collection(area(polygon(good))).slice(0, 60)),
    problem: 'syntax',
    names: /half a file\? Fetch or export it again/,
  },
  'bytes that are no UTF-8': {
    refused: () => reading(Buffer.from(collection(area(polygon(good), { party: '\u00ff' })), 'latin1')),
    problem: 'encoding',
    names: /--encoding|UTF-8/,
  },
  'nested without end': { refused: () => reading(`${'['.repeat(5000)}`), problem: 'depth', names: /export it again/ },
  'an archive of two maps': {
    refused: () => reading(zip({ 'a.kml': kml([]), 'b.kml': kml([]) })),
    problem: 'layer',
    names: /--layer/,
  },
  'an archive in an archive': {
    refused: () => reading(zip({ 'a.zip': zip({ 'b.zip': zip({ 'a.txt': 'a' }) }) })),
    problem: 'archive',
    names: /unpack it first/,
  },
  'a shapefile without its table': {
    refused: () => reading(shapefile([{ properties: {}, polygons: [[good]] }])['control.shp'] as Uint8Array),
    problem: 'archive',
    names: /zip it with its \.dbf/,
  },
  'what no rule of the mapping speaks of': {
    refused: () =>
      reading(collection(area(polygon(good), { side: 'x' })), {
        mapping: readMapping('{"rules": [{"when": {"property": {"side": "y"}}, "party": "aland"}]}'),
      }),
    problem: 'unmapped',
    names: /salient mapping suggest/,
  },
  'a mapping with a rule that contradicts itself': {
    refused: () => readMapping('{"rules": [{"when": {}, "party": "aland", "ignore": "why"}]}'),
    problem: 'mapping',
    names: /not both/,
  },
  'a kind of geometry that is an area': {
    refused: () => reading(collection(area(polygon(good))), { ignoreGeometry: ['Polygon'] }),
    problem: '',
    names: /none of Point, MultiPoint/,
  },
};

const measures = (more: Partial<SnapshotMeasures>): SnapshotMeasures => ({
  areas: [{ at: '', valid: true, reason: null, where: null, area_km2: 10, outside_km2: 0, outside_pieces: 0 }],
  overlaps: { wide: [], noise: { pieces: 0, km2: 0 } } as unknown as SnapshotMeasures['overlaps'],
  bounds: [36, 35, 37, 36],
  theatre_bounds: [36, 35, 37, 36],
  gap_km2: 0,
  theatre_km2: 10,
  outside_km2: 0,
  outside_pieces: 0,
  total_km2: 10,
  rest_km2: 0,
  ...more,
});
const judged = (more: Partial<SnapshotMeasures>) => {
  const { problems } = judgeSnapshot(measures(more));
  throw new SalientError('invalid_snapshot', problems[0]?.message ?? '', problems);
};
const shown = (party: string, west: number) =>
  ({
    date: '2024-05-01',
    areas: [{ party, status: 'controlled', parts: [[west, 35, west + 1, 36]] }],
  }) as unknown as CompactSnapshot;

const JUDGED: Record<string, Refused> = {
  'a polygon that crosses itself': {
    refused: () =>
      judged({
        areas: [
          {
            at: '',
            valid: false,
            reason: 'Self-intersection',
            where: [36, 35],
            area_km2: 0,
            outside_km2: 0,
            outside_pieces: 0,
          },
        ],
      }),
    problem: 'invalid_polygon',
    names: /--repair/,
  },
  'a map of half a square metre': {
    refused: () => judged({ total_km2: 5e-7 }),
    problem: 'no_ground',
    names: /hold 0\.5 m² in all.*--crs/,
  },
  'a map of another country': {
    refused: () => judged({ outside_km2: 10, bounds: [10, 50, 11, 51] }),
    problem: 'outside_theatre',
    names: /--crs .*--create --theatre.*salient theatre enlarge/,
  },
  'a map with the latitude first': {
    refused: () => judged({ outside_km2: 10, bounds: [35, 36, 36, 37], theatre_bounds: [36, 35, 37, 36] }),
    problem: 'outside_theatre',
    names: /--swap-axes/,
  },
  'a map that reaches beyond the theatre': {
    refused: () =>
      judged({
        outside_km2: 4,
        areas: [{ ...(measures({}).areas[0] as SnapshotMeasures['areas'][0]), outside_km2: 4 }],
      }),
    problem: 'outside_theatre',
    names: /--outside clip.*salient theatre enlarge/,
  },
  'areas that share ground': {
    refused: () =>
      judged({
        overlaps: {
          wide: [
            {
              a: '/features/0',
              b: '/features/1',
              b_name: null,
              km2: 1,
              width_m: 500,
              where: [36, 35],
              same_class: false,
            },
          ],
          noise: { pieces: 0, km2: 0 },
        } as unknown as SnapshotMeasures['overlaps'],
      }),
    problem: 'overlap',
    names: /--overlaps priority, contested or last/,
  },
  'one file a party in one run': {
    refused: () => {
      const guard = createRunGuard();
      guard.remember('run', 'a.geojson', [shown('aland', 36)]);
      guard.check('run', 'b.geojson', [shown('borland', 37)]);
    },
    problem: 'parts',
    names: /--parts/,
  },
};

const refusalOf = async (refused: () => unknown): Promise<SalientError> => {
  try {
    await refused();
  } catch (error) {
    if (error instanceof SalientError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a refusal says what is wrong, where, and what settles it', () => {
  it.each(Object.entries({ ...READ, ...JUDGED }))('%s', async (_, { refused, problem, names }) => {
    const error = await refusalOf(refused);
    expect(error.message).toMatch(names);
    if (problem !== '') expect(error.problems.map(({ code }) => code)).toContain(problem);
  });

  it('what it names is a way out: features without ground are left out and counted, the other order of axes is read', async () => {
    const others = [
      null,
      { type: 'MultiPolygon', coordinates: [] },
      { type: 'Point', coordinates: [36, 35] },
      { type: 'LineString', coordinates: [] },
    ];
    const map = collection(area(polygon(good)), ...others.map((geometry) => area(geometry)));
    const kinds = ['none', 'Point', 'LineString'];
    const read = (await reading(map, { ignoreGeometry: kinds })) as Awaited<ReturnType<typeof readHere>>;
    expect(read).toMatchObject({ features: 5, areas: 1 });
    expect(read.notes).toEqual([
      '2 features ignored: no geometry (ignore.geometry)',
      '1 feature ignored: Point (ignore.geometry)',
      '1 feature ignored: LineString (ignore.geometry)',
    ]);
    const swapped = map.replaceAll(/\[([\d.]+),([\d.]+)\]/g, '[$2,$1]');
    const again = (await reading(swapped, { ignoreGeometry: kinds, swapAxes: true })) as typeof read;
    expect(again.snapshots[0]?.sha256).toBe(read.snapshots[0]?.sha256);
    const cyrillic = encoded(collection(area(polygon(good), { party: 'Власть' })));
    const named = (await reading(cyrillic, { party: undefined }, { encoding: 'windows-1251' })) as typeof read;
    expect(named.parties).toMatchObject([{ name: 'Власть' }]);
  });

  it('a point in the collection of an area is a part of it: the area is read, and no feature counted as ignored', async () => {
    const point = { type: 'Point', coordinates: [36, 35] };
    const labelled = { type: 'GeometryCollection', geometries: [polygon(good), point] };
    const labels = { type: 'GeometryCollection', geometries: [point, point] };
    const map = collection(area(labelled), area(labels));
    const read = (await reading(map, { ignoreGeometry: ['Point'] })) as Awaited<ReturnType<typeof readHere>>;
    expect(read).toMatchObject({ features: 2, areas: 1 });
    expect(read.ignored).toMatchObject([{ what: 'Point (ignore.geometry)', features: 1 }]);
    expect(read.notes).toEqual([
      '1 part of features left out: Point (ignore.geometry); the rest of each is read',
      '1 feature ignored: Point (ignore.geometry)',
    ]);
  });

  it('every broken input and every file of the corpus that is refused as it is read names an option or a step', async () => {
    const without: string[] = [];
    const walk = async (name: string, refused: () => unknown) => {
      try {
        await refused();
      } catch (error) {
        if (!(error instanceof SalientError)) throw error;
        const said = error.problems.length > 0 ? error.problems : [{ message: error.message }];
        for (const { message } of said) if (!WAY_OUT.test(message)) without.push(`${name}: ${message}`);
      }
    };
    for (const { name, body } of brokenInputs()) {
      await walk(name, () =>
        reading(body, { date: undefined, party: undefined, knownParties: ['government', 'opposition'] }),
      );
    }
    for (const { name, file } of CORPUS)
      await walk(name, () => reading(file, { party: undefined, partyProperty: 'party' }));
    expect(without).toEqual([]);
  });

  it('is walked for every code that reading and judging a map can give', () => {
    const codes = new Set<string>();
    const patterns = [
      /problems\.add\(\s*'([a-z_]+)'/g,
      /\bproblem\(\s*'([a-z_]+)'/g,
      /unreadable\([^;]*?, '([a-z_]+)',?\s*\)/g,
      /refusal\(\s*'([a-z_]+)'/g,
      /[{ ]code: '([a-z_]+)'/g,
    ];
    const sources = ['formats', 'geometry'].flatMap((room) => filesIn(join(PROJECT_ROOT, 'src', room)));
    const judges = ['review/judge-snapshot', 'run-guard', 'read', 'reproject'].map((name) =>
      join(PROJECT_ROOT, 'src/maps', `${name}.ts`),
    );
    for (const file of [...sources, ...judges]) {
      const text = readFileSync(file, 'utf8');
      for (const pattern of patterns) for (const [, code] of text.matchAll(pattern)) codes.add(code as string);
    }
    const walked = new Set([...Object.values(READ), ...Object.values(JUDGED)].map(({ problem }) => problem));
    for (const { expectProblem } of brokenInputs()) walked.add(expectProblem.code ?? '');
    expect(codes.size).toBeGreaterThan(25);
    expect([...codes].filter((code) => !walked.has(code))).toEqual([]);
  });
});

/** In windows-1251: capitals and small letters of Cyrillic lie in a row there, from 0xC0. */
const encoded = (text: string) =>
  Uint8Array.from(
    [...text].map((sign) => (/[А-я]/.test(sign) ? sign.charCodeAt(0) - 0x410 + 0xc0 : sign.charCodeAt(0))),
  );

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
