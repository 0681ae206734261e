import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement, partyMapping } from '../../src/change/agreement.js';

const cell = fc.constantFrom('p', 'q', 'contested', 'unknown', 'unassigned');
const sums = (names: readonly string[]) => {
  const areas = new Map<string, number>();
  for (const name of names) areas.set(name, (areas.get(name) ?? 0) + 1);
  return areas;
};
const met = (cells: readonly (readonly [string, string])[]) => cells.map(([a, b]) => ({ a, b, m2: 1 }));

describe('the agreement of two maps', () => {
  it('and their difference are the shared ground, whichever map is named first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (cells) => {
        const [a, b] = [sums(cells.map(([one]) => one)), sums(cells.map(([, other]) => other))];
        const there = agreement(met(cells), { a, b, sharedM2: cells.length }, (name) => name);
        const back = agreement(
          met(cells.map(([x, y]) => [y, x] as const)),
          { a: b, b: a, sharedM2: cells.length },
          (name) => name,
        );
        expect(there.agree_km2 + there.differ_km2).toBeCloseTo(there.shared_km2, 12);
        expect(there.agree_share).toBe(cells.filter(([x, y]) => x === y).length / cells.length);
        expect(back.agree_km2).toBe(there.agree_km2);
        for (const row of there.classes) {
          const [ours, theirs] = [a.get(row.class) ?? 0, b.get(row.class) ?? 0];
          const both = cells.filter(([x, y]) => x === row.class && y === row.class).length;
          expect(row.iou).toBe(both / (ours + theirs - both));
          expect(row.share_of_series).toBe(ours === 0 ? null : both / ours);
          expect(back.classes.find((other) => other.class === row.class)?.iou).toBe(row.iou);
        }
        expect(there.said_km2).toBeLessThanOrEqual(there.shared_km2);
        expect(there.said_agree_km2).toBeLessThanOrEqual(Math.min(there.said_km2, there.agree_km2));
      }),
    );
  });

  it('is withheld when the pairs do not add up, and there is none without shared ground', () => {
    const areas = { a: new Map([['p', 2]]), b: new Map([['p', 2]]), sharedM2: 2 };
    expect(() => agreement([{ a: 'p', b: 'p', m2: 1 }], areas, (name) => name)).toThrow(/miss the shared ground by -1/);
    expect(() => agreement([], { a: new Map(), b: new Map(), sharedM2: 0 }, (name) => name)).toThrow(/share no ground/);
  });

  it('of parties by another name needs to be told which is which, once each', () => {
    const parties = { a: ['ours', 'theirs'], b: ['x', 'y'] };
    expect([...partyMapping('x:ours,y:theirs', parties)]).toEqual([
      ['x', 'ours'],
      ['y', 'theirs'],
    ]);
    expect([...partyMapping(null, parties)]).toEqual([]);
    for (const wrong of ['x', 'x:', 'x:ours:y', 'z:ours', 'x:nobody', 'x:ours,x:theirs', '']) {
      expect(() => partyMapping(wrong, parties)).toThrow(/match/);
    }
  });
});
