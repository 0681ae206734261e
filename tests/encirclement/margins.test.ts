import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundLevel, bracketNecks, neckOf } from '../../src/encirclement/margins.js';
import { MAIN_BODY, reliefDistances } from '../../src/encirclement/separation.js';

/** Necks known beforehand, and how often a width was asked. */
function world(necks: Record<number, number>) {
  const requested: number[] = [];
  const opensAt = async (widthM: number) => {
    requested.push(widthM);
    return new Set(
      Object.keys(necks)
        .map(Number)
        .filter((id) => widthM <= (necks[id] as number)),
    );
  };
  return { asked: requested, opensAt, ids: Object.keys(necks).map(Number) };
}
const OPTIONS = { ceilingM: 400_000, seeds: [500, 5000], tolerance: 0.001 };

describe('bracketing necks', () => {
  it('finds every neck to the tolerance, and asks no width twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.2, max: 300_000, noNaN: true }), { minLength: 1, maxLength: 8 }),
        async (necks) => {
          const { ids, opensAt, asked: requested } = world(Object.fromEntries(necks.map((neck, i) => [i + 1, neck])));
          const brackets = await bracketNecks(ids, opensAt, OPTIONS);
          for (const [i, neck] of necks.entries()) {
            const { lo, hi } = brackets.get(i + 1) ?? { lo: Number.NaN, hi: Number.NaN };
            expect(lo).toBeLessThanOrEqual(neck);
            expect(hi).toBeGreaterThan(neck);
            expect(hi / lo).toBeLessThanOrEqual(1.001);
          }
          expect(new Set(requested).size).toBe(requested.length);
        },
      ),
    );
  });

  it('costs as much for twelve posts behind one bottleneck as for one', async () => {
    const one = world({ 1: 3210 });
    const twelve = world(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i + 1, 3210])));
    await bracketNecks(one.ids, one.opensAt, OPTIONS);
    await bracketNecks(twelve.ids, twelve.opensAt, OPTIONS);
    expect(twelve.asked).toEqual(one.asked);
    expect(one.asked.length).toBeLessThan(20);
  });

  const neck = fc.oneof(fc.double({ min: 0.2, max: 390_000, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY));

  it('finds the same whatever was guessed, and asks no width twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(neck, fc.array(neck, { maxLength: 2 })), { minLength: 1, maxLength: 6 }),
        async (posts) => {
          const necks = Object.fromEntries(posts.map(([own], i) => [i + 1, own]));
          const [blind, guessing] = [world(necks), world(necks)];
          const guesses = new Map(posts.map(([, guessed], i) => [i + 1, guessed]));
          const found = await bracketNecks(guessing.ids, guessing.opensAt, { ...OPTIONS, guesses });
          expect(found).toEqual(await bracketNecks(blind.ids, blind.opensAt, OPTIONS));
          expect(new Set(guessing.asked).size).toBe(guessing.asked.length);
          // Both ends of each bracket were tried.
          const ends = [...found.values()].flatMap(({ lo, hi }) => [lo, hi]);
          expect(ends.filter((end) => end > 0 && end < OPTIONS.ceilingM && !guessing.asked.includes(end))).toEqual([]);
        },
      ),
    );
  });

  it('costs two widths for each neck that was guessed right, beside those that decide the verdict', async () => {
    const necks = { 1: 3210, 2: 8765, 3: 8765, 4: 91_000 };
    const first = world(necks);
    const found = await bracketNecks(first.ids, first.opensAt, OPTIONS);
    const again = world(necks);
    const guesses = new Map([...found].map(([id, bracket]) => [id, [neckOf(bracket)]]));
    expect(await bracketNecks(again.ids, again.opensAt, { ...OPTIONS, guesses })).toEqual(found);
    expect(again.asked).toHaveLength(2 + 2 * 3);
    expect(first.asked.length).toBeGreaterThan(3 * again.asked.length);
  });

  it('calls a corridor that not even a touching disc passes 0 wide', async () => {
    const { ids, opensAt } = world({ 1: 0 });
    const brackets = await bracketNecks(ids, opensAt, OPTIONS);
    expect(neckOf(brackets.get(1) ?? { lo: 1, hi: 1 })).toBe(0);
  });

  it('ends at the ceiling when nothing ever closes', async () => {
    const { ids, opensAt } = world({ 1: Number.POSITIVE_INFINITY });
    expect((await bracketNecks(ids, opensAt, OPTIONS)).get(1)?.hi).toBe(400_000);
  });

  it('never lets the number contradict a verdict taken at a seed', async () => {
    for (const neck of [499.9, 500.1, 4999, 5001]) {
      const { ids, opensAt } = world({ 1: neck });
      const found = neckOf((await bracketNecks(ids, opensAt, OPTIONS)).get(1) ?? { lo: 0, hi: 0 });
      expect([found > 500, found > 5000]).toEqual([neck > 500, neck > 5000]);
    }
  });

  it('tries levels of half powers of two from 250 m', () => {
    expect([0, 2, 4, -2].map(boundLevel).map(Math.round)).toEqual([250, 500, 1000, 125]);
  });
});

describe('relief distances', () => {
  it('are the longest hop that cannot be avoided (E16: 4, not 13)', () => {
    const hops = [
      { a: 1, b: 2, metres: 4 },
      { a: 2, b: MAIN_BODY, metres: 3 },
      { a: 1, b: MAIN_BODY, metres: 13 },
    ];
    expect(reliefDistances([1], hops)).toEqual(new Map([[1, 4]]));
  });

  it('answer nothing for a start that nothing reaches', () => {
    expect(
      reliefDistances(
        [1, 3],
        [
          { a: 1, b: 2, metres: 4 },
          { a: 3, b: MAIN_BODY, metres: 7 },
        ],
      ),
    ).toEqual(new Map([[3, 7]]));
  });

  it('equal the minimax over all paths', () => {
    const hop = fc.record({ a: fc.integer({ min: 0, max: 6 }), b: fc.integer({ min: 0, max: 6 }), metres: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 20 }), (hops) => {
        const best = Array.from({ length: 7 }, (_, i) =>
          Array.from({ length: 7 }, (_, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)),
        );
        const at = (i: number, j: number) => best[i]?.[j] as number;
        for (const { a, b, metres } of hops)
          for (const [i, j] of [
            [a, b],
            [b, a],
          ] as const)
            (best[i] as number[])[j] = Math.min(at(i, j), metres);
        for (let k = 0; k < 7; k++)
          for (let i = 0; i < 7; i++)
            for (let j = 0; j < 7; j++) (best[i] as number[])[j] = Math.min(at(i, j), Math.max(at(i, k), at(k, j)));
        const starts = [1, 2, 3, 4, 5, 6];
        const expected = starts.filter((i) => at(i, 0) < Number.POSITIVE_INFINITY).map((i) => [i, at(i, 0)]);
        expect([...reliefDistances(starts, hops)].sort(([i], [j]) => i - j)).toEqual(expected);
      }),
    );
  });
});
