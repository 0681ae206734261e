import { describe, expect, test } from 'vitest';
import type { Claim, Post, Series, Verdict } from '../../src/web/api.js';
import { figuresOf, wholeKilometres } from '../../src/web/figures.js';
import { outlineOf } from '../../src/web/map/outline.js';
import { reachInWords } from '../../src/web/panel/notes.js';
import { turnedPosts } from '../../src/web/panel/panel.js';
import { holdersOfRoute, namesThatFit } from '../../src/web/panel/strip.js';
import { readState, writeState } from '../../src/web/state.js';
import { addDays, inWords, isDay, monthsIn, windowInWords } from '../../src/web/text/calendar.js';
import { speak, t } from '../../src/web/text/language.js';
import {
  claimWords,
  disputed,
  headline,
  km,
  km2,
  marginWords,
  placesSentence,
  redrawnSentences,
  sinceWords,
  standingOf,
  withoutReport,
} from '../../src/web/text/words.js';
import { mapInWords, neighbour, spanOf } from '../../src/web/timeline/span.js';

const PARTIES = [
  { id: 'red', name: 'Reds', colour: '#a00' },
  { id: 'blue', name: 'Blues', colour: '#00a' },
];

describe('the address', () => {
  test('what is written is read back', () => {
    const state = {
      date: '2020-02-08',
      view: { zoom: 8.25, lat: 35.7, lon: -36.6625 },
      selected: { kind: 'post' as const, id: 'turkey/9' },
      compare: null,
    };
    expect(writeState(state)).toBe('#date=2020-02-08&map=8.25/35.7000/-36.6625&post=turkey/9');
    expect(readState(writeState(state))).toEqual(state);
    const place = { date: null, view: null, selected: { kind: 'place' as const, id: 'a b&c/d' }, compare: null };
    expect(readState(writeState(place))).toEqual(place);
  });

  test.each([
    '',
    '#',
    '#date=2020-02-30',
    '#date=soon&map=8/35',
    '#map=8/x/36',
    '#map=99/1/1',
    '#map=8//36',
    '#post=',
    '#%%%',
  ])('nonsense is left out: %s', (hash) => {
    expect(readState(hash)).toEqual({ date: null, view: null, selected: null, compare: null });
  });
});

describe('parts of an address', () => {
  test.each([
    ['#date=2024-13-45', ['date=2024-13-45']],
    ['#post=turkey/9&place=zz&event=9', ['place=zz', 'event=9']],
    ['#compare=2020-01-01&mode=bogus', ['mode=bogus']],
    ['#date=2020-01-01&mode=swipe', ['mode=swipe']],
    ['#compare=2020-01-01&with=other&mode=side', ['compare=2020-01-01']],
    ['#compare=soon&mode=side', ['compare=soon']],
    ['#date=2020-01-01&day=2', ['day=2']],
    ['#panel', []],
    ['#date=2020-02-08&map=8.00/35.0/36.0&post=turkey/9&with=other&mode=swipe', []],
  ])('that cannot be read or do not go together are told: %s', (hash, told) => {
    const unread: string[] = [];
    readState(hash, '', (part) => unread.push(part));
    expect(unread).toEqual(told);
  });
});

describe('days', () => {
  test('are calendar days whatever the time zone', () => {
    expect(addDays('2020-02-28', 2)).toBe('2020-03-01');
    expect(inWords('2019-08-24', { weekday: true })).toBe('Saturday 24 August 2019');
    expect(isDay('2019-02-29')).toBe(false);
    expect(monthsIn('2019-12-15', '2020-02-01')).toEqual(['2020-01-01', '2020-02-01']);
  });

  test('a window says no more than is known', () => {
    expect(windowInWords('2019-08-21', '2019-08-21')).toBe('21 August 2019');
    expect(windowInWords('2019-08-21', '2019-08-23')).toBe('21–23 August 2019');
    expect(windowInWords('2019-12-30', '2020-01-02')).toBe('30 December 2019 – 2 January 2020');
    expect(windowInWords(null, '2020-01-02')).toBe('by 2 January 2020');
    expect(windowInWords(null, null)).toBe('undated');
  });

  test('the neighbouring change is that of the map on show', () => {
    const span = spanOf({ dates: ['2020-01-01', '2020-01-05', '2020-01-09'], complete_until: '2020-01-20' }, null);
    expect(span.last).toBe('2020-01-20');
    expect(neighbour(span, '2020-01-07', -1)).toBe('2020-01-01');
    expect(neighbour(span, '2020-01-05', 1)).toBe('2020-01-09');
    expect(neighbour(span, '2020-01-01', -1)).toBeNull();
    expect(mapInWords(span, '2020-01-07')).toBe('Map of 5 Jan, next change 9 Jan');
    expect(() => spanOf({ dates: [], complete_until: null }, null)).toThrow('no map yet');
  });
});

