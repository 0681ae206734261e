import fc from 'fast-check';
import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { runs } from '../setup/runs.js';

type Point = [number, number];
/** Degrees: half a step of the grid on which the planar partition is noded. */
const BELOW_GRID = 0.5e-7;
const DEGREE_M = 111_000;
/** In the gate, and where time is no matter. */
const COVERAGES = runs(1) === 1 ? 12 : 504;

interface Coverage {
  seed: number;
  columns: number;
  rows: number;
  bend: number;
  parties: number;
}

/** Valid coverages: cells of a bent lattice over a degree, neighbours of one party or of two. */
const coverages: fc.Arbitrary<Coverage> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  columns: fc.integer({ min: 2, max: 5 }),
  rows: fc.integer({ min: 1, max: 4 }),
  bend: fc.integer({ min: 2, max: 9 }),
  parties: fc.integer({ min: 2, max: 4 }),
});

function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** The rings of the cells: corners and the vertices of bent edges are moved inside, the frame stays. */
function cells({ seed, columns, rows, bend }: Coverage): Point[][] {
  const next = random(seed);
  const at = (i: number, j: number): Point => corners[i]?.[j] as Point;
  const inside = (i: number, last: number) => i > 0 && i < last;
  const corners = Array.from({ length: columns + 1 }, (_, i) =>
    Array.from({ length: rows + 1 }, (_, j): Point => {
      const x = 36 + i / columns + (inside(i, columns) ? (next() - 0.5) / (3 * columns) : 0);
      const y = 35 + j / rows + (inside(j, rows) ? (next() - 0.5) / (3 * rows) : 0);
      return [x, y];
    }),
  );
  const edges = new Map<string, Point[]>();
  const edge = (a: [number, number], b: [number, number], straight: boolean): Point[] => {
    const [from, to] = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? [a, b] : [b, a];
    const key = JSON.stringify([from, to]);
    let line = edges.get(key);
    if (!line) {
      const [p, q] = [at(...from), at(...to)];
      const steps = straight ? [] : Array.from({ length: bend - 1 }, (_, n) => (n + 1) / bend);
      const off = () => (straight ? 0 : (next() - 0.5) * 0.02);
      line = [p, ...steps.map((t): Point => [p[0] + t * (q[0] - p[0]) + off(), p[1] + t * (q[1] - p[1]) + off()]), q];
      edges.set(key, line);
    }
    return from === a ? line : line.toReversed();
  };
  const rings: Point[][] = [];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++) {
      const ring = [
        ...edge([i, j], [i + 1, j], j === 0).slice(0, -1),
        ...edge([i + 1, j], [i + 1, j + 1], i === columns - 1).slice(0, -1),
        ...edge([i + 1, j + 1], [i, j + 1], j === rows - 1).slice(0, -1),
        ...edge([i, j + 1], [i, j], i === 0),
      ];
      rings.push(ring);
    }
  }
  return rings;
}

/** Each area written by itself: every vertex of it off by less than the grid, and some edges with one vertex more. */
function disturbed(ring: Point[], next: () => number): Point[] {
  const off = (): number => (next() * 2 - 1) * BELOW_GRID;
  const written = ring.slice(0, -1).flatMap((point, index): Point[] => {
    const [x, y] = point;
    const [u, v] = ring[index + 1] as Point;
    const moved: Point = [x + off(), y + off()];
    return next() < 0.3 ? [moved, [(x + u) / 2 + off(), (y + v) / 2 + off()]] : [moved];
  });
  return [...written, written[0] as Point];
}

let made = 0;

onEachDatabase('a map whose areas were written one by one', (db) => {
  const areasOf = async (coverage: Coverage, rings: Point[][]) => {
    const store = await db();
    const series = `noise-${process.pid}-${++made}`;
    const features = rings.map((ring, index) => ({
      type: 'Feature',
      properties: { party: `p${index % coverage.parties}` },
      geometry: { type: 'Polygon', coordinates: [ring] },
    }));
    const [imported] = await importSnapshots(store, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: { date: parseDate('2020-01-01') },
      source: null,
      create: {
        ...{ title: 't', publisher: 'p', licence: 'CC0', accuracyM: 100 },
        theatre: { type: 'Polygon', coordinates: [box(36, 35, 37, 36)] },
      },
      accept: null,
    });
    const rows = await store.query<{ class: string; m2: number }>(
      'select class, sum(area_m2) as m2 from faces_of($1) group by 1 order by 1',
      [imported?.revision],
    );
    return new Map(rows.map((row) => [row.class, row.m2]));
  };

  it('property: noise of writing below the noding grid is refused nowhere, and changes no area by a millionth', async () => {
    await fc.assert(
      fc.asyncProperty(coverages, async (coverage) => {
        const plain = cells(coverage);
        const next = random(coverage.seed + 1);
        const written = plain.map((ring) => disturbed(ring, next));
        const [undisturbed, noisy] = [await areasOf(coverage, plain), await areasOf(coverage, written)];
        // Between the chords of the frame and vertices of a map that lie on it, 0.1 m off at most, is nobody's ground.
        for (const areas of [undisturbed, noisy]) {
          expect(areas.get('unassigned') ?? 0).toBeLessThan(1e-6 * DEGREE_M ** 2);
          areas.delete('unassigned');
        }
        for (const [name, m2] of undisturbed) {
          expect(Math.abs((noisy.get(name) ?? 0) - m2) / m2).toBeLessThan(1e-6);
        }
      }),
      { numRuns: COVERAGES, seed: 20241101 },
    );
  });
});
