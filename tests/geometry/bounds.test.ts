import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bounds, crossed, middleOf, narrowestBounds, uncrossed } from '../../src/geometry/bounds.js';

/** Whole degrees, so that equal is equal. */
const lons = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -180, max: 180 }));
const lats = fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 }));
const someBox = fc
  .tuple(lons, lats)
  .map(([[a, b], [c, d]]): Bounds => [Math.min(a, b), Math.min(c, d), Math.max(a, b), Math.max(c, d)]);
const boxes = fc.array(someBox, { minLength: 1, maxLength: 6 });
/** Small ones, between which there are gaps. */
const smallBoxes = fc.array(
  fc
    .tuple(
      fc.integer({ min: -180, max: 175 }),
      fc.nat({ max: 5 }),
      fc.integer({ min: -90, max: 80 }),
      fc.nat({ max: 10 }),
    )
    .map(([lon, wide, lat, high]): Bounds => [lon, lat, lon + wide, lat + high]),
  { minLength: 1, maxLength: 6 },
);
const either = fc.oneof(boxes, smallBoxes);

const holds = ([west, south, east, north]: Bounds, [w, s, e, n]: Bounds) =>
  s >= south && n <= north && [-360, 0, 360].some((turned) => w + turned >= west && e + turned <= east);

describe('the narrowest box around boxes', () => {
  it('holds all of them, begins within -180 to 180 and is no wider than the world', () => {
    fc.assert(
      fc.property(either, (given) => {
        const found = narrowestBounds(given);
        for (const one of given) expect(holds(found, one), `${found} ${one}`).toBe(true);
        const [west, , east] = found;
        expect([Math.abs(west) <= 180, east >= west, east - west <= 360]).toEqual([true, true, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the narrowest: one that begins at any degree and holds all is at least as wide', () => {
    fc.assert(
      fc.property(either, (given) => {
        const [west, south, east, north] = narrowestBounds(given);
        for (let from = -180; from <= 180; from++) {
          const narrower: Bounds = [from, south, from + (east - west) - 1, north];
          expect(
            given.every((one) => holds(narrower, one)),
            `${narrower} ${given.join(' ')}`,
          ).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of what lies within half of the globe is that of the least and greatest longitudes', () => {
    fc.assert(
      fc.property(either, (given) => {
        const side = (index: number, of: (...values: number[]) => number) =>
          of(...given.map((one) => one[index] as number));
        const plain = [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)] as Bounds;
        fc.pre(plain[2] - plain[0] <= 180);
        expect(narrowestBounds(given)).toEqual(plain);
      }),
      { numRuns: 2000 },
    );
  });

  it('of boxes of boxes is that of all of them', () => {
    const [east, west]: Bounds[] = [[178, 50, 180, 52], [-180, 50, -176, 52]]; // biome-ignore format: a list
    const whole = narrowestBounds([east as Bounds, west as Bounds]);
    expect(whole).toEqual([178, 50, 184, 52]);
    expect(narrowestBounds([whole, [-175, 49, -174, 50]])).toEqual([178, 49, 186, 52]);
    expect(narrowestBounds([whole, whole])).toEqual(whole);
    expect([crossed(whole), uncrossed(whole), middleOf(whole)]).toEqual([
      [178, 50, -176, 52],
      [-180, 50, 180, 52],
      [-179, 51],
    ]);
  });

  it('of the whole world is the world, also where two halves meet at 180°', () => {
    const world: Bounds = [-180, -90, 180, 90];
    for (const given of [[world], [[-180, -90, 0, 90], [0, -90, 180, 90]]] as Bounds[][]) // biome-ignore format: a list
      expect(narrowestBounds(given)).toEqual(world);
    expect([crossed(world), uncrossed(world)]).toEqual([world, world]);
  });
});
