import { describe, expect, it } from 'vitest';
import { noiseFloor } from '../../src/change/noise.js';
import { compassPoint, patchKey, patchName } from '../../src/change/patches.js';
import { doubtsAbout, type Evidence } from '../../src/encirclement/evidence/terms.js';
import { type StatedVerdict, sentence } from '../../src/encirclement/sentence.js';
import { parseDate } from '../../src/model/dates.js';
import { kilometresByClass, routeChange } from '../../src/routes/stretches.js';
import { PLAIN_EVIDENCE, PLAIN_POST } from '../setup/told-post.js';

const day = parseDate;
const MEASURED = { strict: 'measured', lenient: 'measured' } as const;
const ELL = { metres: 1800, from: 'stated', at_least: false, straight: 1 } as const;
const OPEN = { verdict: 'not_encircled', reason: null, grade: 'open' } as const;
const CLOSED = { verdict: 'encircled', reason: null, grade: null } as const;
const BETWEEN = { verdict: 'uncertain', reason: 'accuracy', grade: null } as const;
/** What is said after the colon. */
const stated = (of: Partial<StatedVerdict>): string => {
  const whole = sentence({ ...PLAIN_POST, names: new Map([['opposition', 'the opposition’s']]), ...of });
  return whole.slice(whole.indexOf(': ') + 2);
};
const corridor = (
  near: { place: string; name: string; distance_m: number; bearing: number | null } | null,
  corridors: number | null = 1,
) => ({
  policy: 'strict' as const,
  neck: {
    width_m: 8000,
    position: [36.7, 35.4] as const,
    near,
    segment: [[36.7, 35.4] as const, [36.7, 35.4] as const] satisfies [unknown, unknown],
    at_edge: false,
  },
  closure: { closure_m: 8000, at_least: false, corridors, segments: [] },
});
const pocket = (area_km2: number) => ({ area_km2, perimeter_m: 1, ring: {}, places: [] });
const POCKET = { verdict: CLOSED, state: { strict: 'pocket', lenient: 'pocket' } } as const;
const OVERRUN = { verdict: CLOSED, state: { strict: 'engulfed', lenient: 'engulfed' } } as const;
const unsurePlace = doubtsAbout({
  anchored: true,
  contradicted_m2: 0,
  borders_m: [1100],
  perimeter_m: 2000,
  triangulated: true,
  routes: ['A', 'B'],
});

describe('what is said of a connection', () => {
  it('where its narrowest place is: at a place, or how far off in which direction', () => {
    const at = (distance_m: number, bearing: number | null) =>
      stated({
        evidence: { ...PLAIN_EVIDENCE, corridor: corridor({ place: 'x', name: 'Kafr Zita', distance_m, bearing }) },
      });
    const start = 'a corridor connected it, 8 km wide at its narrowest,';
    const end = '; the nearest hostile ground was 1.1 km away.';
    expect(at(499, 310)).toBe(`${start} at Kafr Zita${end}`);
    expect(at(500, 310)).toBe(`${start} 500 m north-west of Kafr Zita${end}`);
    expect(at(2300, null)).toBe(`${start} at Kafr Zita${end}`);
  });

  it('not where, without a place, by another mask, or where the segment is not as wide as the margin', () => {
    const plain = 'a corridor connected it, 8 km wide at its narrowest; the nearest hostile ground was 1.1 km away.';
    const near = { place: 'x', name: 'Kafr Zita', distance_m: 2300, bearing: 310 };
    expect(stated({ evidence: { ...PLAIN_EVIDENCE, corridor: corridor(null) } })).toBe(plain);
    expect(stated({ evidence: { ...PLAIN_EVIDENCE, corridor: { ...corridor(near), policy: 'lenient' } } })).toBe(plain);
    const wide = (strict: number) =>
      stated({
        margin_m: { strict, lenient: strict, bound: MEASURED },
        evidence: { ...PLAIN_EVIDENCE, corridor: corridor(near) },
      });
    expect(wide(8000 / 1.0499)).toContain('Kafr Zita');
    expect(wide(8000 / 1.06)).not.toContain('Kafr Zita');
    expect(wide(8000 / 0.94)).not.toContain('Kafr Zita');
  });

  it('that it is the widest of several, or of nobody knows how many', () => {
    for (const ways of [2, null]) {
      expect(stated({ evidence: { ...PLAIN_EVIDENCE, corridor: corridor(null, ways) } })).toBe(
        'its widest corridor to the rear was 8 km wide at its narrowest; the nearest hostile ground was 1.1 km away.',
      );
    }
  });

  it('without a width only that it was connected, and whether narrowly', () => {
    const bare = { margin_m: null, evidence: null };
    expect(stated(bare)).toBe('its ground was connected to the rear.');
    expect(stated({ ...bare, verdict: { ...OPEN, grade: 'narrow' } })).toBe('a narrow corridor connected it.');
  });

  it('how near hostile ground was: on its edge, or nothing where there is none', () => {
    const bare = { margin_m: null };
    expect(stated({ ...bare, evidence: { ...PLAIN_EVIDENCE, d_hostile_m: null } })).toBe(
      'its ground was connected to the rear.',
    );
    expect(stated({ ...bare, evidence: { ...PLAIN_EVIDENCE, d_hostile_m: 0 } })).toBe(
      'its ground was connected to the rear; it stood on the edge of hostile ground.',
    );
  });

  it('how sure its position is, only where that may matter', () => {
    const doubt = (doubts: Evidence['doubts']) =>
      stated({ margin_m: null, evidence: { ...PLAIN_EVIDENCE, d_hostile_m: null, doubts } });
    expect(doubt(unsurePlace)).toBe('its ground was connected to the rear (its position is taken to within 2 km).');
    expect(doubt([{ code: 'no_anchor', message: '' }])).toBe('its ground was connected to the rear.');
  });
});

