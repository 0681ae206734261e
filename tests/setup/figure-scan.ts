import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { importSnapshots } from '../../src/maps/import.js';
import type { IsoDate } from '../../src/model/dates.js';
import { defineAlert } from '../../src/reports/alerts/ask.js';
import { defineReport } from '../../src/reports/define.js';
import { REPORT_FORMATS } from '../../src/reports/definition.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { addressOf, READ_PATHS, ROUTE_DAY } from './every-route.js';
import { faultsOfAttributes, faultsOfJson, faultsOfText } from './figure-faults.js';
import type { Answering } from './service.js';
import { valley } from './valley.js';

/*
 * Series of all kinds, and a walk over every address that answers readers about one, in every form of it.
 */

/** A kind of series: how it is made, its report's period, what its addresses are about, and the diagonal of its theatre, metres. */
export interface Kind {
  make(db: Db, id: string): Promise<void>;
  diagonalM: number;
  period?: string;
  about?: Readonly<Record<string, string>>;
  series?: string;
}

const WRITTEN = REPORT_FORMATS.filter((form) => !form.endsWith('png'));
const DAYS = ['2021-01-01', '2021-02-01', '2021-03-01'];
const quiet = () => {};
const rect = (west: number, east: number, south = 50, north = 51) => [[west, south], [east, south], [east, north], [west, north], [west, south]]; // biome-ignore format: a ring
const area = (party: string, ...rings: number[][][]) => ({ type: 'Feature', properties: { party }, geometry: { type: 'MultiPolygon', coordinates: rings.map((ring) => [ring]) } }); // biome-ignore format: a feature

