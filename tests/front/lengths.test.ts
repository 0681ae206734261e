import { describe, expect, it } from 'vitest';
import { frontLengths, perimeters } from '../../src/front/lengths.js';
import { sectorAdvance } from '../../src/front/movement-terms.js';

const line = (left: string, right: string | null, kind: string, length_m: number, ruled_m = length_m) => ({
  left,
  right,
  kind,
  length_m,
  ruled_m,
});

describe('the length of a front', () => {
  it('is by pair what is shared and what is halfway, each pair once, by name; borders, allies and frames are none', () => {
    const lines = [
      line('q', 'r', 'front', 4000, 3500),
      line('p', 'q', 'front', 3000, 2900),
      line('p', 'q', 'front', 1000, 800),
      line('p', 'q', 'allied', 500),
      line('p', null, 'front', 700),
      line('p', 'state', 'border', 900),
    ];
    const strips = [
      { left: 'p', right: 'q', middle_m: 2000, middle_ruled_m: 1900 },
      { left: 'a', right: 'b', middle_m: 600, middle_ruled_m: 500 },
    ];
    expect(frontLengths(lines, strips)).toEqual([
      { left: 'a', right: 'b', shared_km: 0, middle_km: 0.6, front_km: 0.6, ruled_km: 0.5 },
      { left: 'p', right: 'q', shared_km: 4, middle_km: 2, front_km: 6, ruled_km: 2.9 + 0.8 + 1.9 },
      { left: 'q', right: 'r', shared_km: 4, middle_km: 0, front_km: 4, ruled_km: 3.5 },
    ]);
    expect(frontLengths([], [])).toEqual([]);
  });

  it('perimeters count a line for the class on either side of it, and the edge of the theatre for one', () => {
    const lines = [line('p', 'q', 'front', 3000), line('p', null, 'frame', 2000), line('q', null, 'frame', 500)];
    expect(perimeters(lines, ['p', 'q', 'r'])).toEqual([
      { class: 'p', km: 5 },
      { class: 'q', km: 3.5 },
      { class: 'r', km: 0 },
    ]);
  });

  it('an advance is the ground won by metre of front, also of a front as short as its ruler', () => {
    const row = { sector: 0, gained_m2: 3e6, lost_m2: 1e6, unknown_m2: 0, front_m: 500 };
    expect(sectorAdvance(row, [], 4, 500)).toMatchObject({
      sector: 'N',
      gained_km2: 3,
      lost_km2: 1,
      front_km: 0.5,
      advance_m: 4000,
      advance_m_per_day: 1000,
    });
    expect(sectorAdvance({ ...row, front_m: 499 }, [], 4, 500)).toMatchObject({
      advance_m: null,
      advance_m_per_day: null,
    });
  });
});
