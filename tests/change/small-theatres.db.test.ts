import { featureCollection, intersect, polygon } from '@turf/turf';
import fc from 'fast-check';
import type { Position } from 'geojson';
import { expect, it } from 'vitest';
import { askChange, askPatches } from '../../src/change/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { runs } from '../setup/runs.js';
import { shoelace } from '../setup/shoelace.js';

const DEGREE_M = 111_195;
const PARTIES = ['a', 'b', 'c', 'a', 'b'];
/** In units of the noding grid, 1e-7 degrees, some centimetre. */
const GRID = 1e7;
const [WEST, SOUTH] = [10, 45];

/** Five strips beside each other, between lines that bend `bends` times; whole units of the grid. */
function strips(side: number, bends: number, random: () => number): Position[][] {
  const width = side / 5;
  const lines = Array.from({ length: 6 }, (_, n) =>
    Array.from({ length: bends + 2 }, (_, k): Position => {
      const off = n === 0 || n === 5 ? 0 : (random() - 0.5) * 0.8 * width;
      return [Math.round(n * width + off), Math.round((k * side) / (bends + 1))];
    }),
  );
  return lines.slice(1).map((right, n) => {
    const left = lines[n] as Position[];
    return [...left.toReversed(), ...right, left.at(-1) as Position];
  });
}

/** What two strips have in common, square units. */
function common(one: Position[], other: Position[]): number {
  const geometry = intersect(featureCollection([polygon([one]), polygon([other])]))?.geometry;
  const polygons =
    geometry?.type === 'Polygon'
      ? [geometry.coordinates]
      : geometry?.type === 'MultiPolygon'
        ? geometry.coordinates
        : [];
  return polygons.flat().reduce((sum, ring) => sum + shoelace(ring), 0);
}

let made = 0;

onEachDatabase('a theatre of a few metres', (db) => {
  it('property: the change of maps drawn anew adds up, to the ground that their strips have in common', async () => {
    const store = await db();
    const cases = fc.record({
      metres: fc.constantFrom(10, 30, 100, 300, 1000),
      bends: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ metres, bends, seed }) => {
        let state = seed;
        const random = () => {
          state = (state * 48271) % 2147483647;
          return state / 2147483647;
        };
        const side = 5 * Math.round((metres / DEGREE_M / 5) * GRID);
        const maps = [strips(side, bends, random), strips(side, bends + 1, random), strips(side, bends, random)];
        const series = `small-${process.pid}-${++made}`;
        const end = side / GRID;
        for (const [day, rings] of maps.entries()) {
          const features = rings.map((ring, index) => ({
            type: 'Feature',
            properties: { party: PARTIES[index] },
            geometry: {
              type: 'Polygon',
              coordinates: [ring.map(([x = 0, y = 0]) => [WEST + x / GRID, SOUTH + y / GRID])],
            },
          }));
          const create = {
            ...{ title: 't', publisher: 'p', licence: 'CC0', accuracyM: 0.1 },
            theatre: { type: 'Polygon' as const, coordinates: [box(WEST, SOUTH, WEST + end, SOUTH + end)] },
          };
          await importSnapshots(store, {
            series,
            map: JSON.stringify({ type: 'FeatureCollection', features }),
            options: { date: parseDate(`2024-05-0${day + 1}`) },
            source: null,
            create: day === 0 ? create : null,
            accept: 'a test',
          });
        }
        for (const [from, to] of [
          [0, 1],
          [0, 2],
        ] as const) {
          const days = { from: parseDate(`2024-05-0${from + 1}`), to: parseDate(`2024-05-0${to + 1}`) };
          const change = await askChange(store, { series, ...days, knownAt: null });
          const expected = new Map<string, number>();
          for (const [i, one] of (maps[from] as Position[][]).entries()) {
            for (const [j, other] of (maps[to] as Position[][]).entries()) {
              const [pair, area] = [`${PARTIES[i]}>${PARTIES[j]}`, common(one, other)];
              if (area > 0) expected.set(pair, (expected.get(pair) ?? 0) + area);
            }
          }
          const whole = side * side;
          const found = new Map(change.matrix.map(({ from, to, km2 }) => [`${from}>${to}`, km2 / change.theatre_km2]));
          // A degree of longitude is 2e-7 shorter at the northern edge of ten metres, 2e-5 of a thousand.
          const tolerance = 1e-6 + (2 * metres) / 6_371_000;
          for (const pair of new Set([...found.keys(), ...expected.keys()])) {
            expect(Math.abs((found.get(pair) ?? 0) - (expected.get(pair) ?? 0) / whole), pair).toBeLessThan(tolerance);
          }
          const { features } = await askPatches(store, { series, ...days, knownAt: null });
          const patched = features.reduce((sum, { properties }) => sum + properties.km2, 0);
          expect(Math.abs(patched / change.changed_km2 - 1)).toBeLessThan(1e-3);
        }
      }),
      { numRuns: runs(8), seed: 20241201 },
    );
  });
});
