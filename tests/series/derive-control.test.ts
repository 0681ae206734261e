import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellNeighbours } from '../../src/model/cells.js';
import type { IsoDate } from '../../src/model/dates.js';
import {
  type ClaimSource,
  confidenceOf,
  type DerivablePlace,
  deriveControl,
  type MovingClaim,
  placeSpells,
  type Stance,
} from '../../src/series/derivation/derive-control.js';

const day = (text: string) => text as IsoDate;
const source = (no: number, stance: Stance = 'press', favours: string | null = null): ClaimSource => ({
  no,
  publisher: `publisher ${no}`,
  stance,
  favours,
});
const claim = (given: Partial<MovingClaim> & { earliest: IsoDate; latest: IsoDate }): MovingClaim => ({
  no: 1,
  place: 'b',
  kind: 'captured',
  party: 'red',
  sources: [source(1)],
  ...given,
});
const place = (id: string, x: number, basis: 'stated' | 'inferred' = 'stated'): DerivablePlace => ({
  id,
  name: id.toUpperCase(),
  x,
  y: 0,
  initial: { party: 'blue', basis, source: 100 },
});

describe('the spells of a place', () => {
  const spells = (...claims: MovingClaim[]) =>
    placeSpells(place('b', 0), claims).map(({ from, holding }) => `${from} ${holding.status} ${holding.party}`);

  it('the former holder stays until the earliest day, then it is contested, then it has passed', () => {
    expect(spells(claim({ earliest: day('2020-01-05'), latest: day('2020-01-08') }))).toEqual([
      '0001-01-01 controlled blue',
      '2020-01-05 contested red',
      '2020-01-08 controlled red',
    ]);
  });

  it('a claim of a single day flips the place on its day', () => {
    const flipped = claim({ earliest: day('2020-01-05'), latest: day('2020-01-05') });
    expect(spells(flipped)).toEqual(['0001-01-01 controlled blue', '2020-01-05 controlled red']);
  });

  it('one source is enough: of overlapping windows the first sure day counts', () => {
    const wide = claim({ no: 1, earliest: day('2019-08-20'), latest: day('2019-08-22') });
    const exact = claim({ no: 2, earliest: day('2019-08-21'), latest: day('2019-08-21') });
    expect(spells(wide, exact)).toEqual([
      '0001-01-01 controlled blue',
      '2019-08-20 contested red',
      '2019-08-21 controlled red',
    ]);
  });

  it('a place that changes hands three times has every spell', () => {
    const taken = claim({ no: 1, earliest: day('2019-05-08'), latest: day('2019-05-08') });
    const back = claim({ no: 2, party: 'blue', earliest: day('2019-05-21'), latest: day('2019-05-21') });
    const again = claim({ no: 3, earliest: day('2019-05-26'), latest: day('2019-05-26') });
    expect(spells(again, back, taken).slice(1)).toEqual([
      '2019-05-08 controlled red',
      '2019-05-21 controlled blue',
      '2019-05-26 controlled red',
    ]);
  });

  it('a dispute holds on its own days and says nothing of who holds the place afterwards', () => {
    const taken = claim({ no: 1, earliest: day('2020-01-28'), latest: day('2020-01-28') });
    const fighting = claim({ no: 2, kind: 'contested', earliest: day('2020-01-28'), latest: day('2020-01-28') });
    expect(spells(taken, fighting)).toEqual([
      '0001-01-01 controlled blue',
      '2020-01-28 contested red',
      '2020-01-29 controlled red',
    ]);
  });

  it('who lost a place leaves it contested until somebody takes it', () => {
    const left = claim({ kind: 'lost', party: 'blue', earliest: day('2020-01-05'), latest: day('2020-01-06') });
    expect(spells(left)).toEqual(['0001-01-01 controlled blue', '2020-01-05 contested blue']);
  });

  it('in any order of claims the spells are the same, in order of days', () => {
    const days = fc.integer({ min: 1, max: 28 });
    const claims = fc.array(
      fc
        .tuple(days, days, fc.constantFrom('red', 'blue'))
        .map(([a, b, party]) => ({ a: Math.min(a, b), b: Math.max(a, b), party })),
      { maxLength: 8 },
    );
    const written = (n: number) => day(`2020-01-${String(n).padStart(2, '0')}`);
    fc.assert(
      fc.property(claims, fc.integer(), (given, seed) => {
        const all = given.map(({ a, b, party }, no) => claim({ no, party, earliest: written(a), latest: written(b) }));
        const shuffled = [...all].sort((p, q) => ((p.no * 7919 + seed) % 13) - ((q.no * 7919 + seed) % 13));
        const once = spells(...all);
        expect(spells(...shuffled)).toEqual(once);
        expect([...once].sort((p, q) => (p.slice(0, 10) < q.slice(0, 10) ? -1 : 0)).map((s) => s.slice(0, 10))).toEqual(
          once.map((s) => s.slice(0, 10)),
        );
      }),
    );
  });
});