describe('what is said of a ring', () => {
  it('the pocket with its size, to a decimal below 10 km²', () => {
    const way = 'nearest the opposition’s ground with a way to the rear 5.9 km away';
    const of = (km2: number) => stated({ ...POCKET, evidence: { ...PLAIN_EVIDENCE, pocket: pocket(km2) } });
    expect(of(9.94)).toBe(`it stood in a pocket of 9.9 km², ${way}.`);
    expect(of(10)).toBe(`it stood in a pocket of 10 km², ${way}.`);
    expect(stated({ ...POCKET })).toBe(`it stood in a pocket, ${way}.`);
  });

  it('whose ground is nearest: by name, by id, or just friendly', () => {
    const whose = (main_class: string | null) => stated({ ...POCKET, evidence: { ...PLAIN_EVIDENCE, main_class } });
    expect(whose('sna')).toContain('nearest sna ground');
    expect(whose(null)).toContain('nearest friendly ground');
  });

  it('which roads are cut, only where some are', () => {
    const cut = {
      ...PLAIN_EVIDENCE.road,
      state: 'cut' as const,
      cuts: [{ route: 'M5', from_km: 1, to_km: 2, class: 'g' }],
    };
    const of = (road: Evidence['road']) => stated({ ...POCKET, evidence: { ...PLAIN_EVIDENCE, road } });
    expect(of({ ...cut, known_routes: ['M5'] })).toMatch(/away, the M5, the only road known here, was cut\.$/);
    expect(of({ ...cut, known_routes: ['M4', 'M5'] })).toMatch(/away, every known road was cut\.$/);
    expect(of({ ...cut, cuts: [], known_routes: ['M5'] })).not.toContain('cut');
    expect(of({ ...cut, state: 'open', known_routes: ['M5'] })).not.toContain('cut');
  });

  it('how sure its position is in a pocket, not where nothing is left around it', () => {
    const doubtful = { ...PLAIN_EVIDENCE, doubts: unsurePlace };
    expect(stated({ ...POCKET, evidence: doubtful })).toContain('(its position is taken to within 2 km)');
    expect(stated({ ...OVERRUN, evidence: doubtful })).not.toContain('its position');
  });

  it('without evidence how thick the ring is, where that is known', () => {
    const bare = (lenient: number | null) =>
      stated({
        ...POCKET,
        evidence: null,
        margin_m: {
          strict: -9000,
          lenient,
          bound: { strict: 'measured', lenient: lenient === null ? 'no_rear' : 'measured' },
        },
      });
    expect(bare(-3000)).toBe('it stood in a pocket, 3 km of ground closed to it lay before the way to its rear.');
    expect(bare(null)).toBe('it stood in a pocket, with no ground on the map that it could have reached its rear by.');
    expect(bare(0)).toBe('it stood in a pocket.');
  });

  it('since when it is closed, and overrun where that is another date and so now', () => {
    const span = (from: string, to: string) => ({ earliest: day(`2019-08-${from}`), latest: day(`2019-08-${to}`) });
    const bare = { evidence: null, margin_m: null };
    const since = (engulfed: ReturnType<typeof span> | null, of: Partial<StatedVerdict> = OVERRUN) =>
      stated({ ...bare, ...of, since: { isolated: span('20', '21'), engulfed } })
        .split('; ')
        .slice(1);
    expect(since(span('20', '21'))).toEqual(['closed since between 20 and 21 August 2019.']);
    expect(since(span('20', '22'))).toHaveLength(2);
    expect(since(span('19', '21'))).toHaveLength(2);
    expect(since(null)).toHaveLength(1);
    expect(since(span('22', '23'), POCKET)).toHaveLength(1);
    expect(stated({ ...bare, ...POCKET })).toBe('it stood in a pocket.');
  });
});

