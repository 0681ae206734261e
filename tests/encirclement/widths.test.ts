import { describe, expect, it } from 'vitest';
import { corridorOf } from '../../src/encirclement/evidence/corridor.js';
import { minimumCut } from '../../src/encirclement/flow.js';
import { boundLevel, bracketNecks, neckOf, nextWidth } from '../../src/encirclement/margins.js';
import { between, meshOf, nearestOn, type TriangleRow, trianglesWithin } from '../../src/encirclement/mesh.js';
import { MAIN_BODY, reliefDistances } from '../../src/encirclement/separation.js';
import { TOUCHING_M } from '../../src/encirclement/verdict.js';

describe('the next width to try', () => {
  const level = (k: number) => expect.closeTo(boundLevel(k), 9);

  it('is the middle shared width while one lies strictly inside, then the geometric mean', () => {
    expect(boundLevel(2)).toBeCloseTo(500, 9);
    expect(boundLevel(-2)).toBeCloseTo(125, 9);
    // Levels 250, 353.6, 500, …, 8000 lie between 200 and 9000: the sixth of eleven.
    expect(nextWidth({ lo: 200, hi: 9000 })).toEqual(level(5));
    expect(nextWidth({ lo: 240, hi: 260 })).toEqual(level(0));
    expect(nextWidth({ lo: 250, hi: 500 })).toEqual(level(1));
    expect(nextWidth({ lo: 250, hi: boundLevel(1) })).toBeCloseTo(Math.sqrt(250 * boundLevel(1)), 9);
    expect(nextWidth({ lo: 300, hi: 320 })).toBeCloseTo(Math.sqrt(300 * 320), 9);
    expect(nextWidth({ lo: 20, hi: 100 })).toEqual(level(-5));
  });

  it('from nothing begins at a touch, and ends with it', () => {
    expect(nextWidth({ lo: 0, hi: TOUCHING_M * Math.SQRT2 })).toBe(TOUCHING_M);
    expect(nextWidth({ lo: 0, hi: TOUCHING_M * 1.2 })).toBe(TOUCHING_M);
    expect(nextWidth({ lo: 0, hi: 1 })).toBeLessThan(1);
    expect(nextWidth({ lo: 0, hi: 1 })).toBeGreaterThan(TOUCHING_M);
    expect(nextWidth({ lo: 0.1, hi: 0.12 })).toBeCloseTo(Math.sqrt(0.012), 9);
  });
});

describe('the brackets of necks', () => {
  const passing = (neckM: number) => {
    const requested: number[] = [];
    const opensAt = async (widthM: number) => {
      requested.push(widthM);
      return new Set(widthM <= neckM ? [1] : []);
    };
    return { asked: requested, opensAt };
  };
  const options = { ceilingM: 1000, seeds: [100, 1000, 5000, 100], tolerance: 0.01 };

  it('ask every seed below the ceiling first, each once', async () => {
    const { asked: requested, opensAt } = passing(300);
    await bracketNecks([1], opensAt, options);
    expect(requested[0]).toBe(100);
    expect(Math.max(...requested)).toBeLessThan(1000);
    expect(new Set(requested).size).toBe(requested.length);
  });

  it('stop at a touch where not even that passes, and at the tolerance where something does', async () => {
    const none = passing(0);
    expect((await bracketNecks([1], none.opensAt, options)).get(1)).toEqual({ lo: 0, hi: TOUCHING_M });
    const tight = (await bracketNecks([1], passing(0.3).opensAt, options)).get(1);
    expect(tight?.lo).toBeLessThanOrEqual(0.3);
    expect((tight?.hi ?? 1) / (tight?.lo ?? 1)).toBeLessThanOrEqual(1.01);
    expect(neckOf({ lo: 0, hi: TOUCHING_M })).toBe(0);
    expect(neckOf({ lo: 400, hi: 402 })).toBe(401);
  });

  it('ask the widths of several posts from the narrowest', async () => {
    const requested: number[] = [];
    const necks = new Map([
      [1, 50],
      [2, 900],
    ]);
    await bracketNecks(
      [2, 1],
      async (widthM) => {
        requested.push(widthM);
        return new Set([...necks].filter(([, neck]) => widthM <= neck).map(([id]) => id));
      },
      { ...options, seeds: [200] },
    );
    const [, second, third] = requested as [number, number, number];
    expect([second < 200, third > 200]).toEqual([true, true]);
  });
});

