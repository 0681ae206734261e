import * as turf from '@turf/turf';
import type { Feature, MultiPolygon, Polygon } from 'geojson';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { STRIPS, strips } from '../setup/strips.js';

interface Compared {
  shared_km2: number;
  agree_km2: number;
  agree_share: number;
  differ_km2: number;
  said_km2: number;
  matrix: { a: string; b: string; km2: number; agrees: boolean }[];
  residual_km2: number;
  outside: { only_series_km2: number; only_with_km2: number };
  features: Feature<Polygon, { class: string; with_class: string; km2: number }>[];
  days: { date: string; agree_share: number; differ_km2: number }[];
  code: string;
}
const CREATE = 'create=true&title=Walk&publisher=Test&licence=CC0-1.0&accuracy=60';
const TWO = ['west', 'east'];

onEachDatabase('two series side by side', (db) => {
  const { get, json, post } = serviceOn(async () => m5(await db()));
  const send = (id: string, day: number, map: unknown, more = '') =>
    post(`/series/${id}/snapshots?date=2020-01-0${day}&accept=test${more}`, map);
  const compare = (query: string) => json<Compared>(`/compare?${query}`);

  it('of one theatre agree on all but the ground between their borders, by Turf to a ten-thousandth', async () => {
    await send('side-a', 1, strips([36.5], TWO), `&${CREATE}`);
    await send(
      'side-b',
      1,
      strips([36.6], TWO, (_, i) => 0.02 * Math.sin(i)),
      `&${CREATE}&theatre=side-a`,
    );
    const date = 'series=side-a&with=side-b&date=2020-01-01';
    const found = await compare(date);
    expect(found.outside).toEqual({ only_series_km2: 0, only_with_km2: 0 });
    // Crumbs along the frame (402 km) are rounding to a grid of a centimetre; how many there are depends on the version of GEOS.
    const reported = found.matrix.filter(({ km2 }) => km2 > 402 * 1e-5);
    expect(reported.map(({ a, b, agrees }) => [a, b, agrees])).toEqual([
      ['east', 'east', true],
      ['east', 'west', false],
      ['west', 'west', true],
    ]);
    expect(found.agree_km2 + found.differ_km2).toBeCloseTo(found.shared_km2, 9);
    expect(Math.abs(found.residual_km2)).toBeLessThanOrEqual(1e-9 * found.shared_km2);
    // Both maps have the same strips of ground, so the ground between their borders is one overlay by hand.
    const [ours, theirs] = [strips([36.5], TWO), strips([36.6], TWO, (_, i) => 0.02 * Math.sin(i))];
    const polygon = (map: typeof ours, i: number) => map.features[i] as Feature<Polygon>;
    const between = turf.intersect(turf.featureCollection([polygon(ours, 1), polygon(theirs, 0)])) as Feature<
      Polygon | MultiPolygon
    >;
    expect(found.differ_km2 / (turf.area(between) / 1e6)).toBeCloseTo(1, 3);
    const where = await compare(`${date}&f=geojson`);
    expect(where.features).toMatchObject([{ properties: { class: 'east', with_class: 'west' } }]);
    expect(where.features.reduce((sum, { properties }) => sum + properties.km2, 0)).toBeCloseTo(found.differ_km2, 5);
    const [west, , east] = turf.bbox(turf.featureCollection(where.features));
    expect([west, east]).toEqual([expect.closeTo(36.5, 6), expect.closeTo(36.62, 3)]);
    const back = await compare('series=side-b&with=side-a&date=2020-01-01');
    expect(back.agree_km2).toBeCloseTo(found.agree_km2, 6);
    const itself = await compare('series=side-a&with=side-a&date=2020-01-01');
    expect([itself.agree_share, itself.differ_km2]).toEqual([expect.closeTo(1, 12), 0]);
  });

  it('of two theatres are compared where both speak; what is outside either is told', async () => {
    const box = (west: number, east: number, party: string) => ({
      type: 'Feature',
      properties: { party },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [west, STRIPS.south],
            [east, STRIPS.south],
            [east, STRIPS.north],
            [west, STRIPS.north],
            [west, STRIPS.south],
          ],
        ],
      },
    });
    await send(
      'side-c',
      1,
      { type: 'FeatureCollection', features: [box(36.8, 37.2, 'gov'), box(37.2, 37.8, 'opp')] },
      `&${CREATE}`,
    );
    const found = await compare('series=side-a&with=side-c&date=2020-01-01&match=gov:east,opp:west');
    const degree = 10_066;
    expect(found.shared_km2 / (0.2 * degree)).toBeCloseTo(1, 3);
    expect(found.outside.only_series_km2 / (0.8 * degree)).toBeCloseTo(1, 3);
    expect(found.outside.only_with_km2 / (0.8 * degree)).toBeCloseTo(1, 3);
    expect(found.agree_share).toBeCloseTo(1, 9);
    // But for crumbs along the frame that are in no area of either.
    expect((await compare('series=side-a&with=side-c&date=2020-01-01')).agree_share).toBeLessThan(1e-6);
    const apart = await get('/compare?series=side-a&with=m5&date=2020-01-01&match=x:y');
    expect([apart.status, (await apart.json()).code]).toEqual([400, 'invalid_parameter']);
  });

  it('over days: a row for each day on which either map changes', async () => {
    await send('side-a', 3, strips([36.55], TWO));
    await send('side-b', 5, strips([36.55], TWO));
    const { days } = await compare('series=side-a&with=side-b&from=2019-01-01&to=2020-02-01');
    expect(days.map(({ date }) => date)).toEqual(['2020-01-01', '2020-01-03', '2020-01-05']);
    const [first, second, third] = days.map(({ differ_km2 }) => differ_km2) as [number, number, number];
    expect(first).toBeGreaterThan(second);
    expect(second).toBeGreaterThan(third);
    expect(third).toBeCloseTo(0, 6);
    for (const query of ['date=2020-01-01&from=2020-01-01', 'from=2020-01-01', 'from=2020-01-02&to=2020-01-01', '']) {
      expect((await get(`/compare?series=side-a&with=side-b&${query}`)).status).toBe(400);
    }
  });
});
