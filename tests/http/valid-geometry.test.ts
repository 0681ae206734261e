import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { runs } from '../setup/runs.js';
import { serviceOn } from '../setup/service.js';

type Point = [number, number];

/** A slanted border, and beside it islands of a third party whose tips come within a few 1e-8 degrees of it. */
function map(seed: number, shift: number) {
  const [south, north]: [Point, Point] = [
    [40.4 + shift, 15],
    [40.6 + shift, 16],
  ];
  const at = (t: number): Point => [south[0] + t * (north[0] - south[0]), 15 + t];
  const islands = Array.from({ length: 12 }, (_, i): Point[] => {
    const [x, y] = at(0.05 + 0.075 * i + (seed % 97) * 1e-5 + i * 1.234567e-6);
    return [
      [x - 3e-8, y],
      [x - 0.1, y + 0.02],
      [x - 0.1, y - 0.02],
      [x - 3e-8, y],
    ];
  });
  const area = (party: string, type: string, coordinates: unknown) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type, coordinates },
  });
  return {
    type: 'FeatureCollection',
    features: [
      area('aland', 'Polygon', [[[40, 15], south, north, [40, 16], [40, 15]], ...islands]),
      area('borland', 'Polygon', [[north, south, [41, 15], [41, 16], north]]),
      area(
        'cland',
        'MultiPolygon',
        islands.map((ring) => [ring]),
      ),
    ],
  };
}

onEachDatabase('geometry that is published', (db) => {
  const { json, post } = serviceOn(db);

  it('is valid on every endpoint, however near to each other its lines lie', async () => {
    const invalid = async (features: readonly { geometry: object | null }[]) => {
      const rows = await (await db()).query<{ reason: string }>(
        `select st_isvalidreason(geom) as reason
         from jsonb_array_elements($1::jsonb) f cross join lateral (select st_geomfromgeojson(f ->> 'geometry') as geom) g
         where not st_isvalid(geom)`,
        [JSON.stringify(features.filter(({ geometry }) => geometry !== null))],
      );
      return rows.map(({ reason }) => reason);
    };
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), async (seed) => {
        const series = `spiked-${process.pid}-${++made}`;
        const query = 'create=true&title=T&publisher=P&licence=CC0-1.0&accuracy=100&source=https://example.org';
        const first = await post(`/series/${series}/snapshots?${query}&date=2024-05-01`, map(seed, 0));
        expect(first.status, JSON.stringify(first.body)).toBe(201);
        const second = await post(
          `/series/${series}/snapshots?date=2024-06-01&source=https://example.org&accept=test`,
          map(seed + 1, 0.05),
        );
        expect(second.status, JSON.stringify(second.body)).toBe(201);
        // Else nothing is shown: seven decimals must break something here.
        const [broken] = await (await db()).query<{ n: number }>(
          'select count(*)::int as n from revision r join area on area.revision = r.id join shape on shape.id = area.shape where r.series = $1 and not valid_at(shape.geom, 7)',
          [series],
        );
        expect(broken?.n).toBeGreaterThan(0);
        for (const path of [
          `/control?series=${series}&date=2024-05-01`,
          `/control?series=${series}&date=2024-05-01&cells=true`,
          `/change?series=${series}&from=2024-05-01&to=2024-06-01&f=geojson`,
          `/front?series=${series}&date=2024-05-01`,
          `/front/salients?series=${series}&date=2024-05-01&party=aland&width=2000`,
          `/ogc/collections/${series}_control/items?f=json&limit=100`,
        ]) {
          const { features } = await json<{ features: { geometry: object | null }[] }>(path);
          expect(await invalid(features ?? []), path).toEqual([]);
        }
      }),
      { numRuns: runs(4) },
    );
  });
});
