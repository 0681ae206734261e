import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publishedDifference, publishedSentence, type RevisedDay } from '../../src/change/published.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import type { Transition } from '../../src/model/transition.js';
import { STEP_KINDS, type StepKind } from '../../src/series/step-kinds.js';

const CLASSES = ['p', 'q', 'unassigned'];
const CELLS = 10;
const ground = fc.array(fc.constantFrom(...CLASSES), { minLength: CELLS, maxLength: CELLS });
/** A day as known then, as put right since, and what later maps made of it, each step of a kind. */
const days = fc.record({
  known: ground,
  putRight: ground,
  since: fc.array(fc.record({ cells: ground, kind: fc.constantFrom<StepKind>(...STEP_KINDS) }), { maxLength: 3 }),
});
type Day = typeof days extends fc.Arbitrary<infer T> ? T : never;

function passed(before: readonly string[], after: readonly string[], m2: number): Transition[] {
  return before.map((from, cell) => ({ from, to: after[cell] as string, m2 }));
}

const now = ({ putRight, since }: Day) => since.at(-1)?.cells ?? putRight;

function revised(day: Day, m2: number, date: string): RevisedDay {
  const chain = [day.putRight, ...day.since.map(({ cells }) => cells)];
  const since = day.since.map(({ kind, cells }, i) => {
    const of = { date: date as IsoDate, from_date: date as IsoDate, revision: i + 1, from_revision: i, why: null };
    return { ...of, kind, matrix: passed(chain[i] as string[], cells, m2) };
  });
  return {
    date: date as IsoDate,
    putRight: passed(day.known, day.putRight, m2),
    since,
    whole: passed(day.known, now(day), m2),
  };
}

const count = (cells: readonly string[], name: string) => cells.filter((cell) => cell === name).length;
const THEN = '2020-03-01T00:00:00Z' as Instant;

describe('the difference from a change published earlier', () => {
  it('is of every class movement, correction and redefinition, counted cell by cell', () => {
    fc.assert(
      fc.property(days, days, fc.double({ min: 1, max: 1e8, noNaN: true }), (first, last, m2) => {
        const reported = publishedDifference(
          passed(first.known, last.known, m2),
          passed(now(first), now(last), m2),
          revised(first, m2, '2020-01-01'),
          revised(last, m2, '2020-01-05'),
        );
        const by = (day: Day, name: string, kind: StepKind) =>
          [day.putRight, ...day.since.map(({ cells }) => cells)].reduce((sum, cells, i, all) => {
            const of = i === 0 ? 'correction' : day.since[i - 1]?.kind;
            const before = i === 0 ? day.known : (all[i - 1] as string[]);
            return of === kind ? sum + count(cells, name) - count(before, name) : sum;
          }, 0);
        for (const row of reported.parties) {
          const { party } = row;
          const counted = {
            then_net_km2: count(last.known, party) - count(first.known, party),
            now_net_km2: count(now(last), party) - count(now(first), party),
            movement_km2: by(last, party, 'movement') - by(first, party, 'movement'),
            correction_km2: by(last, party, 'correction') - by(first, party, 'correction'),
            redefinition_km2: by(last, party, 'redefinition') - by(first, party, 'redefinition'),
          };
          for (const [name, cells] of Object.entries(counted)) {
            expect(row[name as keyof typeof counted]).toBeCloseTo((cells * m2) / 1e6, 6);
          }
          expect(row.movement_km2 + row.correction_km2 + row.redefinition_km2).toBeCloseTo(row.difference_km2, 6);
        }
        const moved = first.known.filter((name, cell) => name !== now(first)[cell]).length;
        expect(reported.at_from.revised_km2).toBeCloseTo((moved * m2) / 1e6, 6);
      }),
    );
  });

  it('that is not what became of the two days is an imbalance, and so is a chain that misses the whole', () => {
    const day = { known: ['p', 'q'], putRight: ['p', 'p'], since: [] };
    const still = { known: ['p', 'p'], putRight: ['p', 'p'], since: [] };
    const good = [revised(still, 1e6, '2020-01-01'), revised(day, 1e6, '2020-01-05')] as const;
    const [then, later] = [passed(still.known, day.known, 1e6), passed(still.known, day.putRight, 1e6)];
    expect(publishedDifference(then, later, ...good).parties[0]).toMatchObject({ party: 'p', correction_km2: 1 });
    expect(() => publishedDifference(then, then, ...good)).toThrow(/now less then is 0 m²/);
    const torn = { ...good[1], putRight: [] };
    expect(() => publishedDifference(then, later, good[0], torn)).toThrow(/of p, now less then is 1000000 m²/);
  });

  it('is told in a sentence, and so is that there is none', () => {
    const say = (first: Day, last: Day) => {
      const reported = publishedDifference(
        passed(first.known, last.known, 1e6),
        passed(now(first), now(last), 1e6),
        revised(first, 1e6, '2020-01-01'),
        revised(last, 1e6, '2020-01-05'),
      );
      return publishedSentence(reported, '2020-01-01' as IsoDate, '2020-01-05' as IsoDate, THEN);
    };
    const still = { known: ['q', 'q', 'q'], putRight: ['q', 'q', 'q'], since: [] };
    const moved: Day = {
      known: ['p', 'q', 'q'],
      putRight: ['q', 'q', 'q'],
      since: [{ cells: ['p', 'p', 'p'], kind: 'movement' }],
    };
    expect(say(still, moved)).toBe(
      `As known at ${THEN}, the net change of p from 2020-01-01 to 2020-01-05 was +1.00 km²; it is +3.00 km² now. Of the difference of +2.00 km², +3.00 km² is movement and −1.00 km² correction.`,
    );
    expect(say(still, still)).toMatch(/^No net change .* was known at 2020-03-01T00:00:00Z\.$/);
    const both = { ...still, putRight: ['p', 'q', 'q'] };
    expect(say(both, both)).toMatch(/drawn anew .* cancels out\.$/);
  });
});
