import { describe, expect, it } from 'vitest';
import { balance } from '../../src/change/balance.js';
import { disputedBands } from '../../src/change/disputed.js';
import { filteredBalance } from '../../src/change/filtered.js';
import { openingRadius } from '../../src/change/noise.js';
import { classOf } from '../../src/model/classes.js';

const km2 = (rows: Record<string, number>) => new Map(Object.entries(rows).map(([name, value]) => [name, value * 1e6]));
/** `q p` → km² that were q's and became p's. */
const passed = (rows: Record<string, number>) =>
  Object.entries(rows).map(([key, value]) => {
    const [from, to] = key.split(' ') as [string, string];
    return { from, to, m2: value * 1e6 };
  });

describe('the balance of a change', () => {
  // q takes 6 of p and loses 2 to it and 1 to r, which was not there before; x is gone afterwards.
  const matrix = passed({ 'p p': 40, 'p q': 6, 'q p': 2, 'q q': 30, 'q r': 1, 'x q': 4 });
  const [before, after] = [km2({ x: 4, q: 33, p: 46 }), km2({ r: 1, q: 40, p: 42 })];

  it('tells every class of either day, by name: held, gained, lost, net, swapped, changed', () => {
    const row = (party: string, [b, a, gained, lost, net, swap, total]: number[]) => ({
      party,
      before_km2: b,
      after_km2: a,
      gained_km2: gained,
      lost_km2: lost,
      net_km2: net,
      swap_km2: swap,
      total_change_km2: total,
    });
    expect(balance(matrix, before, after)).toEqual({
      matrix: matrix.map(({ from, to, m2 }) => ({ from, to, km2: m2 / 1e6 })),
      parties: [
        row('p', [46, 42, 2, 6, -4, 4, 8]),
        row('q', [33, 40, 10, 3, 7, 6, 13]),
        row('r', [0, 1, 1, 0, 1, 0, 1]),
        row('x', [4, 0, 0, 4, -4, 0, 4]),
      ],
      theatre_km2: 83,
      changed_km2: 13,
      residual_km2: 0,
    });
  });

  it('is withheld when a row or a column misses the area by more than a billionth of the theatre, and says by how much', () => {
    for (const [name, side] of [
      ['p', before],
      ['q', after],
    ] as const) {
      for (const m2 of [-0.5, 0.5]) {
        const wrong = new Map(side).set(name, (side.get(name) ?? 0) + m2);
        const requested = side === before ? ([wrong, after] as const) : ([before, wrong] as const);
        expect(() => balance(matrix, ...requested)).toThrow(
          expect.objectContaining({ code: 'imbalance', message: expect.stringContaining(` by ${-m2} m² of 8`) }),
        );
        const slight = new Map(side).set(name, (side.get(name) ?? 0) + m2 / 10);
        const kept = side === before ? ([slight, after] as const) : ([before, slight] as const);
        expect(balance(matrix, ...kept).residual_km2).toBeCloseTo(-m2 / 1e7, 12);
      }
    }
    // Of several residuals the largest is told, whichever comes first.
    const two = new Map(before).set('p', 46e6 + 0.01).set('q', 33e6 - 0.05);
    expect(balance(matrix, two, after).residual_km2).toBeCloseTo(0.05e-6, 12);
    expect(() => balance(passed({ 'p p': Number.NaN }), km2({ p: 1 }), km2({ p: 1 }))).toThrow('miss the areas');
  });
});

describe('the filtered matrix', () => {
  it('keeps what the opening leaves, and counts the rest as its former owner’s', () => {
    const raw = passed({ 'q q': 30, 'q p': 8, 'p q': 3, 'p p': 50, 'r p': 2 });
    const opened = [
      { from: 'q', to: 'p', opened_m2: 6e6 },
      { from: 'p', to: 'q', opened_m2: 0 },
      { from: 'p', to: 'p', opened_m2: 50e6 },
      { from: 'r', to: 'p', opened_m2: 2.5e6 },
    ];
    const found = filteredBalance(raw, opened, km2({ p: 53, q: 38, r: 2 }), 500);
    expect(found).toMatchObject({
      opening_m: 500,
      // An opening never leaves more than there was.
      matrix: [
        { from: 'p', to: 'p', km2: 53 },
        { from: 'q', to: 'p', km2: 6 },
        { from: 'q', to: 'q', km2: 32 },
        { from: 'r', to: 'p', km2: 2 },
      ],
      area_t2_filtered: [
        { class: 'p', km2: 61 },
        { class: 'q', km2: 32 },
      ],
      given_back_km2: 5,
      changed_km2: 8,
    });
    expect(found.note).toContain('former owner');
  });

  it('opens by twice the accuracy', () => {
    expect(openingRadius(250)).toBe(500);
  });
});

describe('disputed ground', () => {
  const row = (from: string, to: string, value: number, claimed: [string | null, string | null] = [null, null]) => ({
    from_class: from,
    from_claimant: claimed[0],
    to_class: to,
    to_claimant: claimed[1],
    m2: value * 1e6,
  });

  it('is certain, central and possible by who controls and who claims it', () => {
    const rows = [
      row('p', 'p', 50),
      row('q', 'contested', 8, [null, 'p']),
      row('contested', 'q', 4, ['q', null]),
      row('unknown', 'unassigned', 3),
      row('q', 'p', 2),
    ];
    expect(disputedBands(rows)).toEqual([
      {
        party: 'p',
        before_km2: [50, 50, 54],
        after_km2: [52, 60, 60],
        gained_km2: [2, 10, 10],
        lost_km2: [0, 0, 4],
        net_km2: [-2, 10, 10],
      },
      {
        party: 'q',
        before_km2: [10, 14, 14],
        after_km2: [4, 4, 12],
        gained_km2: [0, 0, 4],
        lost_km2: [2, 10, 10],
        net_km2: [-10, -10, 2],
      },
    ]);
  });

  it('has a row for who only claims, in order of names, and none for nobody', () => {
    const bands = disputedBands([row('contested', 'unknown', 1, ['z', null]), row('unassigned', 'b', 1)]);
    expect(bands.map(({ party, before_km2 }) => [party, ...before_km2])).toEqual([
      ['b', 0, 0, 1],
      ['z', 0, 1, 1],
    ]);
  });
});

it('the class of ground is its party only where that controls it', () => {
  expect(classOf('controlled', 'p')).toBe('p');
  expect(classOf('controlled', null)).toBe('contested');
  expect(classOf('contested', 'p')).toBe('contested');
  expect(classOf('claimed', 'p')).toBe('contested');
  expect(classOf('unknown', null)).toBe('unknown');
  expect(classOf('unknown', 'p')).toBe('unknown');
  expect(classOf(null, null)).toBe('unassigned');
});