describe('the change', () => {
  const row = (party: string, gained_km2: number, lost_km2: number) => ({
    party,
    before_km2: 50,
    after_km2: 50,
    gained_km2,
    lost_km2,
  });

  test('the headline names who gained on balance, never what nobody holds', () => {
    expect(headline({ parties: [row('red', 40, 6), row('blue', 0, 34)] }, PARTIES)).toBe('Reds gained 34 km²');
    expect(headline({ parties: [row('contested', 40, 0), row('blue', 0, 40)] }, PARTIES)).toBe('Blues lost 40 km²');
    expect(headline({ parties: [row('red', 0, 0)] }, PARTIES)).toBe('No ground to speak of changed hands');
    const matrix = (from: string, to: string, km2 = 40) => [{ from, to, km2 }];
    const said = (cells: { from: string; to: string; km2: number }[], rows: ReturnType<typeof row>[], sd = 1) =>
      headline({ parties: rows, matrix: cells, net: rows.map(({ party }) => ({ party, sd_km2: sd })) }, PARTIES);
    expect(said(matrix('blue', 'contested'), [row('red', 0, 0), row('blue', 0, 40)])).toBe('40 km² became contested');
    expect(said(matrix('contested', 'red'), [row('red', 40, 0)])).toBe('Reds came to hold 40 km² of contested ground');
    expect(said(matrix('blue', 'unknown'), [row('blue', 0, 40)])).toBe(
      '40 km² became ground whose holder is not known',
    );
    expect(said(matrix('unknown', 'red'), [row('red', 40, 0)])).toBe(
      'Reds came to be shown on 40 km² whose holder had not been known',
    );
    // Of maps of two sides ground in no area is of unknown holder; what a map of one side leaves out is not its own.
    const holding = (rows: ReturnType<typeof row>[]) =>
      rows.map((one) => ({ ...one, before_km2: 100, after_km2: 100 }));
    for (const of of ['unknown', 'unassigned']) {
      expect(said(matrix('blue', of), holding([row('red', 0, 0), row('blue', 0, 40)]))).toBe(
        '40 km² became ground whose holder is not known',
      );
      expect(said(matrix(of, 'red'), holding([row('red', 40, 0), row('blue', 0, 0)]))).toBe(
        'Reds came to be shown on 40 km² whose holder had not been known',
      );
      expect(said(matrix('contested', of), holding([row('red', 0, 0)]))).toBe(
        '40 km² became ground whose holder is not known',
      );
    }
    expect(said(matrix('unassigned', 'red'), holding([row('red', 40, 0)]))).toBe('Reds gained 40 km²');
    expect(said(matrix('unknown', 'unassigned'), [row('unknown', 0, 40), row('unassigned', 40, 0)])).toBe(
      'No ground to speak of changed hands',
    );
    const both = [...matrix('blue', 'red'), ...matrix('red', 'blue')];
    expect(said(both, [row('red', 40, 40), row('blue', 40, 40)])).toBe('Reds gained 40 km² and lost 40 km²');
    expect(said(matrix('blue', 'red'), [row('red', 40, 0), row('blue', 0, 40)], 21)).toBe(
      'No change larger than the map’s own error',
    );
    expect(said(matrix('blue', 'red'), [row('red', 40, 0), row('blue', 0, 40)], 20)).toBe('Reds gained 40 km²');
  });

  test('what is known is never nothing: on the map of a village, and of less than is shown', () => {
    const moved = (km2: number, theatre_km2: number, sd_km2: number) => ({
      parties: [row('red', km2, 0), row('blue', 0, km2)],
      matrix: [{ from: 'blue', to: 'red', km2 }],
      net: [{ party: 'red', km2, sd_km2 }, { party: 'blue', km2: -km2, sd_km2 }], // biome-ignore format: one line
      theatre_km2,
    });
    expect(headline(moved(0.003951, 0.72, 0.0003), PARTIES)).toBe('Reds gained 0.004 km²');
    expect(headline(moved(0.000395, 7892, 0.0001), PARTIES)).toBe('Reds gained < 0.1 km²');
    expect(headline(moved(0.000395, 7892, 0.0016), PARTIES)).toBe('No change larger than the map’s own error');
    expect(headline(moved(0, 7892, 0), PARTIES)).toBe('No ground to speak of changed hands');
    const shown = figuresOf(moved(0.000395, 7892, 0.0001));
    expect([shown.signed(shown.net('red'), 0.000395), shown.signed(0), shown.words(0)]).toEqual(['< 0.1 km²', '0 km²', '0 km²']); // biome-ignore format: one line
    expect([0, 0.000394, 0.04, 0.35, 12].map(km2)).toEqual(['0 km²', '0.00039 km²', '0.04 km²', '0.4 km²', '12 km²']);
  });

  test('since when something is so says what no map stands for', () => {
    const days = [{ from: '2021-03-10', to: '2021-03-20' }, { from: '2021-05-01', to: '2021-05-09' }]; // biome-ignore format: one line
    const since = (latest: string, day: string) =>
      sinceWords({ earliest: latest, latest }, { unknown_days: days }, day);
    expect(since('2021-02-01', '2021-03-01')).toBe('since 1 February 2021');
    expect(since('2021-06-01', '2021-06-02')).toBe('since 1 June 2021');
    expect(since('2021-02-01', '2021-04-01')).toBe('since 1 February 2021, as far as maps show: none stands for 10–20 March 2021'); // biome-ignore format: one line
    expect(since('2021-02-01', '2021-06-01')).toMatch(/10–20 March 2021 and 1 more span$/);
    expect(sinceWords(null, { unknown_days: days }, '2021-06-01')).toBe(null);
  });

  test('what is less than a hundred metres is not nothing', () => {
    expect([0, 12, 45, 100, 960, 2450, 23_400].map(km)).toEqual(['0 km', '0.01 km', '0.05 km', '0.1 km', '1 km', '2.5 km', '23 km']); // biome-ignore format: one line
  });

  test('places that became contested, or came out of ground whose holder nobody knew, did not change hands', () => {
    const place = (to: string, from = 'red') => ({
      id: to,
      name: to,
      from,
      to,
      on: { earliest: null, latest: null },
      claims: [],
    });
    const row = (party: string) => ({ party, before_km2: 10, after_km2: 10, gained_km2: 0, lost_km2: 0 });
    const both = [row('red'), row('blue')];
    const said = (places: ReturnType<typeof place>[], parties = both) => placesSentence({ places, parties }, PARTIES);
    expect(said([place('blue'), place('contested')])).toBe('One place changed hands, one became contested or unknown.');
    expect(said([])).toBe('No places changed hands.');
    expect(said([place('unknown')])).toBe('One place became contested or unknown.');
    expect(said([place('blue', 'contested')])).toBe('One place changed hands.');
    const shown = 'One place, whose holder had not been known, came to be shown as a party’s.';
    expect(said([place('blue', 'unknown')])).toBe(shown);
    expect(said([place('blue', 'unassigned'), place('blue')])).toBe(`One place changed hands. ${shown}`);
    // A map of one side leaves all that is not its own in no area.
    expect(said([place('blue', 'unassigned')], [row('blue')])).toBe('One place changed hands.');
  });

  test('what was put right or redefined is no movement: of ground, of places, and beside what moved', () => {
    const matrix = (km2: number) => [{ from: 'blue', to: 'red', km2 }];
    const kind = (kind: 'movement' | 'correction' | 'redefinition', km2: number) => ({
      kind,
      changed_km2: km2,
      matrix: km2 > 0 ? matrix(km2) : [],
      parties: [
        { party: 'red', gained_km2: km2, lost_km2: 0 },
        { party: 'blue', gained_km2: 0, lost_km2: km2 },
      ],
    });
    const row = (party: string, gained_km2: number, lost_km2: number) => ({ party, before_km2: 900, after_km2: 900, gained_km2, lost_km2 }); // biome-ignore format: one line
    const change = (moved: number, corrected: number, redefined: number) => ({
      parties: [row('red', moved + corrected + redefined, 0), row('blue', 0, moved + corrected + redefined)],
      matrix: matrix(moved + corrected + redefined),
      kinds: [kind('movement', moved), kind('correction', corrected), kind('redefinition', redefined)],
    });
    const said = (...km2: [number, number, number]) =>
      [headline(change(...km2), PARTIES), redrawnSentences(change(...km2))].join(' | ');
    expect(said(40, 0, 0)).toBe('Reds gained 40 km² | ');
    expect(said(0, 710, 0)).toBe('No ground is known to have changed hands | 710 km² is drawn otherwise because the map was put right: no movement on the ground.'); // biome-ignore format: two sentences
    expect(said(40, 710, 20)).toBe('Reds gained 40 km² | 710 km² is drawn otherwise because the map was put right: no movement on the ground. 20 km² is drawn otherwise because what the map draws was redefined: no movement on the ground.'); // biome-ignore format: three sentences
    const place = (...kinds: ('movement' | 'correction' | 'redefinition')[]) => ({ id: 'a', name: 'A', from: 'red', to: 'blue', on: { earliest: null, latest: null }, claims: [], kinds }); // biome-ignore format: one place
    const told = (...places: ReturnType<typeof place>[]) => placesSentence({ places, parties: change(0, 0, 0).parties }, PARTIES); // biome-ignore format: one line
    expect(told(place('correction'))).toBe('One place did not change hands, but is drawn otherwise.');
    expect(told(place('movement'), place('movement', 'correction'), place('redefinition'))).toBe('Two places changed hands. One place did not change hands, but is drawn otherwise.'); // biome-ignore format: two sentences
  });

  test('a place without a report follows from its surroundings only where the map was made from reports', () => {
    expect(withoutReport('derived')).toBe('Follows from the places around it; no report names it.');
    expect(withoutReport('imported')).toBe('The map alone: no report of this place is recorded.');
  });

  test('posts that were closed after the last map did not change standing with it', () => {
    const post = (number: number, verdict: Verdict) =>
      ({ operator: 'turkey', number, verdict, grade: verdict === 'not_encircled' ? 'open' : null }) as Post;
    const before = { posts: [post(7, 'encircled'), post(9, 'not_encircled'), post(12, 'not_encircled')] };
    const on_map = { posts: [post(7, 'encircled'), post(9, 'uncertain'), post(12, 'not_encircled')] };
    const after = { posts: [post(7, 'inactive'), post(9, 'inactive'), post(12, 'inactive')] };
    const turned = turnedPosts({ before, on_map, after });
    expect(turned.map(({ was, is }) => [is.number, was.verdict, is.verdict])).toEqual([
      [9, 'not_encircled', 'uncertain'],
    ]);
    expect(turnedPosts({ before, on_map: null, after: on_map })).toEqual(turned);
  });

  test('what passed adds up to what was gained, lost and held, in the headline too', () => {
    const matrix = [
      { from: 'blue', to: 'red', km2: 2030.7 },
      { from: 'blue', to: 'contested', km2: 314.7 },
      { from: 'contested', to: 'red', km2: 95.6 },
      { from: 'red', to: 'red', km2: 4144.4 },
      { from: 'blue', to: 'blue', km2: 4415.4 },
    ];
    const sum = (which: (cell: (typeof matrix)[number]) => boolean) =>
      matrix.filter(which).reduce((total, { km2: size }) => total + size, 0);
    const parties = ['red', 'blue', 'contested'].map((party) => ({
      party,
      before_km2: sum(({ from }) => from === party),
      after_km2: sum(({ to }) => to === party),
      gained_km2: sum(({ from, to }) => to === party && from !== party),
      lost_km2: sum(({ from, to }) => from === party && to !== party),
    }));
    const shown = figuresOf({ parties, matrix });
    for (const { party, after_km2 } of parties) {
      const [gained, lost] = [matrix, matrix].map((cells, i) =>
        cells
          .filter(({ from, to }) => from !== to && (i === 0 ? to : from) === party)
          .reduce((total, { from, to }) => total + shown.passed(from, to), 0),
      );
      expect(shown.net(party), party).toBe((gained ?? 0) - (lost ?? 0));
      expect(Math.abs(shown.after(party) - after_km2)).toBeLessThan(1);
    }
    expect(headline({ parties, matrix, net: [{ party: 'red', sd_km2: 1 }] }, PARTIES)).toBe(
      `Reds gained ${shown.words(shown.passed('blue', 'red') + shown.passed('contested', 'red'))}`,
    );
    // Less than a hundred km² changed: a village is told, everywhere with a decimal.
    const less = figuresOf({
      parties: [],
      matrix: [
        { from: 'blue', to: 'red', km2: 12.34 },
        { from: 'contested', to: 'red', km2: 3.33 },
      ],
    });
    expect(less.words(less.net('red'))).toBe('15.7 km²');
    expect(less.passed('blue', 'red') + less.passed('contested', 'red')).toBeCloseTo(less.net('red'));
  });

  test('ground that did not change may be a unit less on another day, so that each day adds up; every language says so', async () => {
    const held = (others: readonly number[]) => {
      const areas = [...others, 1595.691];
      const matrix = [{ from: '0', to: '1', km2: 200 }];
      const parties = areas.map((after_km2, i) => ({
        ...{ party: String(i), before_km2: 0, after_km2, gained_km2: 0, lost_km2: 0 },
      }));
      const shown = areas.map((_, i) => figuresOf({ parties, matrix }).after(String(i)));
      return [shown.at(-1), shown.reduce((sum, one) => sum + one, 0)];
    };
    expect([held([6574.8, 4414.75, 315.9]), held([6574.2, 4415.15, 316.1])]).toEqual([
      [1595, 12_901],
      [1596, 12_901],
    ]);
    for (const [language, words] of [
      ['tr', /yuvarlanır/],
      ['ar', /مقرّبة/],
      ['en', /rounded so that they add up/],
    ] as const) {
      await speak(language);
      expect(t.rounded).toMatch(words);
    }
  });

  test('what is held on a day is the same whichever day it is compared with', () => {
    const names = ['red', 'blue', 'contested'];
    const held = (cells: readonly (readonly number[])[]) => {
      const matrix = cells.flatMap((row, i) =>
        row.map((size, j) => ({ from: names[i] as string, to: names[j] as string, km2: size })),
      );
      const after = [577.6, 321.5, 100.9];
      const parties = names.map((party, i) => ({ ...row(party, 0, 0), after_km2: after[i] as number }));
      const shown = figuresOf({ parties, matrix });
      return names.map((party) => shown.words(shown.after(party)));
    };
    const days = [
      [
        [495.2, 5.5, 25],
        [50.8, 276.8, 42.1],
        [31.6, 39.2, 33.8],
      ],
      [
        [477.3, 15.7, 44.2],
        [54.6, 303, 19.7],
        [45.7, 2.8, 37],
      ],
    ] as const;
    expect(days.map(held)).toEqual(days.map(() => ['578 km²', '321 km²', '101 km²']));
  });

  test('figures', () => {
    expect([km2(1234.4), km2(3.14)]).toEqual(['1,234 km²', '3.1 km²']);
    const { signed } = figuresOf({ parties: [], matrix: [{ from: 'red', to: 'blue', km2: 15.1 }] });
    expect([signed(-0.01), signed(-12.3), signed(4)]).toEqual(['< 0.1 km²', '−12.3 km²', '+4 km²']);
    expect(marginWords(-5900, 'measured')).toBe('ring 5.9 km thick');
    expect(marginWords(56_181, 'at_least')).toBe('corridor at least 56 km wide');
    expect(marginWords(null, 'no_narrow_place')).toBe('no narrow place on the map');
    expect(standingOf({ verdict: 'not_encircled', grade: 'narrow' })).toBe('narrow');
    expect(standingOf({ verdict: 'unmapped', grade: null })).toBe('inactive');
    const stretches = [
      ['red', 0, 10],
      ['blue', 10, 40],
      ['red', 40, 45],
    ] as const;
    expect(holdersOfRoute(stretches.map(([id, from_km, to_km]) => ({ class: id, from_km, to_km })))).toEqual([
      { id: 'blue', km: 30 },
      { id: 'red', km: 15 },
    ]);
  });

  test('kilometres of a road add up to its length', () => {
    const held = [
      { id: 'red', km: 132.6 },
      { id: 'blue', km: 7.53 },
    ];
    expect(wholeKilometres(held)).toEqual([
      { id: 'red', km: 133 },
      { id: 'blue', km: 7 },
    ]);
    expect(wholeKilometres([])).toEqual([]);
  });
});

