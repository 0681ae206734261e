import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStep, STEP_POLICY, type StepMeasures, usualKm2 } from '../../src/maps/judge-step.js';

/** A day of a daily map of a large country: 600,000 km², some kilometres a day. */
function step(changes: Partial<StepMeasures> = {}): StepMeasures {
  return {
    changed_km2: 12,
    unmapped_km2: 0,
    mapped_km2: 0,
    largest_net_km2: 12,
    noise_each_way_km2: null,
    theatre_km2: 603_000,
    history: Array.from({ length: 40 }, (_, i) => 3 + (i % 20)),
    ...changes,
  };
}
const codes = (changes: Partial<StepMeasures>) => judgeStep(step(changes)).map(({ code }) => code);

describe('what waits for a person', () => {
  it('a silent loss of 3,351 km², in either of two real theatres', () => {
    const loss = { changed_km2: 3363, unmapped_km2: 3351, largest_net_km2: 3351 };
    expect(codes(loss)).toEqual(['silent_loss']);
    expect(codes({ ...loss, theatre_km2: 185_000 })).toEqual(['silent_loss']);
  });

  it('a redefinition of 16,619 km² overnight', () => {
    expect(codes({ changed_km2: 16_619, largest_net_km2: 16_619 })).toEqual(['out_of_proportion']);
  });

  it('a polygon of another country, in a series however young', () => {
    const country = { changed_km2: 92_000, mapped_km2: 92_000, largest_net_km2: 92_000 };
    expect(codes(country)).toEqual(['new_ground']);
    expect(codes({ ...country, history: [] })).toEqual(['new_ground']);
  });

  it('half of the theatre that vanishes, and another redefinition, after one jump that a person accepted', () => {
    const after = { theatre_km2: 14_368, history: [118, 118, 218, 118, 118, 3919, 13] };
    expect(codes({ ...after, changed_km2: 7000, unmapped_km2: 7000, largest_net_km2: 7000 })).toEqual(['silent_loss']);
    expect(codes({ ...after, changed_km2: 7000, largest_net_km2: 7000 })).toEqual(['out_of_proportion']);
    // Whatever is usual, a twentieth of the theatre does not fall silent.
    const wild = { ...after, history: Array.from({ length: 30 }, () => 2000) };
    expect(codes({ ...wild, changed_km2: 800, unmapped_km2: 800, largest_net_km2: 800 })).toEqual(['silent_loss']);
    expect(codes({ ...wild, changed_km2: 7000, largest_net_km2: 7000 })).toEqual([]);
  });

  it('a loss under cover of a redraw', () => {
    const redraw = { changed_km2: 700, noise_each_way_km2: 200, theatre_km2: 87_000, history: [1, 1, 2, 1, 1] };
    expect(codes({ ...redraw, largest_net_km2: 150 })).toEqual([]);
    expect(codes({ ...redraw, largest_net_km2: 350 })).toEqual(['out_of_proportion']);
  });
});

describe('what does not', () => {
  it('a border redrawn everywhere by 60 m with nothing moved: 128 km² over 1,352 km', () => {
    const redraw = { changed_km2: 128, largest_net_km2: 9, theatre_km2: 20_000, history: [1, 0.5, 2, 1, 1, 1] };
    // σL/√π for 60 m and 1,352 km is 46 km² each way.
    expect(codes({ ...redraw, noise_each_way_km2: 45.8 })).toEqual([]);
    expect(codes({ ...redraw, noise_each_way_km2: 0 })).toEqual(['out_of_proportion']);
    expect(codes(redraw)).toEqual(['out_of_proportion']);
  });

  it('a hard day, a large share of little, or little of much', () => {
    expect(codes({ changed_km2: 200, largest_net_km2: 200 })).toEqual([]);
    expect(codes({ changed_km2: 2900, largest_net_km2: 2900, history: [200, 200, 200, 200, 300] })).toEqual([]);
    expect(codes({ changed_km2: 3000, largest_net_km2: 3000 })).toEqual([]);
  });

  it('a large change while the series is too young to have a habit', () => {
    expect(codes({ changed_km2: 300_000, history: [1, 1, 1, 1] })).toEqual([]);
  });
});

it('a larger change is never judged more mildly', () => {
  const km2 = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(km2, { maxLength: 12 }), km2, km2, km2, (history, changed, more, theatre) => {
      const at = (changed_km2: number) =>
        judgeStep(step({ history, changed_km2, largest_net_km2: changed_km2, theatre_km2: theatre })).length;
      expect(at(changed + more)).toBeGreaterThanOrEqual(at(changed));
    }),
  );
});

it('the usual step is one that did occur, and 95 % of all but the largest are no larger', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 2 }), fc.nat(), (history, jump) => {
      const usual = usualKm2(history);
      expect(history).toContain(usual);
      expect(history.filter((km2) => km2 <= usual).length).toBeGreaterThanOrEqual(0.95 * (history.length - 1));
      // However far the largest went.
      expect(usualKm2([...history.toSorted((a, b) => a - b).slice(0, -1), 1e5 + jump])).toBe(usual);
    }),
  );
  expect(usualKm2([])).toBe(0);
});

it('a measure that is missing is a defect, not an acceptance', () => {
  for (const broken of [{ changed_km2: Number.NaN }, { history: [Number.NaN] }, { noise_each_way_km2: Infinity }]) {
    expect(() => judgeStep(step(broken))).toThrow(/measured incompletely/);
  }
  expect(STEP_POLICY.theatre_share).toBeLessThan(3351 / 603_000);
});
