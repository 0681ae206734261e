import { describe, expect, it } from 'vitest';
import {
  bandOf,
  bandOfPasses,
  type ControlState,
  decide,
  isolated,
  type MarginBand,
  verdictWidths,
} from '../../src/encirclement/verdict.js';

const STATES: ControlState[] = ['connected', 'connected_edge', 'pocket', 'engulfed'];
const BANDS: MarginBand[] = ['closed', 'unsure', 'narrow', 'open'];

describe('the verdict', () => {
  it('is inactive before unmapped, and unmapped before anything measured', () => {
    const finding = { state: 'pocket', band: 'closed' } as const;
    const post = { strict: finding, lenient: finding };
    expect(decide({ ...post, active: false, mapped: false }).verdict).toBe('inactive');
    expect(decide({ ...post, active: true, mapped: false }).verdict).toBe('unmapped');
    expect(decide({ ...post, active: true, mapped: true }).verdict).toBe('encircled');
  });

  it('follows the decision table for every pair of bands', () => {
    const table = BANDS.map((lenient) =>
      BANDS.map((strict) => {
        const found = {
          active: true,
          mapped: true,
          strict: { state: 'pocket', band: strict },
          lenient: { state: 'pocket', band: lenient },
        } as const;
        const { verdict, reason, grade } = decide(found);
        return [verdict, reason ?? grade].filter(Boolean).join(' ');
      }),
    );
    const encircled = BANDS.map(() => 'encircled');
    const [narrow, open] = ['not_encircled narrow', 'not_encircled open'];
    // Columns: the strict margin closed, unsure, narrow, open.
    expect(table).toEqual([
      encircled,
      ['uncertain accuracy', 'uncertain accuracy', narrow, open],
      ['uncertain contested', 'uncertain accuracy', narrow, open],
      ['uncertain contested', 'uncertain accuracy', narrow, open],
    ]);
  });

  it('says what kind of encirclement only of an encirclement, by the lenient state', () => {
    for (const state of STATES) {
      for (const band of BANDS) {
        const { verdict, kind } = decide({
          active: true,
          mapped: true,
          strict: { state: 'engulfed', band: 'closed' },
          lenient: { state, band },
        });
        const expected = verdict !== 'encircled' ? null : state === 'engulfed' ? 'engulfed' : 'pocket';
        expect(kind).toBe(expected);
      }
    }
  });

  it('never changes with a lenient margin left unmeasured where strict ground passes', () => {
    for (const strict of ['narrow', 'open'] as const) {
      for (const lenient of BANDS.slice(BANDS.indexOf(strict))) {
        const post = { active: true, mapped: true, strict: { state: 'connected', band: strict } } as const;
        const repeated = decide({ ...post, lenient: post.strict });
        expect(decide({ ...post, lenient: { state: 'connected', band: lenient } })).toEqual(repeated);
      }
    }
  });
});

describe('the band of a margin', () => {
  const thresholds = { accuracyM: 250, narrowM: 5000 };

  it('has a dead band of twice the accuracy, its ends included', () => {
    const bands = [-501, -500, 0, 500, 501, 4999, 5000].map((m) => bandOf(m, thresholds));
    expect(bands).toEqual(['closed', 'unsure', 'unsure', 'unsure', 'narrow', 'narrow', 'open']);
  });

  it('leaves touching uncertain even on a perfect map', () => {
    const perfect = { accuracyM: 0, narrowM: 5000 };
    expect([-0.2, -0.1, 0, 0.1, 0.2].map((m) => bandOf(m, perfect))).toEqual([
      'closed',
      'unsure',
      'unsure',
      'unsure',
      'narrow',
    ]);
  });

  it('has no narrow part where the dead band is wider than what counts as narrow', () => {
    const coarse = { accuracyM: 3000, narrowM: 5000 };
    expect(verdictWidths(coarse)).toEqual({ sure: 6000, open: 6000 });
    expect([6000, 6001].map((m) => bandOf(m, coarse))).toEqual(['unsure', 'open']);
  });

  it('is the same from two passes as from the number', () => {
    const { sure, open } = verdictWidths(thresholds);
    for (const m of [1, 499, 501, 4999, 5001, 1e6])
      expect(bandOfPasses(m > sure, m > open)).toBe(bandOf(m, thresholds));
  });
});

it('counts pocket and engulfed as isolated', () => {
  expect(STATES.filter(isolated)).toEqual(['pocket', 'engulfed']);
});
