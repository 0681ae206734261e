import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { askChangeIn, askPatchesIn } from '../../src/change/ask-region.js';
import type { Region } from '../../src/change/region.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import type { Period } from '../../src/reports/periods.js';
import { renderReport } from '../../src/reports/render/render.js';
import { onEachDatabase } from '../setup/databases.js';
import { dayOf, type PlainFace, plantSeries } from '../setup/plain-maps.js';
import { measuredReport } from '../setup/reports.js';

const KNOWN = '2100-01-01T00:00:00Z' as Instant;
const period: Period = { key: '2020-01-02_2020-01-12', from: '2020-01-02' as IsoDate, to: '2020-01-12' as IsoDate };
const days = { from: dayOf(0) as IsoDate, to: dayOf(1) as IsoDate, knownAt: KNOWN };
/** A holds the west; the border moves from x = 0 to x = 10 in the north half only; km. */
const before: PlainFace[] = [
  { of: 'env(-50,-50,0,50)', party: 'a' },
  { of: 'env(0,-50,50,50)', party: 'b' },
];
const after: PlainFace[] = [
  { of: 'st_union(env(-50,-50,0,50), env(0,0,10,50))', party: 'a' },
  { of: 'st_difference(env(0,-50,50,50), env(0,0,10,50))', party: 'b' },
];
const planted = {
  frame: 'env(-50,-50,50,50)',
  maps: [before, after],
  accuracyM: 100,
  routes: { R1: `'LINESTRING(-40 20, 40 20)'::geometry` },
};
const corridor = (within_m: number): Region => ({ kind: 'route', route: 'R1', within_m });

onEachDatabase('a report of a part of the theatre', (db) => {
  it('measures what lies within a distance of a road: the strip of 10 km by twice the distance, and it balances', async () => {
    const { series } = await plantSeries(await db(), planted);
    const { matrix, region, theatre_km2, parties } = await askChangeIn(await db(), { series, ...days }, corridor(5000));
    const passed = matrix.find(({ from, to }) => from === 'b' && to === 'a');
    expect(passed?.km2).toBeCloseTo(10 * 10, 3);
    expect(theatre_km2).toBeCloseTo(80 * 10 + Math.PI * 25, 0);
    expect(region.km2).toBe(theatre_km2);
    expect(parties.map(({ net_km2 }) => net_km2).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
    const { features } = await askPatchesIn(await db(), { series, ...days }, corridor(5000));
    expect(features.map(({ properties }) => properties.km2)).toEqual([expect.closeTo(100, 3)]);
  });

  it('parts of a theatre add up to it', async () => {
    const { series } = await plantSeries(await db(), planted);
    const store = await db();
    const whole = await askChange(store, { series, ...days });
    // Meridian and parallel through the middle of the projection: four quarters, each larger than the theatre's.
    const quarters = [
      [35.5, 34.5, 36.7, 35.7],
      [36.7, 34.5, 38, 35.7],
      [35.5, 35.7, 36.7, 37],
      [36.7, 35.7, 38, 37],
    ] as const;
    let km2 = 0;
    let passed = 0;
    for (const [w, s, e, n] of quarters) {
      const ring: [number, number][] = [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ];
      const part = await askChangeIn(
        store,
        { series, ...days },
        { kind: 'polygon', name: 'a quarter', polygons: [[ring]] },
      );
      km2 += part.theatre_km2;
      passed += part.matrix.filter(({ from, to }) => from === 'b' && to === 'a').reduce((sum, row) => sum + row.km2, 0);
    }
    expect(km2).toBeCloseTo(whole.theatre_km2, 3);
    expect(passed).toBeCloseTo(500, 3);
  });

  it('tells only what lies in it, in every form', async () => {
    const { series } = await plantSeries(await db(), planted);
    const definition = parseReportDefinition({
      id: 'corridor',
      title: 'Along the R1',
      series,
      region: corridor(5000),
      period: { every: 'custom', from: period.from, to: period.to },
    });
    const content = await measuredReport(await db(), definition, period, KNOWN);
    const [main] = content.series;
    expect(main?.changes.find(({ party }) => party === 'a')?.net.value).toBeCloseTo(100, 2);
    expect(main?.routes?.[0]?.changed).toMatchObject([{ from: 'b', to: 'a', km: { value: expect.closeTo(10, 2) } }]);
    expect(main?.front?.pairs[0]?.before?.value).toBeCloseTo(10, 1);
    expect(main?.matrix.query).toContain('near-route=R1&within=5000');
    for (const format of ['html', 'md', 'json', 'csv', 'geojson', 'map.svg', 'chart.svg'] as const) {
      const text = (await renderReport(content, format)) as string;
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toMatch(/NaN|undefined|\[object/);
    }
    const png = (await renderReport(content, 'chart.png')) as Uint8Array;
    expect(Buffer.from(png.slice(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  });

  it('that is not in the theatre, or along a road that is not there, is refused', async () => {
    const { series } = await plantSeries(await db(), planted);
    const far: Region = {
      kind: 'polygon',
      name: 'far',
      polygons: [
        [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ],
    };
    await expect(askChangeIn(await db(), { series, ...days }, far)).rejects.toMatchObject({
      code: 'invalid_parameter',
    });
    const nowhere: Region = { kind: 'route', route: 'R9', within_m: 1000 };
    await expect(askChangeIn(await db(), { series, ...days }, nowhere)).rejects.toMatchObject({
      code: 'unknown_route',
    });
  });
});
