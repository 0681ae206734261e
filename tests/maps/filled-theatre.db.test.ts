import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { seeded } from '../setup/mesh-world.js';
import { sendMap, WHOLE } from '../setup/sent-map.js';
import { serviceOn } from '../setup/service.js';

type Point = [number, number];
/** Two parties that fill a quadrangle: its corners, and the two ends of the border, on its lower and its upper edge. */
function halves(corners: readonly Point[], low: Point, high: Point, between: readonly Point[] = []) {
  const [a, b, c, d] = corners as [Point, Point, Point, Point];
  const area = (side: string, ring: Point[]) => ({
    type: 'Feature',
    properties: { side },
    geometry: { type: 'Polygon', coordinates: [[...ring, ring[0] as Point]] },
  });
  return {
    type: 'FeatureCollection',
    features: [
      area('aland', [a, low, ...between, high, d]),
      area('borland', [low, b, c, high, ...[...between].reverse()]),
    ],
  };
}

const along = ([x0, y0]: Point, [x1, y1]: Point, share: number): Point => [
  Number((x0 + share * (x1 - x0)).toFixed(7)),
  Number((y0 + share * (y1 - y0)).toFixed(7)),
];

onEachDatabase('maps that fill their theatre exactly', (db) => {
  const service = serviceOn(db);
  let made = 0;

  async function stored(corners: readonly Point[], maps: readonly object[]): Promise<string> {
    const series = `filled-${process.pid}-${++made}`;
    const theatre = { type: 'Polygon', coordinates: [[...corners, corners[0]]] };
    for (const [nth, map] of maps.entries()) {
      const query = { date: `2024-05-0${nth + 1}`, ...(nth === 0 && WHOLE) };
      const sent = await sendMap(service, series, { map, query, ...(nth === 0 && { theatre }) });
      expect(sent).toMatchObject({ status: 201 });
    }
    return series;
  }

  /** What the map of a day says of ground that nobody drew: by the fronts' lines, and by the balance of two days. */
  async function phantoms(series: string, from: string, to: string) {
    const front = await service.json<Record<string, unknown>>(`/front?series=${series}&date=${to}`);
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=${from}&to=${to}`,
    );
    return {
      front: JSON.stringify(front).match(/.{0,60}unassigned.{0,40}|.{0,40}"gray".{0,40}/g),
      rows: matrix.filter((row) => [row.from, row.to].includes('unassigned')),
    };
  }

  it.each([0, 20, 35, 48, 60, 70])('have no ground of nobody along its edge, at %i degrees north', async (south) => {
    const random = seeded(south + 1);
    for (let turn = 0; turn < 2; turn++) {
      const jitter = () => (turn === 0 ? 0 : Number((0.3 * random()).toFixed(7)));
      const corners: Point[] = [
        [30 + jitter(), south + jitter()],
        [31 + jitter(), south + jitter()],
        [31 + jitter(), south + 1 + jitter()],
        [30 + jitter(), south + 1 + jitter()],
      ];
      const [a, b, c, d] = corners as [Point, Point, Point, Point];
      const map = (share: number) => halves(corners, along(a, b, share), along(d, c, share), [[30.6, south + 0.65]]);
      const series = await stored(corners, [map(0.5), map(0.53 + 0.02 * random())]);
      expect(await phantoms(series, '2024-05-01', '2024-05-02')).toEqual({ front: null, rows: [] });
    }
  });

  it('keep blank ground that a rim of 10 cm along the edge leads to', async () => {
    const corners: Point[] = [
      [30.0000004, 40.0000004],
      [30.9, 40.1],
      [30.8, 40.9],
      [30.1, 40.8],
    ];
    const ring: Point[] = [
      [30.000001, 40.000001],
      [30.9, 40.1],
      [30.8, 40.9],
      [30.3, 40.828571],
      [30.3, 40.7],
      [30.087501, 40.7],
      [30.000001, 40.000001],
    ];
    const map = {
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: { side: 'aland' }, geometry: { type: 'Polygon', coordinates: [ring] } },
      ],
    };
    const series = await stored(corners, [map]);
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=2024-05-01&to=2024-05-01`,
    );
    const areas = Object.fromEntries(matrix.map(({ from, km2 }) => [from, km2]));
    expect(areas.aland).toBeCloseTo(5809.91, 1);
    expect(areas.unassigned).toBeCloseTo(220.207, 1);
  });
});
