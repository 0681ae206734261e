import { describe, expect, it } from 'vitest';
import { statementsBeside } from '../../src/encirclement/evidence/statements-beside.js';
import { doubtsAbout } from '../../src/encirclement/evidence/terms.js';
import { distanceInWords, type StatedVerdict, sentence, spanInWords } from '../../src/encirclement/sentence.js';
import { parseDate } from '../../src/model/dates.js';
import { PLAIN_EVIDENCE, PLAIN_POST } from '../setup/told-post.js';

const MEASURED = { strict: 'measured', lenient: 'measured' } as const;

const day = parseDate;
const nothing = PLAIN_EVIDENCE;
const reported = (of: Partial<StatedVerdict>): string => sentence({ ...PLAIN_POST, ...of });
const neck = (width_m: number) => ({
  policy: 'strict' as const,
  neck: {
    width_m,
    position: [36.7, 35.4] as const,
    near: { place: 'x', name: 'Kafr Zita', distance_m: 2300, bearing: 310 },
    segment: [[36.7, 35.4] as const, [36.7, 35.4] as const] satisfies [unknown, unknown],
    at_edge: false,
  },
  closure: { closure_m: width_m, at_least: false, corridors: 1, segments: [] },
});
const closed = {
  verdict: { verdict: 'encircled', reason: null, grade: null },
  since: {
    isolated: { earliest: day('2019-08-20'), latest: day('2019-08-21') },
    engulfed: null,
  },
} as const;
const unsure = (reason: 'accuracy' | 'contested') =>
  ({ verdict: { verdict: 'uncertain', reason, grade: null } }) as const;

