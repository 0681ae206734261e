import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

/** Maps whose strips are narrower than any fixed step of sampling; right lengths are geodesic, of the line half way. */
onEachDatabase('narrow strips in published maps', (db) => {
  const { json, post } = serviceOn(db);
  const map = (name: string) =>
    JSON.parse(readFileSync(join(PROJECT_ROOT, 'tests/front/cases', `${name}.geojson`), 'utf8'));
  const stored = async (series: string, name: string, date: string, more = '') => {
    const create = more === 'again' ? '' : `create=true&title=T&publisher=P&licence=CC0-1.0&accuracy=100${more}&`;
    const query = `${create}source=https://example.org/map&date=${date}`;
    const { status, body } = await post(`/series/${series}/snapshots?${query}`, map(name));
    expect(status, JSON.stringify(body)).toBe(201);
  };
  const front = async (series: string) => {
    const { fronts } = await json<{ fronts: { front_km: number }[] }>(`/front?series=${series}&date=2024-05-01`);
    return fronts.reduce((sum, { front_km }) => sum + front_km, 0);
  };

  it.each([
    ['strip-72', '72-strip-n500-w50m', 123.0, ''],
    ['strip-70', '70-dig-1m', 116.1, '&overlaps=contested'],
  ])('%s: the front follows every bend', async (series, name, km, more) => {
    await stored(series, name, '2024-05-01', more);
    expect(Math.abs((await front(series)) / km - 1)).toBeLessThan(5e-3);
  });

  it('strip-73: a strip that moves a kilometre east moves as a line would', async () => {
    await stored('strip-73', '73-mov-w50-a', '2024-05-01');
    await stored('strip-73', '73-mov-w50-b', '2024-06-01', 'again');
    const { parties } = await json<{ parties: { party: string; advance_m: number; front_km: number }[] }>(
      '/front/movement?series=strip-73&from=2024-05-01&to=2024-06-01',
    );
    const [west] = parties;
    expect(west?.advance_m, JSON.stringify(west)).toBeGreaterThan(950);
    expect(west?.advance_m).toBeLessThan(1100);
  });
});