describe('claims', () => {
  const claim = (id: string, over: Partial<Claim>): Claim => ({
    id,
    kind: 'captured',
    relation: 'at',
    place: 'x',
    party: 'red',
    earliest: '2020-01-02',
    latest: '2020-01-03',
    dates_inferred: false,
    withdrawn_on: null,
    withdrawn_why: null,
    note: null,
    sources: [],
    ...over,
  });

  test('in words', () => {
    expect(claimWords(claim('a', {}), PARTIES)).toBe('Captured by Reds, 2–3 January 2020');
    expect(
      claimWords(claim('a', { kind: 'contested', party: null, relation: 'near', dates_inferred: true }), PARTIES),
    ).toBe('Contested (near, not at), 2–3 January 2020 (day inferred)');
    expect(claimWords(claim('a', { kind: 'expected', party: 'blue' }), PARTIES)).toBe(
      'Expected to fall to Blues, 2–3 January 2020',
    );
  });

  test('only those of the same days that say something else are in dispute; withdrawn ones are not', () => {
    const a = claim('a', {});
    expect(disputed([a, claim('b', { kind: 'expected', earliest: '2020-01-03' })])).toEqual(new Set(['a', 'b']));
    expect(disputed([a, claim('b', { earliest: '2020-01-01' })])).toEqual(new Set());
    expect(disputed([a, claim('b', { party: 'blue', earliest: '2020-01-04', latest: '2020-01-04' })])).toEqual(
      new Set(),
    );
    expect(disputed([a, claim('b', { party: 'blue', withdrawn_on: '2020-05-01' })])).toEqual(new Set());
  });
});

