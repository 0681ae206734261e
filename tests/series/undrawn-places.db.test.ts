import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askPlaces } from '../../src/series/control.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { measuredReport } from '../setup/reports.js';
import { valley } from '../setup/valley.js';

let count = 0;
type Between = 'undrawn' | 'contested' | 'unknown';
const DAYS = ['2024-01-01', '2024-01-08', '2024-01-15'] as IsoDate[];
const [FIRST, SECOND, THIRD] = DAYS as [IsoDate, IsoDate, IsoDate];

/** Ground from one longitude to another. */
const strip = (from: number, to: number, properties: object) => ({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[[from, 50], [to, 50], [to, 51], [from, 51], [from, 50]]] } }); // biome-ignore format: a feature

/** Three maps: the middle of the valley is the south's, then nobody's, then the north's. */
async function passing(db: Db, between: Between): Promise<string> {
  const theatre = `undrawn-${process.pid}-${++count}`;
  await loadBundle(db, parseBundle(valley(theatre)), () => {});
  const series = `${theatre}-maps`;
  const middle = [
    strip(10.2, 10.8, { party: 'south' }),
    ...(between === 'undrawn' ? [] : [strip(10.2, 10.8, { status: between })]),
    strip(10.2, 10.8, { party: 'north' }),
  ];
  const [first, second, third] = between === 'undrawn' ? [middle[0], null, middle[1]] : middle;
  for (const [index, ground] of [first, second, third].entries()) {
    const features = [strip(10, 10.2, { party: 'south' }), ground, strip(10.8, 11, { party: 'north' })].filter(Boolean);
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: { date: DAYS[index] as IsoDate },
      source: null,
      create: index === 0 ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre } : null,
      accept: 'a test',
    });
  }
  return series;
}

onEachDatabase('a place that a map leaves undrawn between two holders', (open) => {
  it.each<[Between, string]>([
    ['undrawn', 'unassigned'],
    ['unknown', 'unknown'],
    ['contested', 'contested'],
  ])('(%s) changes its class twice, on the days of the maps, for every answer', async (between, middle) => {
    const db = await open();
    const series = await passing(db, between);
    const since = async (date: IsoDate) => {
      const { features } = await askPlaces(db, { series, date, knownAt: null });
      const inside = features.filter(({ geometry: { coordinates: [lon = 0] } }) => lon > 10.2 && lon < 10.8); // biome-ignore format: one condition
      expect(inside.length).toBeGreaterThan(0);
      return [...new Set(inside.map(({ properties }) => JSON.stringify(properties.since_between)))];
    };
    expect(await since(FIRST)).toEqual([JSON.stringify({ earliest: null, latest: FIRST })]);
    expect(await since(SECOND)).toEqual([JSON.stringify({ earliest: '2024-01-02', latest: SECOND })]);
    // A map that does not tell who holds a place does not show that another did.
    const earliest = between === 'contested' ? '2024-01-09' : '2024-01-02';
    expect(await since(THIRD)).toEqual([JSON.stringify({ earliest, latest: THIRD })]);
    const passed = async (from: IsoDate, to: IsoDate) => {
      const { places } = await askChange(db, { series, from, to, knownAt: null });
      return [...new Set(places.map((place) => JSON.stringify([place.from, place.to, place.on])))];
    };
    expect(await passed(FIRST, SECOND)).toEqual([JSON.stringify(['south', middle, { earliest: '2024-01-02', latest: SECOND }])]); // biome-ignore format: one line
    expect(await passed(SECOND, THIRD)).toEqual([JSON.stringify([middle, 'north', { earliest: '2024-01-09', latest: THIRD }])]); // biome-ignore format: one line
    expect(await passed(FIRST, THIRD)).toEqual([JSON.stringify(['south', 'north', { earliest: '2024-01-02', latest: THIRD }])]); // biome-ignore format: one line
    for (const [from, to, is] of [
      ['2024-01-02', '2024-01-09', middle],
      ['2024-01-09', '2024-01-16', 'north'],
    ] as [IsoDate, IsoDate, string][]) {
      const definition = parseReportDefinition({ id: 'x', title: 'X', series, period: { every: 'custom', from, to } });
      const report = await measuredReport(db, definition, { key: 'x', from, to }, new Date().toISOString() as Instant);
      expect([...new Set(report.series[0]?.places?.map((place) => place.to))]).toEqual([is]);
    }
  });
});