describe('distances in a mesh', () => {
  it('the nearest point of a segment is its foot, or the nearer end', () => {
    expect(nearestOn([1, 2], [5, 6], [5, 2])).toEqual([3, 4]);
    expect(nearestOn([1, 2], [5, 6], [0, 0])).toEqual([1, 2]);
    expect(nearestOn([1, 2], [5, 6], [9, 9])).toEqual([5, 6]);
    expect(nearestOn([3, 1], [3, 1], [9, 9])).toEqual([3, 1]);
    expect(nearestOn([4, -2], [1, 2], [0, 0])).toEqual([expect.closeTo(1.6, 12), expect.closeTo(1.2, 12)]);
    expect(between([1, 2], [4, -2])).toBe(5);
  });

  const rows: TriangleRow[] = [
    [0, 0, 10, 0, 0, 10, 0],
    [10, 0, 10, 10, 0, 10, 0],
    [10, 0, 20, 0, 10, 10, 0],
    [20, 0, 20, 10, 10, 10, 1],
  ];
  const mesh = meshOf(rows, []);

  it('a post belongs to the triangle it is in, whichever way round that is drawn, or to the nearest within reach', () => {
    expect(trianglesWithin(mesh, [2, 2], 0)).toEqual([0]);
    expect(trianglesWithin(mesh, [8, 8], 0)).toEqual([1]);
    const turned = meshOf(
      rows.map(([ax, ay, bx, by, cx, cy, core]): TriangleRow => [ax, ay, cx, cy, bx, by, core]),
      [],
    );
    expect(trianglesWithin(turned, [8, 8], 0)).toEqual([1]);
    expect(trianglesWithin(turned, [18, 8], 0)).toEqual([3]);
    expect(trianglesWithin(mesh, [-3, 5], 2.9)).toEqual([]);
    expect(trianglesWithin(mesh, [-3, 5], 3)).toEqual([0]);
    expect(trianglesWithin(mesh, [13, -4], 3.99)).toEqual([]);
    expect(trianglesWithin(mesh, [13, -4], 4)).toEqual([2]);
    // Of several at no distance the first.
    expect(trianglesWithin(mesh, [5, 5], 0)[0]).toBe(0);
  });

  it('a disc reaches through a chord that it touches', () => {
    expect(trianglesWithin(mesh, [2, 2], Math.SQRT2 * 2.9).sort()).toEqual([0]);
    expect(trianglesWithin(mesh, [2, 2], Math.SQRT2 * 3).sort()).toEqual([0, 1]);
    expect(trianglesWithin(mesh, [2, 2], 8).sort()).toEqual([0, 1, 2]);
  });

  it('a chord is a common edge, with its length and its sides; what bounds the ground is barrier, but for the rim', () => {
    expect(mesh.chords.map(({ sides, metres, open }) => [...sides, Math.round(metres * 10), open])).toEqual([
      [0, 1, 141, 0],
      [1, 2, 100, 0],
      [2, 3, 141, 0],
    ]);
    expect(mesh.core).toEqual([3]);
    expect(mesh.barriers).toHaveLength(6);
    const rimmed = meshOf(rows, [
      [10, 0],
      [20, 0],
    ]);
    expect(rimmed.chords.map(({ open }) => open)).toEqual([1, 1, 1]);
    expect(rimmed.barriers).toHaveLength(3);
  });
});

