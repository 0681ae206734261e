import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { sendMap, WHOLE } from '../setup/sent-map.js';
import { serviceOn } from '../setup/service.js';

type Box = [west: number, south: number, east: number, north: number];
type Side = 'aland' | 'borland';
type Area = readonly [Side, Box];

const THEATRE: Box = [36, 35, 37, 36];
const ring = ([west, south, east, north]: Box) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const mapOf = (areas: readonly Area[]) => ({
  type: 'FeatureCollection',
  features: areas.map(([side, box]) => ({
    type: 'Feature',
    properties: { side },
    geometry: { type: 'Polygon', coordinates: [ring(box)] },
  })),
});
const exact: Area[] = [
  ['aland', [36, 35, 36.5, 36]],
  ['borland', [36.5, 35, 37, 36]],
];
/** So much, in degrees, a map misses the edge of its theatre, or a district the next one: 27 to 33 m. */
const MISSED = 0.0003;
/** 4 by 4 districts with lanes between them; the western so many columns are of one party. */
function districts(western: number): Area[] {
  const at = (n: number) => Number((n / 4).toFixed(7));
  return [0, 1, 2, 3].flatMap((column) =>
    [0, 1, 2, 3].map((row): Area => {
      const [west, south] = [36 + at(column), 35 + at(row)];
      const box: Box = [west + MISSED / 2, south + MISSED / 2, west + 0.25 - MISSED / 2, south + 0.25 - MISSED / 2];
      return [column < western ? 'aland' : 'borland', box];
    }),
  );
}

onEachDatabase('gaps that are filled', (db) => {
  const service = serviceOn(db);
  let made = 0;

  async function send(series: string, date: string, areas: readonly Area[], more: Record<string, string>) {
    const theatre = { type: 'Polygon', coordinates: [ring(THEATRE)] };
    const sent = await sendMap(service, series, { map: mapOf(areas), theatre, query: { date, ...more } });
    expect(sent).toMatchObject({ status: 201 });
    return sent.body.snapshots[0].notes as string[];
  }

  /** Stores the map that fills its theatre, and on the next day one with gaps; what the second day is then. */
  async function filled(areas: readonly Area[]) {
    const series = `gaps-${process.pid}-${++made}`;
    await send(series, '2024-05-01', exact, WHOLE);
    const notes = await send(series, '2024-05-02', areas, { gaps: 'fill', accept: 'a test' });
    const { fronts } = await service.json<{ fronts: { front_km: number }[] }>(
      `/front?series=${series}&date=2024-05-02`,
    );
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=2024-05-01&to=2024-05-02`,
    );
    return { front: fronts.reduce((sum, { front_km }) => sum + front_km, 0), matrix, notes };
  }
  const moved = (matrix: { from: string; to: string; km2: number }[]) =>
    matrix.filter(({ from, to }) => from !== to).reduce((sum, { km2 }) => sum + km2, 0);

  it('along the edge of the theatre go to the area that lies beside them, each to its own', async () => {
    const { front, matrix, notes } = await filled([
      ['aland', [36 + MISSED, 35 + MISSED, 36.5, 36 - MISSED]],
      ['borland', [36.5, 35 + MISSED, 37 - MISSED, 36 - MISSED]],
    ]);
    expect(front).toBeGreaterThan(110.7);
    expect(front).toBeLessThan(111.05);
    expect(moved(matrix)).toBeLessThan(0.02);
    expect(notes.join()).toMatch(/given to aland.*given to borland/);
  });

  it.each([1, 2, 3])(
    'between districts go to one of the two beside each lane, where %i of 4 columns are of one party',
    async (western) => {
      const { front, matrix } = await filled(districts(western));
      expect(matrix.filter(({ from, to }) => [from, to].includes('unassigned'))).toEqual([]);
      // A lane of 30 m belongs to either side; its ends zigzag by as much.
      expect(front).toBeGreaterThan(110.5);
      expect(front).toBeLessThan(112);
      const expected = [0, 2515, 0, 2515].at(western) ?? 0;
      expect(Math.abs(moved(matrix) - expected)).toBeLessThan(expected === 0 ? 4 : 20);
    },
  );
});