describe('a sentence per post', () => {
  it('without evidence it says what the verdict alone shows', () => {
    const bare = (of: Partial<StatedVerdict>) => reported({ ...closed, evidence: null, ...of });
    expect(
      bare({
        state: { strict: 'engulfed', lenient: 'engulfed' },
        margin_m: { strict: -12_000, lenient: -11_000, bound: MEASURED },
      }),
    ).toBe(
      'Post 9 (Morek) was cut off on 24 August 2019: no ground of its side was left around it, 11 km of ground closed to it lay before the way to its rear; closed since between 20 and 21 August 2019.',
    );
    expect(bare({ state: { strict: 'pocket', lenient: 'pocket' }, margin_m: null })).toBe(
      'Post 9 (Morek) was cut off on 24 August 2019: it stood in a pocket; closed since between 20 and 21 August 2019.',
    );
    expect(reported({ evidence: null })).toBe(
      'Post 9 (Morek) was not cut off on 24 August 2019: its widest corridor to the rear was 8 km wide at its narrowest.',
    );
  });

  it('cut off in a pocket: size, way back, since when', () => {
    const pocket = { area_km2: 216.7, perimeter_m: 58_000, ring: { government: 1 }, places: [] };
    expect(
      reported({
        ...closed,
        state: { strict: 'pocket', lenient: 'pocket' },
        evidence: { ...nothing, d_main_m: 5914, pocket },
      }),
    ).toBe(
      'Post 9 (Morek) was cut off on 24 August 2019: it stood in a pocket of 217 km², nearest opposition ground with a way to the rear 5.9 km away; closed since between 20 and 21 August 2019.',
    );
  });

  it('overrun: no ground of its side around it, and both dates', () => {
    const both = { ...closed.since, engulfed: { earliest: day('2019-08-23'), latest: day('2019-08-23') } };
    expect(
      reported({
        ...closed,
        since: both,
        state: { strict: 'engulfed', lenient: 'engulfed' },
        evidence: { ...nothing, d_main_m: null },
      }),
    ).toBe(
      'Post 9 (Morek) was cut off on 24 August 2019: no ground of its side was within 2 km of it, with no ground on the map that it could have reached its rear by; closed since between 20 and 21 August 2019; overrun around it since 23 August 2019.',
    );
  });

  it('a narrow corridor is told with its place only where the segment drawn is the width of record', () => {
    const margin_m = { strict: 3200, lenient: 3200, bound: MEASURED };
    expect(reported({ margin_m, evidence: { ...nothing, corridor: neck(3210) } })).toBe(
      'Post 9 (Morek) was not cut off on 24 August 2019: a corridor connected it, 3.2 km wide at its narrowest, 2.3 km north-west of Kafr Zita; the nearest hostile ground was 1.1 km away.',
    );
    expect(reported({ margin_m, evidence: { ...nothing, corridor: neck(4000) } })).not.toContain('Kafr Zita');
  });

  it('makes no width of a way that nothing bounds, and a lower bound of one that the map ends', () => {
    const free = {
      strict: null,
      lenient: null,
      bound: { strict: 'no_narrow_place', lenient: 'no_narrow_place' },
    } as const;
    expect(reported({ margin_m: free })).toContain('no narrow place was found');
    const wider = { strict: 9e3, lenient: null, bound: { strict: 'measured', lenient: 'no_narrow_place' } } as const;
    expect(reported({ margin_m: wider })).toContain('9 km wide at its narrowest');
    const ends = { strict: 54e3, lenient: 54e3, bound: { strict: 'at_least', lenient: 'at_least' } } as const;
    expect(reported({ margin_m: ends })).toContain('at least 54 km wide, as far as the map shows it');
  });

  it('along the edge of the map a corridor is as wide as is mapped, or wider', () => {
    const along = neck(678);
    const evidence = { ...nothing, corridor: { ...along, neck: { ...along.neck, at_edge: true } } };
    const told = reported({ margin_m: { strict: 1356, lenient: 1356, bound: MEASURED }, evidence });
    expect(told).toContain(
      'at least 680 m wide at its narrowest, along the edge of the map, beyond which it may be wider',
    );
    expect(told).not.toContain('1.4 km');
  });

  it('says no number that it was not given', () => {
    const bare = { margin_m: null, evidence: null };
    const digits = (text: string) => text.replace('Post 9', '').replace('24 August 2019', '').match(/\d/g);
    expect(digits(reported(bare))).toBeNull();
    expect(
      digits(reported({ ...bare, verdict: { verdict: 'not_encircled', reason: null, grade: 'narrow' } })),
    ).toBeNull();
    expect(digits(reported({ ...bare, ...unsure('accuracy') }))).toBeNull();
    expect(digits(reported({ ...bare, ...closed, since: { isolated: null, engulfed: null }, state: null }))).toBeNull();
  });

  it('a seam of the map is named as what it hangs on, and what closes it', () => {
    const seam = { position: [40, 36] as const, near: null, width_m: 23.4, area_km2: 1.02, pieces: 1 };
    expect(reported({ ...unsure('accuracy'), evidence: { ...nothing, seam } })).toBe(
      'It is uncertain whether Post 9 (Morek) was cut off on 24 August 2019: only a seam cuts it off: 1 km² on average 23 m wide, which the map leaves in no area between its ground and its rear (gaps=fill of the import closes it).',
    );
    const sure = {
      anchored: true,
      contradicted_m2: 0,
      borders_m: [],
      perimeter_m: 250,
      triangulated: true,
      routes: [],
    };
    expect(doubtsAbout({ ...sure, seam }).map(({ code }) => code)).toEqual(['seam']);
  });

  it('uncertain is never told as cut off or connected', () => {
    expect(reported(unsure('contested'))).toBe(
      'It is uncertain whether Post 9 (Morek) was cut off on 24 August 2019: the only way to its rear led over ground that was contested or not known.',
    );
    const thin = { strict: -1200, lenient: 1900, bound: MEASURED };
    expect(reported({ ...unsure('accuracy'), margin_m: thin })).toBe(
      'It is uncertain whether Post 9 (Morek) was cut off on 24 August 2019: the ring was 1.2 km thick counting only ground firmly held, the corridor was 1.9 km wide counting contested and unknown ground too, and the map is accurate to 1.3 km, so only widths beyond 2.6 km are sure.',
    );
    const touch = { strict: 0, lenient: 0, bound: MEASURED };
    expect(reported({ ...unsure('accuracy'), margin_m: touch })).toContain(
      'touched the way to the rear at a point, and',
    );
  });

  it('unmapped and inactive posts have no verdict in words', () => {
    const plain = { reason: null, grade: null, state: null, margin_m: null, evidence: null };
    expect(reported({ ...plain, verdict: { verdict: 'unmapped', reason: null, grade: null } })).toBe(
      'Post 9 (Morek) lies on ground that the map of 24 August 2019 says nothing about.',
    );
    expect(reported({ ...plain, verdict: { verdict: 'inactive', reason: null, grade: null } })).toBe(
      'Post 9 (Morek) was not in service on 24 August 2019.',
    );
  });

  it('names a cut of the only known road as that, and a position that is not sure', () => {
    const cut = { ...nothing.road, state: 'cut' as const, known_routes: ['M5'] };
    const road = { ...cut, cuts: [{ route: 'M5', from_km: 1, to_km: 2, class: 'government' }] };
    const text = reported({
      ...closed,
      state: { strict: 'pocket', lenient: 'pocket' },
      evidence: { ...nothing, road },
    });
    expect(text).toContain('the M5, the only road known here, was cut');
    const doubts = doubtsAbout({
      anchored: true,
      contradicted_m2: 0,
      borders_m: [1100, 0],
      perimeter_m: 2000,
      triangulated: true,
      routes: [],
    });
    expect(reported({ evidence: { ...nothing, doubts } })).toContain('(its position is taken to within 2 km)');
  });

  it('writes spans and distances', () => {
    const span = (earliest: string, latest: string) => spanInWords({ earliest: day(earliest), latest: day(latest) });
    expect(span('2019-08-21', '2019-08-21')).toBe('on 21 August 2019');
    expect(span('2019-08-30', '2019-09-02')).toBe('between 30 August and 2 September 2019');
    expect(span('2019-12-31', '2020-01-02')).toBe('between 31 December 2019 and 2 January 2020');
    expect([3, 949, 995, 9949, 9950, 31_415].map(distanceInWords)).toEqual([
      '10 m',
      '950 m',
      '1 km',
      '9.9 km',
      '10 km',
      '31 km',
    ]);
  });
});

