import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

interface Pocket {
  properties: {
    party: string;
    km2: number;
    standing: string;
    gap_m: number | null;
    corridor_m: [number, number] | null;
    ring: Record<string, number> | null;
  };
}

onEachDatabase('pockets as sure as the map is accurate', (db) => {
  const { json, post } = serviceOn(db);
  const pockets = async (series: string, map: object, accuracy: number, more = '') => {
    const query = `create=true&title=T&publisher=P&licence=CC0-1.0&accuracy=${accuracy}${more}&source=https://example.org/map&date=2024-05-01`;
    const { status, body } = await post(`/series/${series}/snapshots?${query}`, map);
    expect(status, JSON.stringify(body)).toBe(201);
    const answer = await json<{ pockets: Pocket[] }>(`/front?series=${series}&date=2024-05-01`);
    return answer.pockets.map(({ properties }) => properties);
  };

  it('case 91: 356 km² that hang on a corridor of 2 m may be closed, and say by how much', async () => {
    const map = JSON.parse(readFileSync(join(PROJECT_ROOT, 'tests/front/cases/91-pocket-corridor-2m.geojson'), 'utf8'));
    const [pocket, ...more] = await pockets('case-91', map, 100);
    expect(more).toEqual([]);
    expect(pocket).toMatchObject({ party: 'borland', standing: 'may_be_closed', gap_m: 0 });
    expect(Math.abs((pocket?.km2 ?? 0) / 356 - 1)).toBeLessThan(0.01);
    const [passes = 0, closes = 0] = pocket?.corridor_m ?? [];
    expect(passes).toBeLessThanOrEqual(2.22);
    expect(closes).toBeGreaterThanOrEqual(2.2);
    expect(closes).toBeLessThan(3);
    // To a map that is accurate to half a metre the corridor is sure.
    expect(await pockets('case-91-sure', map, 0.5)).toEqual([]);
  });

  it('a seam of a metre between two drawings is no part of a ring', async () => {
    const box = (w: number, s: number, e: number, n: number) => [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ];
    const feature = (party: string, ...coordinates: number[][][]) => ({
      type: 'Feature',
      properties: { party },
      geometry: { type: 'Polygon', coordinates },
    });
    const seam = 0.00001;
    const map = {
      type: 'FeatureCollection',
      features: [
        feature('a', box(10.4, 50.4, 10.6, 50.6)),
        feature('a', box(10, 50, 10.1, 51)),
        feature('b', box(10.1, 50, 11, 51), box(10.4 - seam, 50.4 - seam, 10.6 + seam, 50.6 + seam).reverse()),
      ],
    };
    const [pocket, ...more] = await pockets('seams', map, 100);
    expect(more).toEqual([]);
    expect(pocket).toMatchObject({ party: 'a', standing: 'closed', ring: { b: expect.closeTo(1, 6) } });
  });
});