/** Maps of the same days, drawn by `areas`, of a theatre of their own that has no places. */
const published =
  (areas: (n: number) => object[], theatre: Record<string, unknown>, days = DAYS): Kind['make'] =>
  async (db, series) => {
    for (const [n, date] of days.entries()) {
      const create = { title: 'Our maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre, maxAgeDays: 40 };
      const map = JSON.stringify({ type: 'FeatureCollection', features: areas(n) });
      const options = { date: date as IsoDate };
      await importSnapshots(db, {
        series,
        map,
        options,
        source: null,
        create: n === 0 ? create : null,
        accept: 'a test',
      });
    }
  };
const bundled =
  (change: Record<string, (text: string) => string> = {}): Kind['make'] =>
  async (db, id) => {
    await loadBundle(db, parseBundle(valley(id, change)), quiet);
    await deriveSeries(db, id, {}, quiet);
  };
const header = (text: string) => `${text.split('\n')[0]}\n`;
const halves = (n: number) => [
  area('north', rect(10, EDGES[n] as number)),
  area('south', rect(EDGES[n] as number, 11)),
];
const EDGES = [10.4, 10.42, 10.44];
const ACROSS = [-179.6, -179.58, -179.56];
const HALVES = area('', rect(10, 11));

export const KINDS: Readonly<Record<string, Kind>> = {
  'of places, posts and a road': { make: bundled(), diagonalM: 135_000 },
  'without places': { make: published(halves, HALVES), diagonalM: 135_000 },
  'of one party': { make: published((n) => [area('north', rect(10, EDGES[n] as number))], HALVES), diagonalM: 135_000 },
  'without posts': { make: bundled({ 'posts.csv': header }), diagonalM: 135_000 },
  'of one map': {
    make: published(halves, HALVES, ['2021-02-01']),
    diagonalM: 135_000,
    about: { from: '2021-02-01', to: ROUTE_DAY },
  },
  'across 180 degrees': {
    make: published(
      (n) => [
        area('north', rect(179, 180), rect(-180, ACROSS[n] as number)),
        area('south', rect(ACROSS[n] as number, -179)),
      ],
      area('', rect(179, 180), rect(-180, -179)),
    ),
    diagonalM: 200_000,
    about: { x: '0' },
  },
};

const PERIOD = '2021-02';
/** What tells of the process, waits for news, needs a state's token, or is a table of the API itself. */
const NOT_ASKED = /^\/(live|metrics|health|ready|tiles\/counters)|\/updates$|@\{state\}|\{form\}|^\/ogc|schema\.json$/;

/** Makes a series with a report of one period and a rule for alerts. */
export async function prepare(db: Db, name: string, kind: Kind, id: string): Promise<void> {
  await kind.make(db, id);
  const report = { id: `${id}-r`, title: name, series: [id], period: { every: 'month' }, since: '2030-01-01' };
  await defineReport(db, { ...report, formats: [...WRITTEN] });
  await issuePeriod(db, `${id}-r`, kind.period ?? PERIOD);
  await defineAlert(db, { id: `${id}-r`, title: name, series: id, when: { kind: 'place' } });
}

/** Every address about a series, with every form that one has. */
async function addresses({ get }: Answering, { about = {}, period = PERIOD }: Kind, id: string): Promise<string[]> {
  const found = [...READ_PATHS]
    .filter(([path]) => !NOT_ASKED.test(path))
    .map(([path, { query }]) => addressOf(path, query, id, {}, { ...about, period }));
  const list = await (await get('/ogc/collections?f=json')).json();
  const { collections } = list as { collections: { id: string }[] };
  const day = about.date ?? ROUTE_DAY;
  const own = collections
    .filter((collection) => collection.id.startsWith(`${id}_`))
    .map((collection) => `/ogc/collections/${collection.id}`);
  return [
    ...found,
    ...WRITTEN.map((form) => `/reports/${id}-r/${period}.${form}`),
    ...['atom', 'json'].map((form) => `/reports/${id}-r/feed.${form}`),
    ...['geojson', 'csv', 'kml'].map((form) => `/snapshots/${id}/${day}.${form}`),
    ...own.map((collection) => `${collection}?f=json`),
    ...own.flatMap((collection) =>
      ['json', 'csv', 'kml', 'html'].map((form) => `${collection}/items?f=${form}&datetime=${day}&limit=50`),
    ),
  ];
}

/** What is wrong in any answer about a series, one of a kind by address, and how many addresses answered with each status. */
export async function scan(answering: Answering, kind: Kind, id: string, leaveOut = /^$/) {
  const faults = new Map<string, string>();
  const statuses: Record<number, string[]> = {};
  for (const address of await addresses(answering, kind, id)) {
    if (leaveOut.test(address)) continue;
    const response = await answering.get(address);
    statuses[response.status] = [...(statuses[response.status] ?? []), address];
    for (const fault of await faultsOf(response, kind.diagonalM)) {
      // Of the members of a list the first that has it.
      const of = `${address} ${fault.replace(/\.\d+(?=[.:])/g, '.*').replace(/-?\d[\d.e+-]*/g, '0')}`;
      if (!faults.has(of)) faults.set(of, `${address} ${fault}`);
    }
  }
  return { faults: [...faults.values()], statuses };
}

async function faultsOf(response: Response, diagonalM: number): Promise<string[]> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('vector-tile')) {
    const { layers } = new VectorTile(new PbfReader(new Uint8Array(await response.arrayBuffer())));
    return Object.entries(layers).flatMap(([name, layer]) =>
      Array.from({ length: layer.length }, (_, n) => faultsOfAttributes(layer.feature(n).properties, diagonalM))
        .flat()
        .map((fault) => `${name}${fault}`),
    );
  }
  const text = await response.text();
  if (/ndjson|jsonl|json-seq/.test(type)) {
    return text
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => faultsOfJson(line, diagonalM));
  }
  if (type.includes('json')) return faultsOfJson(text, diagonalM);
  if (!/text|xml|kml|svg/.test(type)) return [];
  // The schema of a KML describes columns.
  const read = text.replace(/<(script|style|Schema)\b[\s\S]*?<\/\1>/g, '');
  return faultsOfText(/html|svg/.test(type) ? read.replace(/<[^>]+>/g, '\n') : read);
}
