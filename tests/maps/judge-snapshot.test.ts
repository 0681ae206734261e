import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bounds,
  judgeSnapshot,
  looksSwapped,
  type SnapshotMeasures,
} from '../../src/maps/review/judge-snapshot.js';

const theatre: Bounds = [35.9, 34.9, 37.4, 36.5];
const area = (at: string, area_km2 = 100, outside_km2 = 0) => ({
  at,
  valid: true,
  reason: null,
  where: null,
  area_km2,
  outside_km2,
  outside_pieces: outside_km2 > 0 ? 1 : 0,
});

function measures(changes: Partial<SnapshotMeasures> = {}): SnapshotMeasures {
  return {
    areas: [area('/features/0'), area('/features/1')],
    overlaps: overlaps(),
    bounds: [36, 35, 37, 36],
    theatre_bounds: theatre,
    gap_km2: 0,
    theatre_km2: 20_000,
    outside_km2: 0,
    outside_pieces: 0,
    total_km2: 20_000,
    rest_km2: 0,
    ...changes,
  };
}

const overlap = (km2: number, same_class = false) => {
  const where: [number, number] = [36.5, 35.5];
  return { a: '/features/0', b: '/features/1', a_no: 1, b_no: 2, same_class, km2, width_m: 30, where };
};
const overlaps = (...wide: ReturnType<typeof overlap>[]) => ({ wide, noise: { pieces: 0, km2: 0 } });

describe('what is accepted', () => {
  it('a snapshot of neighbours that share their borders', () => {
    expect(judgeSnapshot(measures())).toEqual({ verdict: 'accept', problems: [], notes: [] });
  });

  it('ground in no area is unassigned, and noted', () => {
    const { verdict, notes } = judgeSnapshot(measures({ gap_km2: 12.3456789 }));
    expect(verdict).toBe('accept');
    expect(notes).toEqual(['12.3457 of 20000 km² of the theatre is in no area: it counts as unassigned']);
  });

  it('an edge that strays a little over the theatre', () => {
    const { verdict, notes } = judgeSnapshot(measures({ outside_km2: 900, outside_pieces: 4 }));
    expect(verdict).toBe('accept');
    expect(notes).toEqual(['900 km² in 4 pieces lie outside the theatre: kept on the map, counted in no figure']);
  });
});

describe('what is rejected', () => {
  it('every invalid polygon, with its reason and place, and no other measure is believed', () => {
    const bowTie = {
      ...area('/features/1'),
      valid: false,
      reason: 'Self-intersection',
      where: [36.5, 35.5] as [number, number],
    };
    const judged = judgeSnapshot(measures({ areas: [bowTie], overlaps: overlaps(overlap(3)), total_km2: Number.NaN }));
    expect(judged.verdict).toBe('reject');
    expect(judged.problems).toMatchObject([
      { code: 'invalid_polygon', at: '/features/1/geometry', where: [36.5, 35.5] },
    ]);
    expect(judged.problems[0]?.message).toContain('Self-intersection');
  });

  it('two areas on the same ground, at their place', () => {
    const judged = judgeSnapshot(measures({ overlaps: overlaps(overlap(0.5)) }));
    expect(judged).toMatchObject({
      verdict: 'reject',
      problems: [{ code: 'overlap', at: '/features/0/geometry', where: [36.5, 35.5] }],
    });
    expect(judged.problems[0]?.message).toContain('0.5 km² with /features/1');
    expect(judged.problems[0]?.message).toContain('--overlaps');
  });

  it('ground of one class that overlaps itself is no contradiction, and what is thinner than the grid is told as noise', () => {
    const noise = { pieces: 3, km2: 1.1e-4 };
    const { verdict, notes } = judgeSnapshot(measures({ overlaps: { wide: [overlap(3, true)], noise } }));
    expect(verdict).toBe('accept');
    expect(notes).toEqual([
      '3 overlaps are thinner than the noding grid (1e-7 degrees, about 1 cm): 110 m² in all, each given to one of the two areas',
    ]);
  });

  it('a map of another place, with a hint when longitude and latitude are exchanged', () => {
    const elsewhere = { outside_km2: 500, total_km2: 500 };
    const swapped = judgeSnapshot(measures({ ...elsewhere, bounds: [35.2, 36.7, 35.6, 37.2] }));
    const australia = judgeSnapshot(measures({ ...elsewhere, bounds: [140, -30, 141, -29] }));
    expect(swapped).toMatchObject({ verdict: 'reject', problems: [{ code: 'outside_theatre', at: '' }] });
    expect(swapped.problems[0]?.message).toContain('swapped');
    expect(australia.verdict).toBe('reject');
    expect(australia.problems[0]?.message).not.toContain('swapped');
  });

  it('one area of many on another continent', () => {
    const areas = [area('/features/0'), area('/features/1', 3, 3)];
    const { problems } = judgeSnapshot(measures({ areas, outside_km2: 3 }));
    expect(problems).toMatchObject([{ code: 'outside_theatre', at: '/features/1/geometry' }]);
  });

  it('a map that lies too far over the edge', () => {
    const judged = judgeSnapshot(measures({ outside_km2: 1100, total_km2: 20_000 }));
    expect(judged.problems).toMatchObject([{ code: 'outside_theatre', at: '' }]);
  });

  it('all reasons together', () => {
    const judged = judgeSnapshot(measures({ overlaps: overlaps(overlap(1), overlap(2)), outside_km2: 5000 }));
    expect(judged.problems.map((problem) => problem.code)).toEqual(['overlap', 'overlap', 'outside_theatre']);
  });

  it('a file that is one feature is named by the root of the document', () => {
    const judged = judgeSnapshot(measures({ areas: [{ ...area(''), valid: false }] }));
    expect(judged.problems).toMatchObject([{ at: '' }]);
  });
});

describe('a measure that is missing', () => {
  it('is a defect, not an acceptance', () => {
    for (const broken of [
      { outside_km2: Number.NaN },
      { areas: [] },
      { overlaps: overlaps(overlap(Number.NaN)) },
      { gap_km2: Infinity },
    ]) {
      expect(() => judgeSnapshot(measures(broken))).toThrow(/measured incompletely/);
    }
  });
});

describe('swapped coordinates', () => {
  it('are suspected only where swapping brings the map into the theatre', () => {
    expect(looksSwapped([35.2, 36.7, 35.6, 37.2], theatre)).toBe(true);
    expect(looksSwapped([36.7, 35.2, 37.2, 35.6], theatre)).toBe(false);
    expect(looksSwapped([10, 50, 11, 51], theatre)).toBe(false);
    expect(looksSwapped([35.2, 36.8, 35.2, 36.8], theatre)).toBe(true);
  });

  it('never of a map that lies in the theatre', () => {
    const along = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
    fc.assert(
      fc.property(along(35.9, 37.4), along(35.9, 37.4), along(34.9, 36.5), along(34.9, 36.5), (x1, x2, y1, y2) => {
        const bounds: Bounds = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
        expect(looksSwapped(bounds, theatre)).toBe(false);
      }),
    );
  });
});
