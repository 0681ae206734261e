import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IsoDate } from '../../src/model/dates.js';
import { kindsOfChange, STEP_KINDS, type Step, type StepKind } from '../../src/series/step-kinds.js';

const CLASSES = ['p', 'q', 'r', 'unassigned'];
/** Ground of so many equal cells, each of a class, on each of several days. */
const worlds = fc.integer({ min: 2, max: 6 }).chain((days) =>
  fc.record({
    cells: fc.array(fc.array(fc.constantFrom(...CLASSES), { minLength: 12, maxLength: 12 }), {
      minLength: days,
      maxLength: days,
    }),
    kinds: fc.array(fc.constantFrom<StepKind>(...STEP_KINDS), { minLength: days - 1, maxLength: days - 1 }),
    cellM2: fc.double({ min: 1, max: 1e9, noNaN: true }),
  }),
);

function stepsOf({ cells, kinds, cellM2 }: { cells: string[][]; kinds: StepKind[]; cellM2: number }): Step[] {
  return kinds.map((kind, i) => {
    const pairs = new Map<string, number>();
    for (const [cell, from] of (cells[i] as string[]).entries()) {
      const key = `${from} ${cells[i + 1]?.[cell]}`;
      pairs.set(key, (pairs.get(key) ?? 0) + cellM2);
    }
    const matrix = [...pairs].map(([key, m2]) => ({ from: key.split(' ')[0] ?? '', to: key.split(' ')[1] ?? '', m2 }));
    const day = (n: number) => `2020-01-0${n + 1}` as IsoDate;
    const why = kind === 'movement' ? null : 'said so';
    return { date: day(i + 1), from_date: day(i), revision: i + 1, from_revision: i, kind, why, matrix };
  });
}

const areaOf = (cells: readonly string[], name: string, cellM2: number) =>
  cells.filter((cell) => cell === name).length * cellM2;

describe('the kinds of change', () => {
  it('add up, over any chain of steps, to the net change of every class, measured on its own', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { cells, cellM2 } = world;
        const net = new Map(
          CLASSES.map((name) => [
            name,
            areaOf(cells.at(-1) ?? [], name, cellM2) - areaOf(cells[0] ?? [], name, cellM2),
          ]),
        );
        const { kinds, stated_steps } = kindsOfChange(stepsOf(world), net, 12 * cellM2);
        for (const [name, m2] of net) {
          const sum = kinds.reduce((total, k) => total + (k.parties.find((p) => p.party === name)?.net_km2 ?? 0), 0);
          expect(Math.abs(sum * 1e6 - m2)).toBeLessThanOrEqual(1e-9 * 12 * cellM2);
        }
        for (const { matrix, parties, changed_km2 } of kinds) {
          const gross = matrix.reduce((total, row) => total + row.km2, 0);
          expect(Math.abs(gross - changed_km2)).toBeLessThanOrEqual(1e-12 * (1 + gross));
          const [gained, lost] = [
            parties.reduce((total, p) => total + p.gained_km2, 0),
            parties.reduce((total, p) => total + p.lost_km2, 0),
          ];
          expect(Math.abs(gained - lost)).toBeLessThanOrEqual(1e-9 * (1 + gross));
          for (const row of matrix) {
            const back = matrix.find((other) => other.from === row.to && other.to === row.from);
            expect(row.net_km2).toBeCloseTo(row.km2 - (back?.km2 ?? 0), 9);
          }
        }
        expect(kinds.map(({ kind }) => kind)).toEqual([...STEP_KINDS]);
        expect(kinds.reduce((total, { steps }) => total + steps, 0)).toBe(world.kinds.length);
        expect(stated_steps).toHaveLength(world.kinds.filter((kind) => kind !== 'movement').length);
      }),
    );
  });

  it('that miss the whole are an imbalance', () => {
    const steps = stepsOf({ cells: [['p'], ['q']], kinds: ['movement'], cellM2: 1e6 });
    expect(() => kindsOfChange(steps, new Map([['p', -1e6 + 1]]), 1e6)).toThrow(/miss the change of p by -1/);
    expect(() => kindsOfChange(steps, new Map([['p', -1e6]]), 1e6)).toThrow(/miss the change of q/);
  });

  it('keep there and back apart when the way back was a correction', () => {
    const steps = stepsOf({ cells: [['p'], ['q'], ['p']], kinds: ['movement', 'correction'], cellM2: 3e6 });
    const { kinds } = kindsOfChange(steps, new Map(), 3e6);
    expect(kinds).toMatchObject([
      { kind: 'movement', steps: 1, changed_km2: 3, matrix: [{ from: 'p', to: 'q', km2: 3, net_km2: 3 }] },
      { kind: 'correction', steps: 1, changed_km2: 3, matrix: [{ from: 'q', to: 'p', km2: 3, net_km2: 3 }] },
      { kind: 'redefinition', steps: 0, changed_km2: 0, matrix: [], parties: [] },
    ]);
  });
});
