import { describe, expect, it } from 'vitest';
import { reachShare } from '../../src/encirclement/evidence/reach.js';
import { clip, openSectors, widthOf } from '../../src/geometry/bearing-sectors.js';

const edge = (ax: number, ay: number, bx: number, by: number) => ({ ax, ay, bx, by });
const rounded = ({ sectors, largest, share }: ReturnType<typeof openSectors>) => {
  const of = ({ from, to }: { from: number; to: number }) => [from, to].map((degrees) => Number(degrees.toFixed(6)));
  return { share: Number(share.toFixed(6)), sectors: sectors.map(of), largest: largest && of(largest) };
};

describe('an edge within a circle', () => {
  it('is cut at both ends, at one, or not at all', () => {
    expect(clip(edge(-10, 3, 10, 3), 5)).toEqual(edge(-4, 3, 4, 3));
    expect(clip(edge(10, 3, -10, 3), 5)).toEqual(edge(4, 3, -4, 3));
    expect(clip(edge(0, 3, 10, 3), 5)).toEqual(edge(0, 3, 4, 3));
    expect(clip(edge(-10, -4, 1, -4), 5)).toEqual(edge(-3, -4, 1, -4));
    expect(clip(edge(-1, 2, 1, 3), 5)).toEqual(edge(-1, 2, 1, 3));
    expect(clip(edge(6, 0, 6, 2), 5)).toBeNull();
    expect(clip(edge(-10, 6, 10, 6), 5)).toBeNull();
    // On the line through the circle, but before it, behind it, and of no length.
    expect(clip(edge(-10, 3, -6, 3), 5)).toBeNull();
    expect(clip(edge(6, 3, 10, 3), 5)).toBeNull();
    expect(clip(edge(1, 1, 1, 1), 5)).toBeNull();
    // It touches the circle in one point: nothing of it is inside.
    expect(clip(edge(-10, 5, 10, 5), 5)).toBeNull();
  });
});

describe('the open bearings', () => {
  it('are all of them where nothing stands, and sectors between barriers where something does', () => {
    expect(openSectors([], 10)).toEqual({ share: 1, sectors: [{ from: 0, to: 360 }], largest: { from: 0, to: 360 } });
    // Barriers from north-east to south-east, and from south-west to west-south-west.
    const east = edge(1, 1, 1, -1);
    expect(rounded(openSectors([east], 10))).toEqual({ share: 0.75, sectors: [[135, 45]], largest: [135, 45] });
    const south = edge(-1, -1, 1, -1);
    expect(rounded(openSectors([east, south], 10))).toEqual({ share: 0.5, sectors: [[225, 45]], largest: [225, 45] });
    const west = edge(-1, -1, -1, 1);
    expect(rounded(openSectors([west, south, east], 10))).toEqual({
      share: 0.25,
      sectors: [[315, 45]],
      largest: [315, 45],
    });
    const north = edge(-1, 1, 1, 1);
    expect(openSectors([west, south, east, north], 10)).toEqual({ share: 0, sectors: [], largest: null });
  });

  it('a barrier across north blocks either side of it, whichever way it is drawn', () => {
    for (const across of [edge(-1, 1, 1, 1), edge(1, 1, -1, 1)]) {
      expect(rounded(openSectors([across], 10))).toEqual({ share: 0.75, sectors: [[45, 315]], largest: [45, 315] });
    }
  });

  it('the largest sector is the widest, also across north, and the first of two alike', () => {
    const barriers = [edge(1, 0.1, 1, -0.1), edge(0.1, -1, -0.1, -1)];
    const { sectors, largest } = openSectors(barriers, 10);
    expect(sectors.map(widthOf).map(Math.round)).toEqual([79, 259]);
    expect(largest).toEqual(sectors[1]);
    const opposite = openSectors([edge(1, 0.1, 1, -0.1), edge(-1, 0.1, -1, -0.1)], 10);
    expect(opposite.sectors).toHaveLength(2);
    expect(opposite.largest).toEqual(opposite.sectors[0]);
    expect(widthOf({ from: 350, to: 10 })).toBe(20);
    expect(widthOf({ from: 90, to: 90 })).toBe(360);
  });

  it('what lies beyond the radius blocks nothing', () => {
    expect(openSectors([edge(-1, 11, 1, 11)], 10).share).toBe(1);
    expect(openSectors([edge(-100, 6, 100, 6)], 10).share).toBeCloseTo(1 - (2 * Math.acos(0.6)) / (2 * Math.PI), 12);
  });
});

describe('what leads to the main body', () => {
  const main = (...at: [number, number, number, number]) => ({ ...edge(...at), of: 'main' as const });
  const hostile = (...at: [number, number, number, number]) => ({ ...edge(...at), of: 'hostile' as const });

  it('is what is met first, by distance along the ray', () => {
    // The main body's edge slants: on the west of north it is nearer than the barrier, on the east farther.
    const slant = main(-10, 5, 10, 25);
    const barrier = hostile(-10, 15, 10, 15);
    const half = (Math.atan2(10, 5) / (2 * Math.PI)) * 1;
    expect(reachShare([slant, barrier], 1000)).toBeCloseTo(half, 9);
    expect(reachShare([barrier, slant], 1000)).toBeCloseTo(half, 9);
  });

  it('an edge of both is hostile: what lies behind it was met there', () => {
    for (const edges of [
      [main(-1, 1, 1, 1), hostile(-1, 1, 1, 1)],
      [hostile(-1, 1, 1, 1), main(-1, 1, 1, 1)],
    ]) {
      expect(reachShare(edges, 1000)).toBe(0);
    }
  });

  it('an edge that points at the post hides nothing', () => {
    expect(reachShare([main(-1, 1, 1, 1), hostile(0, 0.2, 0, 0.5)], 1000)).toBeCloseTo(0.25, 9);
  });

  it('half the horizon at once', () => {
    expect(reachShare([main(-1, 0, 0, 1), main(0, 1, 1, 0)], 1000)).toBeCloseTo(0.5, 9);
  });
});
