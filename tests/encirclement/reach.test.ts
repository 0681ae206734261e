import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compass, trueSectors } from '../../src/encirclement/evidence/bearings.js';
import { reachShare, type SeenEdge } from '../../src/encirclement/evidence/reach.js';
import { openSectors, widthOf } from '../../src/geometry/bearing-sectors.js';

/** A square ring of edges around the post, `half` metres from it. */
const square = (half: number, of: SeenEdge['of']): SeenEdge[] => {
  const corners = [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
  ] as const;
  return corners.map(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % 4] ?? [0, 0];
    return { ax, ay, bx, by, of };
  });
};

describe('how much of the horizon leads to the main body', () => {
  it('all of it before the enemy, none behind, none beyond the radius', () => {
    expect(reachShare([...square(1000, 'main'), ...square(2000, 'hostile')], 5000)).toBeCloseTo(1, 12);
    expect(reachShare([...square(2000, 'main'), ...square(1000, 'hostile')], 5000)).toBe(0);
    expect(reachShare(square(1000, 'main'), 999)).toBe(0);
    expect(reachShare([], 999)).toBe(0);
  });

  it('is the angle of a gap in the ring, wherever north is', () => {
    const [north, ...rest] = [...square(1000, 'hostile')].reverse();
    for (const turn of [0, 1, 2, 3]) {
      const gap = [...rest, ...square(1500, 'main')].map((edge) => turned(edge, (turn * Math.PI) / 2 + 0.3));
      expect(reachShare(gap, 5000)).toBeCloseTo(0.25, 9);
    }
    expect(north).toBeDefined();
  });
});

function turned({ ax, ay, bx, by, of }: SeenEdge, angle: number): SeenEdge {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { ax: ax * c - ay * s, ay: ax * s + ay * c, bx: bx * c - by * s, by: bx * s + by * c, of };
}

describe('bearings', () => {
  const edge = fc.record({
    ax: fc.integer({ min: -9000, max: 9000 }),
    ay: fc.integer({ min: -9000, max: 9000 }),
    bx: fc.integer({ min: -9000, max: 9000 }),
    by: fc.integer({ min: -9000, max: 9000 }),
    of: fc.constant('hostile' as const),
  });
  const edges = fc.array(edge, { maxLength: 12 });

  it('a larger radius never opens more; turning changes no share; sectors sum to the share (property 7)', () => {
    fc.assert(
      fc.property(
        edges,
        fc.integer({ min: 100, max: 12_000 }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (all, r, by) => {
          const open = openSectors(all, r);
          expect(openSectors(all, r * 1.5).share).toBeLessThanOrEqual(open.share + 1e-9);
          const around = openSectors(
            all.map((one) => turned(one, by)),
            r,
          );
          expect(Math.abs(around.share - open.share)).toBeLessThan(1e-6);
          const sum = open.sectors.reduce((degrees, sector) => degrees + widthOf(sector), 0);
          expect(Math.abs(sum - 360 * open.share)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });

  it('true bearings turn by the convergence and keep widths', () => {
    const open = { share: 0.5, sectors: [{ from: 350, to: 170 }], largest: { from: 350, to: 170 } };
    expect(trueSectors(open, -15)).toEqual({
      share: 0.5,
      sectors: [{ from: 5, to: 185 }],
      largest: { from: 5, to: 185 },
    });
    const all = { share: 1, sectors: [{ from: 0, to: 360 }], largest: { from: 0, to: 360 } };
    expect(trueSectors(all, 12)).toEqual(all);
    expect([0, 22, 23, 180, 337, 338, 359].map(compass)).toEqual([
      'north',
      'north',
      'north-east',
      'south',
      'north-west',
      'north',
      'north',
    ]);
  });
});
