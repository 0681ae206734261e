import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corridorOf } from '../../src/encirclement/evidence/corridor.js';
import { meshOf, type Spot, type TriangleRow, trianglesWithin } from '../../src/encirclement/mesh.js';

/** Two triangles per section of a straight corridor with barriers at the given half-widths; the last is the anchor. */
function lane(halves: readonly number[], step = 1000): TriangleRow[] {
  return halves.slice(1).flatMap((next, i): TriangleRow[] => {
    const [x, half, core] = [i * step, halves[i] ?? 0, i === halves.length - 2 ? 1 : 0];
    return [
      [x, -half, x + step, -next, x, half, core],
      [x + step, -next, x + step, next, x, half, core],
    ];
  });
}

describe('the corridor over a triangulated ground', () => {
  const mesh = meshOf(lane([1000, 1000, 200, 900, 1500]), []);

  it('finds the narrowest place between its barriers, whose closing is the least', () => {
    const corridor = corridorOf(mesh, [100, 0], 50, 5000);
    expect(corridor?.neck).toMatchObject({ width_m: 400, from: [2000, 200], to: [2000, -200], middle: [2000, 0] });
    expect(corridor?.closure).toMatchObject({ metres: 400, at_least: false, corridors: 1 });
  });

  it('is no narrower than what the post’s own disc covers already', () => {
    const long = meshOf(lane([1000, 1000, 200, 900, 900, 900, 1500]), []);
    expect(corridorOf(long, [1500, 0], 300, 5000)?.neck?.width_m).toBeCloseTo(400, 6);
    expect(corridorOf(long, [1900, 0], 1400, 5000)?.neck?.width_m).toBeCloseTo(1800, 6);
  });

  it('says at_least where a barrier of it is the edge of the map, and lets a disc hang over it', () => {
    const open = meshOf(lane([1000, 1000, 200, 900, 1500]), [
      [0, 1000],
      [1000, 1000],
      [2000, 200],
      [3000, 900],
      [4000, 1500],
    ]);
    const corridor = corridorOf(open, [100, 0], 50, 5000);
    expect(corridor?.neck).toMatchObject({ width_m: 400, at_edge: true });
    expect(corridor?.closure).toMatchObject({ metres: 400, at_least: true });
  });

  it('caps a closure at the ring that could be drawn freely', () => {
    expect(corridorOf(mesh, [100, 0], 50, 50)?.closure).toEqual({
      metres: 100 * Math.PI,
      at_least: true,
      corridors: null,
      segments: [],
    });
  });

  it('is null off the ground and without an anchor', () => {
    expect(corridorOf(mesh, [-500, 0], 50, 5000)).toBeNull();
    const bare = meshOf(
      lane([1000, 1000, 1000]).map((row): TriangleRow => [row[0], row[1], row[2], row[3], row[4], row[5], 0]),
      [],
    );
    expect(corridorOf(bare, [100, 0], 50, 5000)).toBeNull();
  });

  it('slides the ends of a neck along the barriers they lie on', () => {
    // A tip at (1000, 300) over a straight barrier that has no point below it.
    const rows: TriangleRow[] = [
      [0, 0, 700, 0, 0, 2000, 0],
      [700, 0, 1000, 300, 0, 2000, 0],
      [700, 0, 2000, 0, 1000, 300, 0],
      [2000, 0, 2000, 2000, 1000, 300, 1],
    ];
    expect(corridorOf(meshOf(rows, []), [100, 100], 10, 5000)?.neck).toMatchObject({ width_m: 300, to: [1000, 0] });
  });

  it('the neck is never wider than what would close it (property 5)', () => {
    const widths = fc.array(fc.integer({ min: 50, max: 3000 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(widths, (halves) => {
        const corridor = corridorOf(meshOf(lane(halves), []), [1, 0], 0, 1e9);
        if (corridor?.neck && corridor.closure.corridors !== null) {
          expect(corridor.neck.width_m).toBeLessThanOrEqual(corridor.closure.metres + 1e-6);
        }
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('a disc does not reach across a barrier', () => {
    const spots = (at: Spot, r: number) => trianglesWithin(mesh, at, r).length;
    expect(spots([1500, 0], 10)).toBeLessThan(4);
    expect(spots([1500, 0], 10_000)).toBe(8);
    expect(spots([1500, 5000], 100)).toBe(0);
  });
});
