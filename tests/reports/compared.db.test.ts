import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import type { Period } from '../../src/reports/periods.js';
import { renderReport } from '../../src/reports/render/render.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { measuredReport } from '../setup/reports.js';
import { valley } from '../setup/valley.js';

const quiet = () => {};
const march: Period = { key: '2021-W09', from: parseDate('2021-03-01'), to: parseDate('2021-03-08') };
const FORMS = ['html', 'md', 'json', 'csv', 'geojson', 'map.svg', 'chart.svg'] as const;
let count = 0;

/** The valley cut at a parallel: south below, north above; a degree wide. */
const cutAt = (lat: number) => {
  const area = (party: string, from: number, to: number) => ({
    type: 'Feature',
    properties: { party },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [10, from],
          [11, from],
          [11, to],
          [10, to],
          [10, from],
        ],
      ],
    },
  });
  return JSON.stringify({ type: 'FeatureCollection', features: [area('south', 50, lat), area('north', lat, 51)] });
};

async function record(db: Db, id: string, change: Parameters<typeof valley>[1] = {}) {
  await loadBundle(db, parseBundle(valley(id, change)), quiet);
  await deriveSeries(db, id, {}, quiet);
}

/** A publisher's own maps of the theatre: the cut before the week, and in it. */
async function published(db: Db, series: string, theatre: string, before: number, after: number) {
  for (const [date, lat] of [
    ['2021-02-01', before],
    ['2021-03-03', after],
  ] as const) {
    await importSnapshots(db, {
      series,
      map: cutAt(lat),
      options: { date: parseDate(date) },
      source: null,
      create:
        lat === before
          ? { title: `Maps of ${series}`, publisher: series, licence: 'CC0', accuracyM: 500, maxAgeDays: 31, theatre }
          : null,
      accept: 'a test',
    });
  }
}

const defined = (...series: string[]) =>
  parseReportDefinition({
    id: 'compared',
    title: 'Two maps',
    series,
    period: { every: 'custom', from: march.from, to: march.to },
  });
const now = async (db: Db): Promise<Instant> =>
  (await db.query<{ at: Instant }>('select clock_timestamp() as at'))[0]?.at as Instant;

onEachDatabase('a report of two series', (open) => {
  it('tells what either says of the week, what they agree about, and the strip about which they do not', async () => {
    const db = await open();
    const id = `two-${process.pid}-${++count}`;
    await record(db, id);
    await published(db, `${id}-a`, id, 50.3, 50.7);
    await published(db, `${id}-b`, id, 50.3, 50.5);
    const content = await measuredReport(db, defined(`${id}-a`, `${id}-b`), march, await now(db));
    const [a, b] = content.series;
    const comparison = content.comparison;
    if (!a || !b || !comparison) throw new Error('two series, compared');
    // A fifth of a degree at 50.6° N: 22.25 km by 70.9 km.
    const strip = 22.25 * 70.9;
    const south = comparison.net.find(({ party }) => party === 'south');
    expect(south?.first.value).toBe(a.changes.find(({ party }) => party === 'south')?.net.value);
    expect((south?.first.value ?? 0) / (2 * strip)).toBeCloseTo(1, 2);
    expect((south?.second.value ?? 0) / strip).toBeCloseTo(1, 2);
    expect(comparison.differing).toMatchObject([{ first: 'south', second: 'north' }]);
    const differing = comparison.differing[0]?.km2.value ?? 0;
    expect(differing).toBeCloseTo((south?.first.value ?? 0) - (south?.second.value ?? 0), 2);
    expect(comparison.agreed.value + differing).toBeCloseTo(content.region.km2, 2);

    const reported = Object.fromEntries(
      await Promise.all(FORMS.map(async (form) => [form, (await renderReport(content, form)) as string] as const)),
    );
    for (const text of Object.values(reported)) expect(text).not.toMatch(/NaN|undefined|\[object/);
    for (const form of ['html', 'md']) {
      expect(reported[form]).toMatch(/On 7 March 2021/);
      expect(reported[form]).toContain(`Maps of ${id}-b`);
      expect(reported[form]).toContain('Where the two maps differ on the last day');
    }
    const rows = parse(reported.csv ?? '', { columns: true }) as Record<string, string>[];
    const of = (measure: string) => rows.filter((row) => row.measure === measure);
    expect(of('differing')).toMatchObject([
      { from: 'south', to: 'north', value: String(differing), series: `${id}-a ${id}-b` },
    ]);
    expect(of('agreed')).toMatchObject([{ value: String(comparison.agreed.value) }]);
    expect(
      of('net')
        .filter(({ subject }) => subject === 'south')
        .map(({ series }) => series),
    ).toEqual([`${id}-a`, `${id}-b`]);
    expect(comparison.agreed.query).toMatch(/^\/compare\?series=.*&with=.*&date=2021-03-07&known-at=/);
  });

  it('measures them inside a region by the same rules, and a derived map beside an imported one', async () => {
    const db = await open();
    const id = `two-${process.pid}-${++count}`;
    await record(db, id);
    await published(db, `${id}-a`, id, 50.3, 50.7);
    const definition = {
      ...defined(id, `${id}-a`),
      region: { kind: 'route', route: 'R1', within_m: 5000 } as const,
    };
    const { comparison, region } = await measuredReport(db, definition, march, await now(db));
    const differing = (comparison?.differing ?? []).reduce((sum, { km2 }) => sum + km2.value, 0);
    expect((comparison?.agreed.value ?? 0) + differing).toBeCloseTo(region.km2, 2);
    expect(region.km2).toBeLessThan(1000);
  });

  it('of two theatres is refused', async () => {
    const db = await open();
    const [one, two] = [`two-${process.pid}-${++count}`, `two-${process.pid}-${++count}`];
    await record(db, one);
    await record(db, two);
    await expect(measuredReport(db, defined(one, two), march, await now(db))).rejects.toMatchObject({
      code: 'invalid_parameter',
    });
  });
});

onEachDatabase('a report made again after a party got another name', (open) => {
  it('is the same to the byte as known then, sentences of evidence too; as known now it has the new name', async () => {
    const db = await open();
    const id = `renamed-${process.pid}-${++count}`;
    await record(db, id);
    const known = await now(db);
    const of = async (instant: Instant) => {
      const content = await measuredReport(db, defined(id), march, instant);
      return Promise.all([JSON.stringify(content), ...FORMS.map((form) => renderReport(content, form))]);
    };
    const first = await of(known);
    const sentenceOf = (texts: (string | Uint8Array)[]) => /"sentence":"([^"]*)"/.exec(String(texts[0]))?.[1] ?? '';
    expect(sentenceOf(first)).toContain('nearest North ground');
    await record(db, id, { 'parties.csv': (text) => text.replace('north,North,', 'north,Highlanders,') });
    const again = await of(known);
    for (const [i, text] of first.entries()) expect(again[i] === text, FORMS[i - 1] ?? 'content').toBe(true);
    expect(sentenceOf(await of(await now(db)))).toContain('nearest Highlanders ground');
  });
});
