import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, controlledRounding } from '../../src/reports/controlled-rounding.js';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const table = (size: number, value: fc.Arbitrary<number>): fc.Arbitrary<Cell[]> =>
  fc
    .array(value, { minLength: size * size, maxLength: size * size })
    .map((values) =>
      values.map((v, i) => ({ from: names[Math.floor(i / size)] as string, to: names[i % size] as string, value: v })),
    );
const amounts = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 9 }),
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.double({ min: 0, max: 20_000, noNaN: true }),
);
const sumOf = (cells: readonly Cell[]) => cells.reduce((sum, { value }) => sum + value, 0);
const beside = (units: number, value: number) => Math.abs(units - value) < 1 + 1e-6;

describe('a rounded table', () => {
  it('adds up: cells to rows and columns, both to the total, each beside its true figure', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((size) => table(size, amounts)),
        fc.constantFrom(1, 0.1, 10),
        (cells, unit) => {
          const { cells: rounded, rows, columns, total } = controlledRounding(cells, unit);
          for (const [i, { units }] of rounded.entries()) {
            const value = (cells[i] as Cell).value / unit;
            expect(beside(units, value)).toBe(true);
            if (Number.isInteger(value)) expect(units).toBe(value);
          }
          for (const [side, sums] of [['from', rows] as const, ['to', columns] as const]) {
            for (const [name, units] of sums) {
              expect(units).toBe(rounded.filter((c) => c[side] === name).reduce((n, c) => n + c.units, 0));
              expect(beside(units, sumOf(cells.filter((c) => c[side] === name)) / unit)).toBe(true);
            }
            expect([...sums.values()].reduce((a, b) => a + b, 0)).toBe(total);
          }
          expect(Math.abs(total - sumOf(cells) / unit)).toBeLessThanOrEqual(0.5 + 1e-6);
        },
      ),
      { seed: 1982, numRuns: 1000 },
    );
  });

  it('is the nearest of all tables that add up so: none of the others is nearer', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 3 })
          .chain((size) => table(size, fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true })))),
        (cells) => {
          const floors = cells.map(({ value }) => Math.floor(value));
          const distance = (units: readonly number[]) => {
            let sum = 0;
            const sums: [number, number][] = cells.map(({ value }, i) => [units[i] as number, value]);
            for (const side of ['from', 'to'] as const) {
              for (const name of new Set(cells.map((c) => c[side]))) {
                const of = cells.flatMap((c, i) => (c[side] === name ? [i] : []));
                sums.push([
                  of.reduce((n, i) => n + (units[i] as number), 0),
                  of.reduce((n, i) => n + (cells[i] as Cell).value, 0),
                ]);
              }
            }
            const total = units.reduce((a, b) => a + b, 0);
            if (Math.abs(total - sumOf(cells)) > 0.5 + 1e-9) return Number.POSITIVE_INFINITY;
            for (const [whole, value] of sums) {
              if (!beside(whole, value)) return Number.POSITIVE_INFINITY;
              sum += Math.abs(whole - value);
            }
            return sum;
          };
          let best = Number.POSITIVE_INFINITY;
          for (let bits = 0; bits < 1 << cells.length; bits++) {
            if (cells.some(({ value }, i) => (bits >> i) & 1 && Number.isInteger(value))) continue;
            best = Math.min(best, distance(floors.map((floor, i) => floor + ((bits >> i) & 1))));
          }
          expect(distance(controlledRounding(cells, 1).cells.map(({ units }) => units))).toBeCloseTo(best, 6);
        },
      ),
      { seed: 1987, numRuns: 300 },
    );
  });

  it('gives the unit to the largest remainder where one way is all there is', () => {
    const row = [33.4, 33.3, 33.3].map((value, i) => ({ from: 'all', to: names[i] as string, value }));
    expect(controlledRounding(row, 1).cells.map(({ units }) => units)).toEqual([34, 33, 33]);
    expect(controlledRounding(row, 10).cells.map(({ units }) => units)).toEqual([4, 3, 3]);
    expect(controlledRounding([], 1)).toMatchObject({ cells: [], total: 0 });
  });
});
