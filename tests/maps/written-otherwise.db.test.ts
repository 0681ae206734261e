import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { askFront } from '../../src/front/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import type { Point } from '../setup/mesh-world.js';
import { runs } from '../setup/runs.js';
import { type HeldRing, moved, twoMaps } from '../setup/two-maps.js';

type Feature = { type: 'Feature'; properties: object; geometry: { type: string; coordinates: unknown } };
/** How one and the same map may be written into a file. */
type Writing = (map: readonly HeldRing[]) => Feature[];

const feature = ({ party, contested }: HeldRing, type: string, coordinates: unknown): Feature => ({
  type: 'Feature',
  properties: { party, status: contested ? 'contested' : 'controlled' },
  geometry: { type, coordinates },
});
const closed = (ring: readonly Point[]) => [...ring, ring[0] as Point];
const written = (map: readonly HeldRing[]) => map.filter(({ party, contested }) => party !== null || contested);
const each =
  (rewrite: (ring: readonly Point[]) => readonly Point[]): Writing =>
  (map) =>
    written(map).map((face) => feature(face, 'Polygon', [closed(rewrite(face.ring))]));

const plainly = each((ring) => ring);
const WRITINGS: Record<string, Writing> = {
  clockwise: each((ring) => ring.toReversed()),
  'from another vertex': each((ring) => [...ring.slice(1), ring[0] as Point]),
  'with repeated vertices': each((ring) => ring.flatMap((point) => [point, point])),
  'as MultiPolygons of one part': (map) =>
    written(map).map((face) => feature(face, 'MultiPolygon', [[closed(face.ring)]])),
  'from the last area to the first': (map) => plainly(map).toReversed(),
  'one MultiPolygon of corners that touch for every party': (map) => {
    // Faces in one diagonal of the mesh touch at points only: a valid MultiPolygon.
    const parts = new Map<string, HeldRing[]>();
    for (const [i, face] of map.entries()) {
      if (face.party === null && !face.contested) continue;
      const key = `${face.party} ${face.contested} ${(Math.floor(i / 4) + i) % 2}`;
      parts.set(key, [...(parts.get(key) ?? []), face]);
    }
    return [...parts.values()].map((faces) =>
      feature(
        faces[0] as HeldRing,
        'MultiPolygon',
        faces.map(({ ring }) => [closed(ring)]),
      ),
    );
  },
};

const THEATRE = {
  type: 'Polygon',
  coordinates: [
    closed([
      [36, 35],
      [37, 35],
      [37, 36],
      [36, 36],
    ]),
  ],
};
/** The frame of the meshes, 100 km a side, onto the theatre, a degree a side. */
const lonlat = ([x, y]: Point): Point => [Number((36.5 + x / 100).toFixed(7)), Number((35.5 + y / 100).toFixed(7))];

let stored = 0;

async function measuredFrom(db: Db, maps: readonly (readonly HeldRing[])[], write: Writing) {
  const series = `written-${process.pid}-${++stored}`;
  for (const [index, map] of maps.entries()) {
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features: write(moved(map, lonlat)) }),
      options: { date: parseDate(`2020-01-0${index + 1}`) },
      source: null,
      create: index === 0 ? { title: 't', publisher: 'p', licence: 'CC0', accuracyM: 0, theatre: THEATRE } : null,
      accept: 'a test',
    });
  }
  const day = (n: number) => parseDate(`2020-01-0${n}`);
  const change = await askChange(db, { series, from: day(1), to: day(2), knownAt: null });
  const front = await askFront(db, { series, date: day(1), knownAt: null });
  return { matrix: change.matrix, fronts: front.fronts };
}

onEachDatabase('one map, written into a file otherwise', (open) => {
  it.each(Object.entries(WRITINGS))(
    'property 8 and property 16: %s, it has the same areas, change and front',
    async (_, write) => {
      const db = await open();
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
          const maps = twoMaps(seed);
          const [plain, other] = [await measuredFrom(db, maps, plainly), await measuredFrom(db, maps, write)];
          const rounded = (found: typeof plain) => ({
            matrix: found.matrix.map(({ from, to, km2 }) => [from, to, km2.toFixed(4)]),
            fronts: found.fronts.map(({ left, right, front_km }) => [left, right, front_km.toFixed(4)]),
          });
          expect(plain.matrix.length).toBeGreaterThan(3);
          expect(rounded(other)).toEqual(rounded(plain));
        }),
        { numRuns: runs(1), seed: 16 },
      );
    },
  );
});
