import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedChange } from '../../src/change/disputed.js';
import { disputedChange, disputedPair, sharesOf, shownUnit, widened } from '../../src/reports/figures.js';

const ground = fc.constantFrom(
  ['a', null],
  ['b', null],
  ['c', null],
  ['contested', 'a'],
  ['contested', 'b'],
  ['contested', null],
  ['unknown', null],
) as fc.Arbitrary<[string, string | null]>;
const rows = fc.array(
  fc.record({ from: ground, to: ground, m2: fc.integer({ min: 1, max: 9 }).map((km2) => km2 * 1e6) }).map(
    ({ from, to, m2 }): ClaimedChange => ({
      from_class: from[0],
      from_claimant: from[1],
      to_class: to[0],
      to_claimant: to[1],
      m2,
    }),
  ),
  { maxLength: 12 },
);
const km2 = (of: readonly ClaimedChange[], which: (row: ClaimedChange) => boolean) =>
  of.reduce((sum, row) => (which(row) ? sum + row.m2 / 1e6 : sum), 0);

describe('what disputed claims leave open', () => {
  it('holds the figure of the map, and every reading of the contested ground that changed', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (changes, isA) => {
        const reported = disputedChange(changes, 'a');
        const gained = km2(changes, (row) => row.from_class !== 'a' && row.to_class === 'a');
        const lost = km2(changes, (row) => row.from_class === 'a' && row.to_class !== 'a');
        for (const [value, [low, high]] of [
          [gained, reported.gained],
          [lost, reported.lost],
          [gained - lost, reported.net],
        ] as const) {
          expect(low <= value && value <= high).toBe(true);
        }
        // Somebody is right about each piece of contested ground, on either day; the same ground disputed alike did not change.
        const reading = changes.map((row, i) => {
          const same = row.from_class === row.to_class && row.from_claimant === row.to_claimant;
          const was = row.from_class === 'contested' ? isA[2 * i] === true : row.from_class === 'a';
          const is = row.to_class === 'contested' ? (same ? was : isA[2 * i + 1] === true) : row.to_class === 'a';
          return { was, is, m2: row.m2 };
        });
        const truth = reading.reduce((sum, { was, is, m2 }) => sum + (Number(is) - Number(was)) * (m2 / 1e6), 0);
        expect(reported.net[0] <= truth && truth <= reported.net[1]).toBe(true);
      }),
      { seed: 62, numRuns: 500 },
    );
  });

  it('is nothing where nothing was contested', () => {
    const plain: ClaimedChange[] = [
      { from_class: 'b', from_claimant: null, to_class: 'a', to_claimant: null, m2: 5e6 },
    ];
    expect(disputedChange(plain, 'a')).toEqual({ gained: [5, 5], lost: [0, 0], net: [5, 5] });
    expect(disputedPair(plain, 'b', 'a')).toEqual([5, 5]);
    expect(disputedPair(plain, 'a', 'b')).toEqual([0, 0]);
  });

  it('never makes what was gained less than nothing', () => {
    expect(widened([1, 2], 3, 0)).toEqual([0, 5]);
    expect(widened([1, 2], 3)).toEqual([-2, 5]);
  });
});

it('figures are shown to a square kilometre on a coarse map, to a hectare on an exact one, never finer or coarser', () => {
  expect([1300, 5000, 400, 100, 30, 0].map((accuracy) => shownUnit(accuracy))).toEqual([1, 1, 0.1, 0.01, 0.01, 0.01]);
});

describe('shares of a whole', () => {
  const sum = (shares: readonly number[]) => Number(shares.reduce((total, share) => total + share, 0).toFixed(9));

  it('add up to it, each within a step of the true one, whatever their sizes', () => {
    expect(sharesOf([947.195, 142.326], 1089.521)).toEqual([0.869, 0.131]);
    // Each rounded by itself these would be 0.167 six times: 1.002.
    const sixths = sharesOf([1, 1, 1, 1, 1, 1], 6);
    expect(sum(sixths)).toBe(1);
    for (const share of sixths) expect(Math.abs(share - 1 / 6)).toBeLessThan(0.001);
    const uneven = sharesOf([900, 99.6, 0.3, 0.1], 1000);
    expect(sum(uneven)).toBe(1);
    expect(Math.min(...uneven)).toBe(0.0001);
    expect(sum(sharesOf([30, 20], 100))).toBe(0.5);
    expect(sharesOf([], 0)).toEqual([]);
  });
});

describe('the unit of what readers see', () => {
  it('follows the size of ground that is small as a whole, and leaves a large one as it is', () => {
    const units = (accuracyM: number, sdKm2: number) => [12596, 120, 7, 0.72, 0.000525].map((km2) => shownUnit(accuracyM, 0, sdKm2, km2)); // biome-ignore format: one line
    expect(units(1300, 0)).toEqual([1, 1, 0.1, 0.01, 0.00001]);
    expect(units(0.5, 0.0003)).toEqual([0.01, 0.01, 0.0001, 0.0001, 0.00001]);
  });
});
