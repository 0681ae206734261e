import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balance } from '../../src/change/balance.js';
import { onEachDatabase } from '../setup/databases.js';
import { type Point, seeded } from '../setup/mesh-world.js';
import type { PlainFace } from '../setup/plain-maps.js';
import { runs } from '../setup/runs.js';
import { faceOf, type HeldRing, type Measured, measured, moved, twoMaps, wkt } from '../setup/two-maps.js';

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const RUNS = { numRuns: runs(3), seed: 20191219 };
/** Of a theatre of 10¹⁰ m². */
const TOLERANCE_M2 = 10;

const plain = (maps: readonly (readonly HeldRing[])[]) => maps.map((map) => map.map((face) => faceOf(face)));

/** The same cells, each `scale` times as large. */
function same(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>, scale = 1) {
  for (const key of new Set([...found.keys(), ...expected.keys()])) {
    const difference = (found.get(key) ?? 0) - scale * (expected.get(key) ?? 0);
    expect(Math.abs(difference), key).toBeLessThanOrEqual(TOLERANCE_M2 * scale);
  }
}

const transposed = (matrix: ReadonlyMap<string, number>) =>
  new Map([...matrix].map(([key, m2]) => [key.split(' ').reverse().join(' '), m2]));

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

/** Sums over rows (0) or columns (1) of a matrix. */
function sums({ matrix }: Measured, side: 0 | 1) {
  const by = new Map<string, number>();
  for (const [key, m2] of matrix) {
    const name = key.split(' ')[side] as string;
    by.set(name, (by.get(name) ?? 0) + m2);
  }
  return by;
}

