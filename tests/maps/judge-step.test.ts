import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStep, type StepMeasures, usualKm2 } from '../../src/maps/review/judge-step.js';

/** A day of a daily map of one side in a large country: 84,000 of 600,000 km², some kilometres a day. */
function step(changes: Partial<StepMeasures> = {}): StepMeasures {
  return {
    changed_km2: 12,
    unmapped_km2: 0,
    mapped_km2: 0,
    largest_net_km2: 12,
    noise_each_way_km2: null,
    theatre_km2: 603_000,
    ground_km2: 84_000,
    history: Array.from({ length: 40 }, (_, i) => 3 + (i % 20)),
    ...changes,
  };
}
const codes = (changes: Partial<StepMeasures>) => judgeStep(step(changes)).map(({ code }) => code);

describe('what waits for a person', () => {
  it('a silent loss of 3,351 km², however large the box around it', () => {
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
    const after = { theatre_km2: 14_368, ground_km2: 14_368, history: [118, 118, 218, 118, 118, 3919, 13] };
    expect(codes({ ...after, changed_km2: 7000, unmapped_km2: 7000, largest_net_km2: 7000 })).toEqual(['silent_loss']);
    expect(codes({ ...after, changed_km2: 7000, largest_net_km2: 7000 })).toEqual(['out_of_proportion']);
    // Whatever is usual, a twentieth of the theatre does not fall silent.
    const wild = { ...after, history: Array.from({ length: 30 }, () => 2000) };
    expect(codes({ ...wild, changed_km2: 800, unmapped_km2: 800, largest_net_km2: 800 })).toEqual(['silent_loss']);
    expect(codes({ ...wild, changed_km2: 7000, largest_net_km2: 7000 })).toEqual([]);
  });

  it('a loss under cover of a redraw', () => {
    const redraw = { changed_km2: 700, noise_each_way_km2: 200, ground_km2: 40_000, history: [1, 1, 2, 1, 1] };
    expect(codes({ ...redraw, largest_net_km2: 150 })).toEqual([]);
    expect(codes({ ...redraw, largest_net_km2: 350 })).toEqual(['out_of_proportion']);
  });
});

describe('what does not', () => {
  it('a border redrawn everywhere by 60 m with nothing moved: 128 km² over 1,352 km', () => {
    const redraw = { changed_km2: 128, largest_net_km2: 9, ground_km2: 10_000, history: [1, 0.5, 2, 1, 1, 1] };
    // σL/√π for 60 m and 1,352 km is 46 km² each way.
    expect(codes({ ...redraw, noise_each_way_km2: 45.8 })).toEqual([]);
    expect(codes({ ...redraw, noise_each_way_km2: 0 })).toEqual(['out_of_proportion']);
    expect(codes(redraw)).toEqual(['out_of_proportion']);
  });

  it('a hard day, a large share of little, or little of much', () => {
    expect(codes({ changed_km2: 200, largest_net_km2: 200 })).toEqual([]);
    expect(codes({ changed_km2: 2900, largest_net_km2: 2900, history: [200, 200, 200, 200, 300] })).toEqual([]);
    expect(codes({ changed_km2: 830, largest_net_km2: 830 })).toEqual([]);
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
        judgeStep(step({ history, changed_km2, largest_net_km2: changed_km2, ground_km2: theatre })).length;
      expect(at(changed + more)).toBeGreaterThanOrEqual(at(changed));
    }),
  );
});

it('the usual step is one that did occur, nine of ten of the last thirty are no larger, and no jump becomes usual', () => {
  const km2 = fc.double({ min: 1, max: 9, noNaN: true });
  fc.assert(
    fc.property(fc.array(km2, { minLength: 5, maxLength: 60 }), fc.nat(), (history, jump) => {
      const usual = usualKm2(history);
      const recent = history.slice(-30);
      expect(recent).toContain(usual);
      expect(recent.filter((one) => one <= usual).length).toBeGreaterThanOrEqual(0.9 * recent.length);
      expect(usualKm2([...history, 90 + jump, 90 + jump])).toBe(usual);
      expect(usualKm2([...history, 0, 0])).toBe(usual);
    }),
  );
  expect(usualKm2([])).toBe(0);
});

describe('929 states of a long war, day by day', () => {
  const [, ...lines] = readFileSync(join(import.meta.dirname, 'jumps.csv'), 'utf8')
    .trim()
    .split('\n');
  const days = lines.map((line) => {
    const [day = '', state, gained, lost, net, ...label] = line.split(',');
    const number = (text: string | undefined) => (text ? Number(text) : null);
    return {
      day,
      state: number(state) ?? 0,
      gained: number(gained),
      lost: number(lost),
      net: number(net),
      label: label.join(',').replaceAll('"', ''),
    };
  });
  /** The days whose map waits, every one of them approved. */
  const held = (theatre_km2: number) => {
    const history: number[] = [];
    const waiting: string[] = [];
    for (const [index, { day, state, gained, lost, net, label }] of days.entries()) {
      const before = days[index - 1]?.state ?? state;
      if (index === 0) continue;
      const [unmapped_km2, mapped_km2] = [lost ?? Math.max(0, -(net ?? 0)), gained ?? Math.max(0, net ?? 0)];
      const changed_km2 = unmapped_km2 + mapped_km2;
      const measured = { changed_km2, unmapped_km2, mapped_km2, largest_net_km2: Math.abs(mapped_km2 - unmapped_km2) };
      const problems = judgeStep(step({ ...measured, theatre_km2, ground_km2: Math.max(before, state), history }));
      if (problems.length > 0) waiting.push(`${day} ${label.split(':')[0]}`.trim());
      history.push(changed_km2);
    }
    return waiting;
  };

  it('every labelled fault waits, two of four real storms, and of 921 other days the first', () => {
    expect(held(603_000)).toEqual([
      '2022-02-25',
      '2022-03-23 true',
      '2022-09-11 true',
      '2023-05-23 fault',
      '2023-12-08 fault',
      '2023-12-11 fault undone',
      '2024-03-13 redefinition of what is drawn',
    ]);
  });

  it('so they do however large the box around the war is', () => {
    expect(held(1_403_760)).toEqual(held(150_000));
  });
});

it('a measure that is missing is a defect, not an acceptance', () => {
  for (const broken of [{ changed_km2: Number.NaN }, { history: [Number.NaN] }, { noise_each_way_km2: Infinity }]) {
    expect(() => judgeStep(step(broken))).toThrow(/measured incompletely/);
  }
});
