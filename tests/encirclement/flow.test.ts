import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Link, minimumCut } from '../../src/encirclement/flow.js';

const NODES = 7;
const links = fc.array(
  fc.record({
    a: fc.integer({ min: 0, max: NODES - 1 }),
    b: fc.integer({ min: 0, max: NODES - 1 }),
    capacity: fc.integer({ min: 1, max: 20 }).map((n) => n / 4),
  }),
  { maxLength: 18 },
);

/** The cheapest of all ways to put the nodes on two sides. */
function byTrying(all: readonly Link[], source: number, sink: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let side = 0; side < 2 ** NODES; side++) {
    const near = (node: number) => (side & (1 << node)) !== 0;
    if (!near(source) || near(sink)) continue;
    const cost = all.reduce((sum, { a, b, capacity }) => sum + (near(a) === near(b) ? 0 : capacity), 0);
    best = Math.min(best, cost);
  }
  return best;
}

describe('minimum cut', () => {
  it('is the cheapest of all cuts, and names links that separate the ends at that cost', () => {
    fc.assert(
      fc.property(links, (all) => {
        const cut = minimumCut(NODES, all, [0], [NODES - 1]);
        expect(cut.value).toBeCloseTo(byTrying(all, 0, NODES - 1), 9);
        expect(cut.links.reduce((sum, i) => sum + (all[i]?.capacity ?? 0), 0)).toBeCloseTo(cut.value, 9);
        const without = all.filter((_, i) => !cut.links.includes(i));
        expect(minimumCut(NODES, without, [0], [NODES - 1]).value).toBe(0);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('adds what parallel ways carry, and takes the narrowest of those in a row', () => {
    const links = [
      { a: 0, b: 1, capacity: 1 },
      { a: 1, b: 3, capacity: 5 },
      { a: 0, b: 2, capacity: 4 },
      { a: 2, b: 3, capacity: 3 },
    ];
    expect(minimumCut(4, links, [0], [3])).toEqual({ value: 4, links: [0, 3] });
  });

  it('is 0 where nothing leads, and infinite where source and sink are one', () => {
    expect(minimumCut(3, [{ a: 0, b: 1, capacity: 9 }], [0], [2])).toEqual({ value: 0, links: [] });
    expect(minimumCut(3, [], [0, 1], [1]).value).toBe(Number.POSITIVE_INFINITY);
  });
});