describe('what is said of an uncertain post', () => {
  it('a corridor, a ring, or ground that only touches', () => {
    const at = (strict: number, lenient = strict) =>
      stated({ verdict: BETWEEN, margin_m: { strict, lenient, bound: MEASURED } });
    const band = 'and the map is accurate to 1.3 km, so only widths beyond 2.6 km are sure';
    expect(at(1200)).toBe(`the corridor was 1.2 km wide, ${band}.`);
    expect(at(-1200)).toBe(`the ring was 1.2 km thick, ${band}.`);
    expect(at(0)).toBe(`its ground touched the way to the rear at a point, ${band}.`);
    expect(stated({ verdict: BETWEEN, margin_m: null })).toBe('what decides it is within the accuracy of the map.');
    const wide = { strict: 1200, lenient: 54_000, bound: { strict: 'measured', lenient: 'at_least' } } as const;
    expect(stated({ verdict: BETWEEN, margin_m: wide })).toBe(
      `the corridor was 1.2 km wide counting only ground firmly held, the corridor was at least 54 km wide counting contested and unknown ground too, ${band}.`,
    );
    const free = { strict: -1200, lenient: null, bound: { strict: 'measured', lenient: 'no_narrow_place' } } as const;
    expect(stated({ verdict: BETWEEN, margin_m: free })).toContain('no narrow place was found counting contested');
  });
});

describe('doubts say', () => {
  const sure = { anchored: true, contradicted_m2: 0, borders_m: [], perimeter_m: 250, triangulated: true, routes: [] };
  const doubt = (of: Partial<Parameters<typeof doubtsAbout>[0]>) =>
    doubtsAbout({ ...sure, ...of }).map(({ message }) => message);

  it('what the answer rests on, with its figures', () => {
    expect(doubt({ anchored: false })[0]).toMatch(/no anchor is declared: the largest piece/);
    expect(doubt({ contradicted_m2: 6.25e6 })[0]).toMatch(/^the map gives 6\.25 km² to both sides/);
    expect(doubt({ contradicted_m2: 0.01 })).toEqual([]);
    expect(doubt({ borders_m: [249.9] })[0]).toBe(
      'a border of the ground lies within the 250 m that count as around the post',
    );
    expect(doubt({ borders_m: [250, 0, null] })).toEqual([]);
    expect(doubt({ triangulated: false })[0]).toMatch(/could not be triangulated/);
    expect(doubt({ routes: ['M5'] })[0]).toMatch(/^only M5 is known/);
    expect(doubt({ routes: ['M4', 'M5'] })).toEqual([]);
  });
});

describe('figures beside a change', () => {
  it('the noise floor says why it is what it is', () => {
    expect(noiseFloor(250, null, ELL).reason).toContain('same polygons');
    expect(noiseFloor(250, 0, ELL).reason).toContain('lies on one of the later map');
    expect(noiseFloor(250, 10, ELL).reason).toContain('σL/√π');
    expect(noiseFloor(250, 1000, ELL).each_way_km2).toBeCloseTo(0.25 / Math.sqrt(Math.PI), 12);
  });

  it('a patch is named only where both place and distance are known', () => {
    expect(patchName('Saraqib', null, 10)).toBeNull();
    expect(patchName(null, 400, 10)).toBeNull();
    expect(patchName('Saraqib', 1000, 90)).toBe('1 km E of Saraqib');
    expect(patchName('Saraqib', 999, 90)).toBe('Saraqib');
    expect(compassPoint(90)).toBe('E');
    expect(patchKey('p', 'q', [0.00005, 1])).toEqual(patchKey('p', 'q', [0.00006, 1]));
  });

  it('kilometres of a route by class on both days: longest first, then by name, nothing where stretches only touch', () => {
    const before = [
      { from_km: 0, to_km: 10, class: 'q' },
      { from_km: 10, to_km: 15, class: 'a' },
      { from_km: 15, to_km: 20, class: 'p' },
    ];
    const after = [
      { from_km: 0, to_km: 10, class: 'p' },
      { from_km: 10, to_km: 20, class: 'r' },
    ];
    expect(routeChange(before, after)).toEqual([
      { from: 'q', to: 'p', km: 10 },
      { from: 'a', to: 'r', km: 5 },
      { from: 'p', to: 'r', km: 5 },
    ]);
    expect(routeChange(before.toReversed(), after).map(({ from }) => from)).toEqual(['q', 'a', 'p']);
    expect(kilometresByClass(before.toReversed()).map(({ class: name }) => name)).toEqual(['a', 'p', 'q']);
  });
});