describe('confidence', () => {
  it('grows with independent sources, and a publisher counts once', () => {
    expect(confidenceOf([source(1)], 'red')).toBeCloseTo(0.7);
    expect(confidenceOf([source(1), source(1)], 'red')).toBeCloseTo(0.7);
    expect(confidenceOf([source(1), source(2, 'partisan')], 'red')).toBeCloseTo(1 - 0.3 * 0.5);
  });

  it('an admission against interest is worth as much as an independent source', () => {
    expect(confidenceOf([source(1, 'partisan', 'red')], 'red')).toBeCloseTo(0.5);
    expect(confidenceOf([source(1, 'partisan', 'blue')], 'red')).toBeCloseTo(0.9);
  });

  it('is halved while the place is contested', () => {
    const [, contested, held] = placeSpells(place('b', 0), [
      claim({ earliest: day('2020-01-05'), latest: day('2020-01-08') }),
    ]);
    expect(contested?.holding.confidence).toBeCloseTo(0.35);
    expect(held?.holding.confidence).toBeCloseTo(0.7);
  });
});

describe('places without a report of their own', () => {
  // Cells in a row: a – b – c – d – e, a kilometre apart.
  const row = (ids: string) => ids.split('').map((id, index) => place(id, index * 1000, 'inferred'));
  const neighbours = (ids: string) =>
    new Map(
      ids.split('').map((id, i) => [id, new Set([ids[i - 1], ids[i + 1]].filter((other) => other !== undefined))]),
    );
  const derived = (ids: string, claims: MovingClaim[], atEdge: string[] = []) =>
    deriveControl({
      places: row(ids),
      claims,
      neighbours: neighbours(ids),
      atEdge: new Set(atEdge),
      rMaxM: 10_000,
      firstDate: day('2020-01-01'),
      completeUntil: day('2020-02-01'),
    });
  const captured = (id: string, no: number) =>
    claim({ no, place: id, earliest: day(`2020-01-${10 + no}`), latest: day(`2020-01-${10 + no}`) });
  const last = (ids: string, claims: MovingClaim[], atEdge: string[] = []) => {
    const { holdings } = derived(ids, claims, atEdge).at(-1) as ReturnType<typeof derived>[number];
    return ids.split('').map((id) => `${id} ${holdings.get(id)?.status} ${holdings.get(id)?.party}`);
  };

  it('keep their holder until the nearest reported place and all their surroundings have gone', () => {
    expect(last('abc', [captured('a', 1)], ['c'])).toEqual([
      'a controlled red',
      'b controlled blue',
      'c controlled blue',
    ]);
    expect(last('abc', [captured('a', 1), captured('c', 2)])[1]).toBe('b claimed red');
  });

  it("do not follow a neighbour that was the other side's from the beginning", () => {
    const [a, b, c] = row('abc') as [DerivablePlace, DerivablePlace, DerivablePlace];
    const states = deriveControl({
      places: [a, { ...b, initial: { ...b.initial, party: 'red' } }, c],
      claims: [
        captured('a', 1),
        claim({ no: 2, place: 'c', party: 'blue', earliest: day('2020-01-20'), latest: day('2020-01-20') }),
      ],
      neighbours: neighbours('abc'),
      atEdge: new Set(),
      rMaxM: 10_000,
      firstDate: day('2020-01-01'),
      completeUntil: day('2020-02-01'),
    });
    expect(states[0]?.holdings.get('b')).toMatchObject({ party: 'red', status: 'controlled' });
  });

  it('say why they followed, with low confidence and the claims of whom they followed', () => {
    const states = derived('abc', [captured('a', 1), captured('c', 2)]);
    const followed = states.at(-1)?.holdings.get('b');
    expect(followed?.reason).toContain('no report of its own');
    expect(followed?.confidence).toBeLessThanOrEqual(0.3);
    expect(followed?.claims.length).toBe(1);
  });

  it('never stay behind as a pocket that rests on nothing', () => {
    expect(last('abcd', [captured('a', 1), captured('d', 2)])).toEqual([
      'a controlled red',
      'b claimed red',
      'c claimed red',
      'd controlled red',
    ]);
  });

  it('stay where the map ends: what surrounds them is not all known', () => {
    expect(last('abcd', [captured('a', 1), captured('d', 2)], ['b'])[1]).toBe('b controlled blue');
  });

  it('a pocket that a claim holds stays', () => {
    const held = claim({ no: 9, place: 'b', party: 'blue', earliest: day('2020-01-02'), latest: day('2020-01-02') });
    expect(last('abc', [captured('a', 1), captured('c', 2), held])[1]).toBe('b controlled blue');
  });

  it('states differ from one to the next, and the first is on the first day', () => {
    const states = derived('abc', [captured('a', 1), captured('c', 2)]);
    expect(states.map((state) => state.date)).toEqual(['2020-01-01', '2020-01-11', '2020-01-12']);
  });
});

it('cells that share an edge are neighbours; an edge of one cell alone is the edge of the map', () => {
  const square = (id: string, x: number) => ({
    id,
    coordinates: [
      [
        [
          [x, 0],
          [x + 1, 0],
          [x + 1, 1],
          [x, 1],
          [x, 0],
        ] as [number, number][],
      ],
    ],
  });
  const { neighbours, atEdge } = cellNeighbours([square('a', 0), square('b', 1), square('c', 3)]);
  expect([...(neighbours.get('a') ?? [])]).toEqual(['b']);
  expect([...(neighbours.get('c') ?? [])]).toEqual([]);
  expect([...atEdge].sort()).toEqual(['a', 'b', 'c']);
});