describe('doubts', () => {
  it('are told one by one, and none where nothing is doubtful', () => {
    const sure = {
      anchored: true,
      contradicted_m2: 0,
      borders_m: [5000, null, 0],
      perimeter_m: 250,
      triangulated: true,
    };
    expect(doubtsAbout({ ...sure, routes: ['M4', 'M5'] })).toEqual([]);
    const all = { anchored: false, contradicted_m2: 6e6, borders_m: [100], perimeter_m: 250, triangulated: false };
    expect(doubtsAbout({ ...all, routes: ['M5'] }).map(({ code }) => code)).toEqual([
      'no_anchor',
      'contradicted_ground',
      'position_uncertain',
      'not_triangulated',
      'one_route_known',
    ]);
  });
});

describe('statements beside the geometry', () => {
  const claim = {
    id: 'cordon',
    kind: 'besieged',
    post: 'turkey/8',
    party: 'government',
    earliest: day('2019-12-23'),
    latest: day('2019-12-24'),
    withdrawn_on: null,
    sources: [{ id: 's', publisher: 'A paper', url: null, stance: 'press' }],
  };
  const post = { operator: 'turkey', number: 8 };
  const on = (date: string, of: Partial<typeof claim> | object = {}) =>
    statementsBeside([{ ...claim, ...of }], post, day(date)).map(({ text }) => text);

  it('are told with their days and who said so, from the day on', () => {
    expect(on('2019-12-24')).toEqual(['Reported as besieged between 23 and 24 December 2019 (A paper, press).']);
    expect(on('2019-12-23')).toEqual([]);
  });

  it('access by agreement is told from its first day on, for as long as it is said, with how weak the source is', () => {
    const weak = {
      kind: 'access',
      latest: null,
      sources: [{ id: 'c', publisher: 'a reader', url: null, stance: 'general' }],
    };
    expect(on('2019-12-22', weak)).toEqual([]);
    expect(on('2019-12-23', weak)).toEqual([
      'Reported as reached or supplied by agreement from 23 December 2019 on (a reader, weak).',
    ]);
    const one = { kind: 'denied', latest: day('2019-12-23') };
    expect(on('2020-02-01', one)).toEqual(['Said not to be cut off on 23 December 2019 (A paper, press).']);
  });

  it('leave out other posts, other kinds, what was withdrawn, and what has no day', () => {
    for (const other of [
      { post: 'turkey/9' },
      { post: null },
      { kind: 'held' },
      { earliest: null },
      { withdrawn_on: day('2020-01-01') },
    ])
      expect(on('2020-01-01', other)).toEqual([]);
  });
});
