import { beforeAll, expect, it } from 'vitest';
import { parseDate } from '../../src/model/dates.js';
import { projected } from '../../src/reports/pictures.sql.js';
import { resolve } from '../../src/series/as-of.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { parted180 } from '../setup/parted-180.js';
import { serviceOn } from '../setup/service.js';

type Coordinates = number | Coordinates[];
interface Shape {
  type: string;
  coordinates: Coordinates[];
}
interface Feature {
  geometry: Shape;
  properties: Record<string, unknown>;
}

const CREATE = '&create=true&title=Parted&publisher=Us&licence=CC0&accuracy=60';
const [BEFORE, AFTER] = ['2024-05-01', '2024-05-10'];
const PATCHES = `/change?series=parted&from=${BEFORE}&to=${AFTER}&f=geojson`;

/** The lines and rings of a geometry. */
const lines = (of: Coordinates[]): number[][][] =>
  Array.isArray((of[0] as Coordinates[])[0]) ? of.flatMap((part) => lines(part as Coordinates[])) : [of as number[][]];

/** On which sides of 180° the lines and rings lie. */
const sides = ({ coordinates }: Shape) =>
  lines(coordinates).map((line) => {
    const [least, most] = [Math.min(...line.map(([x = 0]) => x)), Math.max(...line.map(([x = 0]) => x))];
    if (least >= 179 && most <= 180) return 'west';
    return least >= -180 && most <= -179 ? 'east' : `${least} to ${most}`;
  });

onEachDatabase('lines and patches across 180°', (db) => {
  const { json, post } = serviceOn(db);
  beforeAll(async () => {
    const store = async (series: string, date: string, latitude: number, more = '') => {
      const stored = await post(`/series/${series}/snapshots?date=${date}&accept=test${more}`, parted180(latitude));
      expect(stored.status, JSON.stringify(stored.body)).toBe(201);
    };
    await store('parted', BEFORE, 10.5, CREATE);
    await store('parted', AFTER, 10.6);
    await store('parted-other', BEFORE, 10.4, CREATE);
  });

  it('a front is cut there and keeps its direction', async () => {
    const { features } = await json<{ features: Feature[] }>(`/front?series=parted&date=${BEFORE}`);
    const [front] = features.filter(({ properties }) => properties.kind === 'front');
    expect(front?.geometry.type).toBe('MultiLineString');
    for (const { geometry } of features) expect(new Set(sides(geometry))).toEqual(new Set(['west', 'east']));
    // Blue, which sorts first, is on its left: the line from side to side runs west, that around the core clockwise.
    const across = lines(front?.geometry.coordinates ?? []).filter((line) => line[0]?.[1] === 10.5);
    expect(across.map((line) => [line[0]?.[0], line.at(-1)?.[0]])).toEqual([
      [-179, -180],
      [180, 179],
    ]);
  });

  it('pockets, patches, regions and what two series differ in are cut there', async () => {
    const { pockets } = await json<{ pockets: Feature[] }>(`/front?series=parted&date=${BEFORE}`);
    const patches = await json<{ features: Feature[] }>(PATCHES);
    const region = [[box(179.5, 10.3, 180, 10.8)], [box(-180, 10.3, -179.5, 10.8)]];
    const scoped = await json<{ region: { geometry: Shape } }>(
      `/change?series=parted&from=${BEFORE}&to=${AFTER}&polygon=${encodeURIComponent(JSON.stringify(region))}`,
    );
    const compared = await json<{ features: Feature[] }>(
      `/compare?series=parted&with=parted-other&date=${BEFORE}&f=geojson`,
    );
    const shapes = [pockets, patches.features, compared.features].map(([first]) => first?.geometry);
    for (const shape of [...shapes, scoped.region.geometry]) {
      expect(shape?.type).toBe('MultiPolygon');
      expect(shape && sides(shape).sort()).toEqual(['east', 'west']);
    }
    expect([pockets.length, patches.features.length, compared.features.length]).toEqual([1, 1, 1]);
  });

  it('a patch is one ground in the picture of a report, without a line at 180°', async () => {
    const { features } = await json<{ features: Feature[] }>(PATCHES);
    const { edition } = await resolve(await db(), { series: 'parted', date: parseDate(BEFORE), knownAt: null });
    const cut = features.map(({ geometry }) => JSON.stringify(geometry));
    const drawn = await projected(await db(), edition, cut, 1);
    expect(drawn.map((geometry) => JSON.parse(geometry).type)).toEqual(['Polygon']);
  });

  it('nothing of it is found at Greenwich, and all of it where it is', async () => {
    const matched = async (kind: string, bbox: string) => {
      const days = kind === 'change' ? `${BEFORE}/${AFTER}` : BEFORE;
      const path = `/ogc/collections/parted_${kind}/items?f=json&datetime=${days}&bbox=${bbox}`;
      return (await json<{ numberMatched: number }>(path)).numberMatched;
    };
    for (const kind of ['front', 'change', 'control']) {
      expect([kind, await matched(kind, '-10,10,10,11')]).toEqual([kind, 0]);
      expect([kind, await matched(kind, '179,10,-179,11')]).not.toEqual([kind, 0]);
    }
  });
});