describe('a corridor', () => {
  /** Sections of a straight corridor between barriers, the last the anchor; `up` shifts a section's barriers. */
  const lane = (halves: readonly number[], up: readonly number[] = []): TriangleRow[] =>
    halves.slice(1).flatMap((next, i): TriangleRow[] => {
      const [half, core] = [halves[i] as number, i === halves.length - 2 ? 1 : 0];
      const [u, v] = [up[i] ?? 0, up[i + 1] ?? 0];
      return [
        [1000 * i, u - half, 1000 * (i + 1), v - next, 1000 * i, u + half, core],
        [1000 * (i + 1), v - next, 1000 * (i + 1), v + next, 1000 * i, u + half, core],
      ];
    });

  it('off the axis has its middle between its barriers, and its closing cut where it is narrow', () => {
    const found = corridorOf(meshOf(lane([1000, 1000, 200, 900, 1500], [0, 0, 500, 0, 0]), []), [100, 0], 50, 5000);
    expect(found?.neck).toMatchObject({ width_m: 400, middle: [2000, 500], at_edge: false });
    expect(found?.closure.segments).toEqual([
      { metres: 400, from: [2000, expect.any(Number)], to: [2000, expect.any(Number)] },
    ]);
    const ends = found?.closure.segments.flatMap(({ from, to }) => [from[1], to[1]]).sort((a, b) => a - b);
    expect(ends).toEqual([300, 700]);
  });

  it('is slid to the shortest from either end of its chord', () => {
    // Barriers that converge: the sampled chord is longer than the foot on the opposite barrier.
    const wedge: TriangleRow[] = [
      [0, 0, 1000, 0, 0, 900, 0],
      [1000, 0, 400, 700, 0, 900, 0],
      [1000, 0, 2000, 0, 400, 700, 0],
      [2000, 0, 2000, 3000, 400, 700, 1],
    ];
    const neck = corridorOf(meshOf(wedge, []), [50, 50], 10, 50_000)?.neck;
    expect(neck?.width_m).toBeCloseTo(700, 6);
    expect([neck?.from, neck?.to].some((end) => end?.[0] === 400 && end[1] === 700)).toBe(true);
  });

  it('has no neck where the post is in the anchor’s own triangle, and none between two points of the map’s edge', () => {
    const mesh = meshOf(lane([1000, 1000, 200, 900, 1500]), []);
    const inside = corridorOf(mesh, [3900, 0], 50, 5000);
    expect(inside?.neck).toBeNull();
    expect(inside?.closure).toEqual({ metres: 10_000 * Math.PI, at_least: true, corridors: null, segments: [] });
    const edge = [0, 1, 2, 3, 4].flatMap((i) => [-1, 1].map((side) => [1000 * i, side * 1000] as const));
    const open = corridorOf(meshOf(lane([1000, 1000, 1000, 1000, 1000]), edge), [100, 0], 50, 5000);
    expect(open?.neck).toBeNull();
    expect(open?.closure.at_least).toBe(true);
  });

  it('passes a disc as wide as a chord is long, twice that at the edge of the map', () => {
    // Two narrow places: 600 between barriers, and 400 between a barrier and the edge, which lets 800 pass.
    const rim = [[1000, 200]] as const;
    const mesh = meshOf(lane([1000, 200, 1000, 300, 1000, 1500]), rim);
    expect(corridorOf(mesh, [100, 0], 50, 5000)?.neck).toMatchObject({ width_m: 600, at_edge: false });
    expect(corridorOf(mesh, [100, 0], 50, 5000)?.closure).toMatchObject({ metres: 400, at_least: true });
  });

  it('of which two lead out closes with both, whatever of them is the map’s edge', () => {
    // A room with one way out to the left and one to the right, both to the anchor.
    const rows: TriangleRow[] = [
      [0, 0, 100, 0, 50, 100, 0],
      [0, 0, 50, 100, -100, 100, 1],
      [100, 0, 200, 100, 50, 100, 1],
    ];
    const found = corridorOf(meshOf(rows, []), [50, 30], 1, 5000);
    expect(found?.closure).toMatchObject({ corridors: 2, at_least: false });
    expect(found?.closure.metres).toBeCloseTo(2 * Math.hypot(50, 100), 9);
    const half = corridorOf(meshOf(rows, [[100, 0]]), [50, 30], 1, 5000);
    expect(half?.closure.at_least).toBe(true);
  });

  it('whose closing is as long as the free ring is capped at it', () => {
    const mesh = meshOf(lane([1000, 1000, 200, 900, 1500]), []);
    const seal = 400 / (2 * Math.PI);
    expect(corridorOf(mesh, [100, 0], 50, seal)?.closure).toMatchObject({ corridors: null, at_least: true });
    expect(corridorOf(mesh, [100, 0], 50, seal * 1.001)?.closure).toMatchObject({ corridors: 1, metres: 400 });
  });
});

describe('minimum cut', () => {
  it('has no finite answer where a source is a sink, and none to pay where nothing joins them', () => {
    expect(minimumCut(2, [{ a: 0, b: 1, capacity: 1 }], [0, 1], [1])).toEqual({
      value: Number.POSITIVE_INFINITY,
      links: [],
    });
    expect(minimumCut(3, [{ a: 0, b: 1, capacity: 1 }], [0], [2])).toEqual({ value: 0, links: [] });
    expect(minimumCut(2, [{ a: 0, b: 1, capacity: Number.POSITIVE_INFINITY }], [0], [1])).toEqual({
      value: Number.POSITIVE_INFINITY,
      links: [],
    });
  });

  it('takes a way back where an earlier one was wrong', () => {
    // The shortest way 0-1-2-3 blocks both others unless flow is given back over 1-2.
    const links = [
      { a: 0, b: 1, capacity: 1 },
      { a: 0, b: 2, capacity: 1 },
      { a: 1, b: 2, capacity: 1 },
      { a: 1, b: 3, capacity: 1 },
      { a: 2, b: 3, capacity: 1 },
    ];
    expect(minimumCut(4, links, [0], [3])).toEqual({ value: 2, links: [0, 1] });
  });
});

it('a hop within one body changes nothing, and starts that are reached are not waited for', () => {
  const hops = [
    { a: 1, b: 2, metres: 1 },
    { a: 2, b: 1, metres: 2 },
    { a: 2, b: MAIN_BODY, metres: 5 },
    { a: 3, b: MAIN_BODY, metres: 9 },
  ];
  expect([...reliefDistances([1, 2], hops)]).toEqual([
    [1, 5],
    [2, 5],
  ]);
  expect([...reliefDistances([3], hops)]).toEqual([[3, 9]]);
});