describe('the outline of a map', () => {
  const square = (x: number, y: number): [number, number][] => [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
    [x, y],
  ];
  const area = (...rings: [number, number][][]) => ({ type: 'Polygon' as const, coordinates: rings });

  test('is what only one area has, whichever way its rings turn', () => {
    const outline = outlineOf([area(square(0, 0)), area([...square(1, 0)].reverse())]);
    expect(outline?.coordinates).toHaveLength(1);
    expect(new Set(outline?.coordinates.flat(2).map(String))).toEqual(
      new Set(['0,0', '1,0', '2,0', '2,1', '1,1', '0,1']),
    );
  });

  test('leaves holes out, filled or not', () => {
    const around: [number, number][] = [
      [-1, -1],
      [2, -1],
      [2, 2],
      [-1, 2],
      [-1, -1],
    ];
    expect(outlineOf([area(around, square(0, 0))])?.coordinates).toEqual([[around]]);
    expect(outlineOf([area(around, square(0, 0)), area(square(0, 0))])?.coordinates).toEqual([[around]]);
    expect(outlineOf([])).toBeNull();
  });
});

describe('the names under a route', () => {
  const places = [
    { name: 'Hama', kind: 'city', km: 0 },
    { name: 'Suran', kind: 'town', km: 2 },
    { name: 'Maar Hitat', kind: 'village', km: 53 },
    { name: 'Maarat', kind: 'town', km: 60 },
    { name: 'Rashidin 4', kind: 'village', km: 130 },
    { name: 'Aleppo', kind: 'city', km: 140 },
  ];

  test('are its ends first, then towns before villages, and none overlaps another', () => {
    expect(namesThatFit(places, 140).map(({ label }) => label)).toEqual(['Hama', 'Aleppo', 'Maarat']);
  });

  test('end at their place towards the far end, so that none sticks out', () => {
    expect(
      namesThatFit(places, 140)
        .filter(({ ends }) => ends)
        .map(({ label }) => label),
    ).toEqual(['Aleppo']);
  });
});

test('a day that no map stands for is told as unknown, in every language, between two maps as after the last one', async () => {
  const series = { complete_until: null, max_age_days: 14 } as Series;
  const told = (day: string) => reachInWords(series, ['2020-01-01', '2020-03-01'], day)?.join(' ') ?? null;
  expect(told('2020-01-15')).toBeNull();
  expect(told('2020-01-16')).toBe(
    'Nothing is known of 16 January 2020. Map and figures are those of the last map, of 1 January 2020.',
  );
  expect(told('2020-03-02')).toContain('The last map of the series is of 1 March 2020');
  expect(told('2020-03-16')).toMatch(/^Nothing is known of 16 March 2020\./);
  await speak('ar');
  // A mark that runs from left to right keeps the sign before its number.
  expect(figuresOf({ parties: [] }).signed(-12)).toBe('\u200e−12 كم²');
  expect(told('2999-01-01')).toMatch(/^لا يُعرف شيء عن .*2999|^لا يُعرف شيء عن .*٢٩٩٩/);
  await speak('tr');
  expect(told('2999-01-01')).toMatch(/^1 Ocak 2999 hakkında hiçbir şey bilinmiyor\./);
  await speak('en');
});