onEachDatabase('change, properties', (open) => {
  const forMaps = async (check: (maps: [HeldRing[], HeldRing[]], found: Measured) => Promise<void>) => {
    const db = await open();
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const maps = twoMaps(seed);
        await check(maps, await measured(db, plain(maps)));
      }),
      RUNS,
    );
  };

  it('property 1: moved, turned and refined maps have the same matrix; swapped dates transpose it', async () => {
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    await forMaps(async (maps, found) => {
      const db = await open();
      const moves: ((point: Point) => Point)[] = [
        ([x, y]) => [x + 12.3456, y - 7.89],
        ([x, y]) => [x * cos - y * sin, x * sin + y * cos],
      ];
      for (const move of moves) {
        same((await measured(db, plain(maps.map((map) => moved(map, move))), move)).matrix, found.matrix);
      }
      const refined = maps.map((map) => map.map((face) => faceOf(face, `st_segmentize(${wkt(face.ring)}, 3)`)));
      same((await measured(db, refined)).matrix, found.matrix);
      const back = await measured(db, plain(maps.toReversed()));
      same(transposed(back.matrix), found.matrix);
    });
  });

  it('property 2 and property 3: half the scale is a quarter of every area; a mirrored map has the same', async () => {
    await forMaps(async (maps, found) => {
      const db = await open();
      const half = ([x, y]: Point): Point => [x / 2, y / 2];
      const mirror = ([x, y]: Point): Point => [-x, y];
      same((await measured(db, plain(maps.map((map) => moved(map, half))), half)).matrix, found.matrix, 0.25);
      same((await measured(db, plain(maps.map((map) => moved(map, mirror))), mirror)).matrix, found.matrix);
    });
  });

  it('property 8: split, dissolved and reordered areas have the same matrix', async () => {
    await forMaps(async (maps, found) => {
      const db = await open();
      const split = (map: HeldRing[]): PlainFace[] =>
        map.flatMap((face) => {
          const [a, b, c, d] = face.ring as [Point, Point, Point, Point];
          // By the diagonal that lies inside, whichever corner is re-entrant.
          const turns = [a, b, c, d].map((corner, i, all) => {
            const [[px, py], [nx, ny]] = [all[(i + 3) % 4] as Point, all[(i + 1) % 4] as Point];
            return (corner[0] - px) * (ny - corner[1]) - (corner[1] - py) * (nx - corner[0]) < 0;
          });
          const halves =
            turns[1] || turns[3]
              ? [
                  [a, b, d],
                  [b, c, d],
                ]
              : [
                  [a, b, c],
                  [a, c, d],
                ];
          return halves.map((ring) => faceOf({ ...face, ring: ring as Point[] }));
        });
      // Neighbours in a column of four, where one class holds both: a face of a plane is one polygon.
      const dissolved = (map: HeldRing[]): PlainFace[] => {
        const runs: HeldRing[][] = [];
        for (const [i, face] of map.entries()) {
          const last = runs.at(-1);
          const [above] = last ?? [];
          const alike = above && above.party === face.party && above.contested === face.contested;
          if (last && alike && i % 4 !== 0) last.push(face);
          else runs.push([face]);
        }
        expect(runs.length).toBeLessThan(map.length);
        return runs.map((faces) =>
          faceOf(faces[0] as HeldRing, `st_union(array[${faces.map(({ ring }) => wkt(ring)).join(',')}])`),
        );
      };
      for (const variant of [maps.map(split), maps.map(dissolved), plain(maps).map((map) => map.toReversed())]) {
        same((await measured(db, variant)).matrix, found.matrix);
      }
    });
  });

  it('property 9: rows and columns are the areas of either day, unassigned ground included; gain and loss balance', async () => {
    await forMaps(async (maps, found) => {
      same(sums(found, 0), found.before);
      same(sums(found, 1), found.after);
      expect(total(found.matrix.values()) / 1e10).toBeCloseTo(1, 9);
      const transitions = [...found.matrix].map(([key, m2]) => {
        const [from, to] = key.split(' ') as [string, string];
        return { from, to, m2 };
      });
      const { parties, changed_km2 } = balance(transitions, found.before, found.after);
      expect(parties.map((row) => row.party)).toContain('unassigned');
      for (const row of parties) {
        expect(row.net_km2).toBeCloseTo(row.after_km2 - row.before_km2, 5);
        expect(row.total_change_km2).toBeCloseTo(Math.abs(row.net_km2) + row.swap_km2, 9);
      }
      expect(total(parties.map((row) => row.gained_km2))).toBeCloseTo(changed_km2, 6);
      expect(total(parties.map((row) => row.lost_km2))).toBeCloseTo(changed_km2, 6);
      expect(total(parties.map((row) => row.net_km2))).toBeCloseTo(0, 5);
      // Over a chain of three maps net adds up, and gross is never less than over the whole.
      const [first, second] = maps;
      const third = moved(first, ([x, y]) => [x, -y]).map((face, i) => ({ ...face, party: 'pqr'[i % 3] as string }));
      const db = await open();
      const onward = await measured(db, plain([second, third]));
      const whole = await measured(db, plain([first, third]));
      const net = ({ before, after }: Measured, name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
      const gained = (of: Measured, name: string) =>
        total(
          [...of.matrix].flatMap(([key, m2]) => (key.endsWith(` ${name}`) && key !== `${name} ${name}` ? [m2] : [])),
        );
      for (const name of ['p', 'q', 'r', 'contested', 'unassigned']) {
        expect(Math.abs(net(found, name) + net(onward, name) - net(whole, name))).toBeLessThanOrEqual(TOLERANCE_M2);
        expect(gained(found, name) + gained(onward, name)).toBeGreaterThanOrEqual(gained(whole, name) - TOLERANCE_M2);
      }
    });
  });

  it('property 13: moving every vertex by up to 50 m moves an area by 50 m of its perimeter at most', async () => {
    await forMaps(async ([map], found) => {
      const random = seeded(13);
      const kept = new Map<string, Point>();
      const jitter = ([x, y]: Point): Point => {
        const key = `${x} ${y}`;
        const angle = 2 * Math.PI * random();
        const to = kept.get(key) ?? [x + 0.05 * Math.cos(angle), y + 0.05 * Math.sin(angle)];
        kept.set(key, to);
        return to;
      };
      const shaken = moved(map, jitter);
      const after = await measured(await open(), plain([shaken, shaken]));
      const perimeter = (map: readonly HeldRing[], name: string) => {
        const edges = new Map<string, number>();
        for (const { party, contested, ring } of map) {
          if ((contested ? 'contested' : (party ?? 'unassigned')) !== name) continue;
          for (const [i, a] of ring.entries()) {
            const b = ring[(i + 1) % ring.length] as Point;
            const key = [a, b].map(String).sort().join(' ');
            if (edges.has(key)) edges.delete(key);
            else edges.set(key, 1000 * Math.hypot(a[0] - b[0], a[1] - b[1]));
          }
        }
        return total(edges.values());
      };
      for (const [name, m2] of found.before) {
        expect(Math.abs((after.before.get(name) ?? 0) - m2)).toBeGreaterThan(0);
        expect(Math.abs((after.before.get(name) ?? 0) - m2)).toBeLessThanOrEqual(50 * perimeter(map, name) * 1.001);
      }
    });
  });

  it('property 16: orientation, first vertex and repeated vertices change nothing', async () => {
    const turned = (ring: readonly Point[]) => [...ring.slice(1), ring[0] as Point];
    const writings: ((face: HeldRing) => string)[] = [
      ({ ring }) => wkt(ring.toReversed()),
      ({ ring }) => wkt(turned(ring)),
      ({ ring }) => wkt(ring.flatMap((point) => [point, point])),
    ];
    await forMaps(async (maps, found) => {
      for (const write of writings) {
        const rewritten = maps.map((map) => map.map((face) => faceOf(face, write(face))));
        same((await measured(await open(), rewritten)).matrix, found.matrix);
      }
    });
  });
});
