import { expect, test } from 'vitest';
import { stripCuts } from '../../src/coverage/strip-cuts.js';
import type { StripEdge } from '../../src/coverage/strip-mesh.js';

/** The edges of a ring with the strip on its left, divided into steps; whom each lies beside is told by its middle. */
function edgesOf(ring: readonly (readonly [number, number])[], beside: (x: number, y: number) => number): StripEdge[] {
  return ring.flatMap(([x0, y0], i) => {
    const [x1, y1] = ring[(i + 1) % ring.length] as readonly [number, number];
    const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0));
    const at = (n: number) => [x0 + (n / steps) * (x1 - x0), y0 + (n / steps) * (y1 - y0)] as const;
    return Array.from({ length: steps }, (_, n) => {
      const [[ax, ay], [bx, by]] = [at(n), at(n + 1)];
      return { ax, ay, bx, by, party: beside((ax + bx) / 2, (ay + by) / 2) };
    });
  });
}

const BOX = [
  [0, 0],
  [40, 0],
  [40, 1],
  [0, 1],
] as const;

test('a strip between two areas that lie opposite each other everywhere is not cut', () => {
  expect(stripCuts(edgesOf(BOX, (_, y) => (y > 0.9 ? 7 : y < 0.1 ? 5 : -1)))).toEqual([]);
});

test('a strip along the edge of the theatre is cut across, once, where one area follows another', () => {
  const cuts = stripCuts(edgesOf(BOX, (x, y) => (y > 0.9 ? (x < 30 ? 5 : 7) : -1)));
  // One step to the side of the longer area at most: a triangle that touches both is of the one with the longer border.
  for (const [ax, ay, bx, by] of cuts) {
    for (const x of [ax, bx]) expect(Math.abs(x - 30)).toBeLessThanOrEqual(2);
    for (const y of [ay, by]) expect([0, 1]).toContain(y);
  }
  const ends = cuts.flatMap(([ax, ay, bx, by]) => [`${ax} ${ay}`, `${bx} ${by}`]);
  expect(ends.some((end) => end.endsWith(' 0')) && ends.some((end) => end.endsWith(' 1'))).toBe(true);
});

test('a crossing of two lanes between four areas is cut into lanes, none of which lies beside an area that is not next to it', () => {
  const cross = [
    [0, 10],
    [10, 10],
    [10, 0],
    [11, 0],
    [11, 10],
    [21, 10],
    [21, 11],
    [11, 11],
    [11, 21],
    [10, 21],
    [10, 11],
    [0, 11],
  ] as const;
  const beside = (x: number, y: number) =>
    x === 0 || x === 21 || y === 0 || y === 21 ? -1 : (x > 10.5 ? 1 : 0) + (y > 10.5 ? 2 : 0);
  const cuts = stripCuts(edgesOf(cross, beside));
  expect(cuts.length).toBeGreaterThanOrEqual(2);
  for (const end of cuts.flat()) expect(Math.abs(end - 10.5)).toBeLessThanOrEqual(2.5);
});
