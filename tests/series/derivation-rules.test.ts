import { describe, expect, it } from 'vitest';
import { cellNeighbours } from '../../src/model/cells.js';
import { parseDate } from '../../src/model/dates.js';
import {
  type DerivablePlace,
  deriveControl,
  type MovingClaim,
  placeSpells,
  sourceWeight,
} from '../../src/series/derivation/derive-control.js';

const day = (n: number) => parseDate(`2020-01-${String(n).padStart(2, '0')}`);
const source = (
  no: number,
  stance: 'independent' | 'press' | 'partisan' | 'general' = 'press',
  favours: string | null = null,
) => ({
  no,
  publisher: `publisher ${no}`,
  stance,
  favours,
});
const claim = (
  no: number,
  place: string,
  from: number,
  until = from,
  more: Partial<MovingClaim> = {},
): MovingClaim => ({
  no,
  place,
  kind: 'captured',
  party: 'red',
  earliest: day(from),
  latest: day(until),
  sources: [source(no)],
  ...more,
});
const place = (
  id: string,
  x: number,
  y = 0,
  party = 'blue',
  basis: 'stated' | 'inferred' = 'stated',
): DerivablePlace => ({
  id,
  name: id.toUpperCase(),
  x,
  y,
  initial: { party, basis, source: 100 },
});

describe('the spells of one place', () => {
  const spells = (...claims: MovingClaim[]) => placeSpells(place('a', 0), claims).slice(1);
  const reported = (...claims: MovingClaim[]) =>
    spells(...claims).map(({ from, holding }) => `${from.slice(8)} ${holding.status} ${holding.party}`);

  it('begin with the initial holder, half as sure where that was inferred', () => {
    const [stated] = placeSpells(place('a', 0), []);
    expect(stated).toEqual({
      from: '0001-01-01',
      holding: {
        party: 'blue',
        status: 'controlled',
        confidence: 0.3,
        claims: [],
        source: 100,
        reason: 'initial state',
      },
    });
    expect(placeSpells(place('a', 0, 0, 'blue', 'inferred'), [])[0]?.holding.confidence).toBe(0.15);
  });

  it('rest on all the claims of a transition, and on the word of its heaviest source', () => {
    const first = claim(4, 'a', 5, 8, { sources: [source(4, 'general'), source(5, 'independent'), source(6)] });
    const second = claim(7, 'a', 6, 7, { sources: [source(8, 'independent')] });
    const [contested, held] = spells(first, second);
    expect(held?.holding).toMatchObject({ claims: [4, 7], source: 5, reason: null });
    expect(contested?.holding).toMatchObject({ claims: [4, 7], source: 5, status: 'contested' });
    expect(held?.holding.confidence).toBeCloseTo(1 - 0.7 * 0.1 * 0.3 * 0.1, 12);
  });

  it('overlapping captures by one party are one: contested from the first day, held from the first that is sure', () => {
    expect(reported(claim(1, 'a', 5, 12), claim(2, 'a', 8, 9))).toEqual(['05 contested red', '09 controlled red']);
    expect(reported(claim(1, 'a', 5, 8), claim(2, 'a', 8, 12))).toEqual(['05 contested red', '08 controlled red']);
    // The third joins because the second reaches its first day.
    expect(reported(claim(1, 'a', 5, 8), claim(2, 'a', 7, 12), claim(3, 'a', 10, 14))).toEqual([
      '05 contested red',
      '08 controlled red',
    ]);
    expect(reported(claim(1, 'a', 5, 8), claim(2, 'a', 9, 12))).toHaveLength(4);
    // Not those of another party, nor of another kind.
    expect(reported(claim(1, 'a', 5, 8), claim(2, 'a', 6, 7, { party: 'green' }))).toEqual([
      '05 contested red',
      '06 contested green',
      '07 controlled green',
      '08 controlled red',
    ]);
    expect(reported(claim(1, 'a', 5, 5), claim(2, 'a', 5, 5, { kind: 'lost', party: 'blue' }))).toEqual([
      '05 controlled red',
      '05 contested blue',
    ]);
  });

  it('a loss is contested from its first day, on one day or over several', () => {
    expect(reported(claim(1, 'a', 5, 5, { kind: 'lost', party: 'blue' }))).toEqual(['05 contested blue']);
    expect(reported(claim(1, 'a', 5, 9, { kind: 'lost', party: 'blue' }))).toEqual(['05 contested blue']);
  });

  it('a dispute lasts through its last day, hides what happens within it, and gives way to who took the place meanwhile', () => {
    const fight = (from: number, until: number) => claim(9, 'a', from, until, { kind: 'contested', party: 'green' });
    expect(reported(fight(5, 7))).toEqual(['05 contested green', '08 controlled blue']);
    expect(reported(claim(1, 'a', 6), fight(5, 7))).toEqual(['05 contested green', '08 controlled red']);
    expect(reported(claim(1, 'a', 8), fight(5, 7))).toEqual(['05 contested green', '08 controlled red']);
    expect(reported(claim(1, 'a', 4), claim(2, 'a', 12, 12, { party: 'blue' }), fight(5, 7))).toEqual([
      '04 controlled red',
      '05 contested green',
      '08 controlled red',
      '12 controlled blue',
    ]);
    // Two claims of one fight: until the later of them ends.
    expect(reported(fight(5, 7), claim(8, 'a', 6, 10, { kind: 'contested', party: 'green' }))).toEqual([
      '05 contested green',
      '11 controlled blue',
    ]);
    expect(reported(claim(8, 'a', 5, 10, { kind: 'contested', party: 'green' }), fight(6, 7))).toEqual([
      '05 contested green',
      '11 controlled blue',
    ]);
  });
});

it('only a partisan admits anything: others weigh the same whomever they favour', () => {
  expect(sourceWeight(source(1, 'press', 'blue'), 'red')).toBe(0.7);
  expect(sourceWeight(source(1, 'partisan', 'blue'), 'red')).toBe(0.9);
  expect(sourceWeight(source(1, 'partisan', 'red'), 'red')).toBe(0.5);
  expect(sourceWeight(source(1, 'partisan'), 'red')).toBe(0.5);
});

describe('the states of a series', () => {
  const row = (ids: string) => [...ids].map((id, i) => place(id, 1000 * i));
  const next = (ids: string) =>
    new Map([...ids].map((id, i) => [id, new Set([ids[i - 1], ids[i + 1]].filter((other) => other !== undefined))]));
  const derive = (ids: string, claims: MovingClaim[], more: Partial<Parameters<typeof deriveControl>[0]> = {}) =>
    deriveControl({
      places: row(ids),
      claims,
      neighbours: next(ids),
      atEdge: new Set(),
      rMaxM: 10_000,
      firstDate: day(3),
      completeUntil: day(25),
      ...more,
    });
  const reported = (states: ReturnType<typeof derive>) =>
    states.map(
      ({ date, holdings }) =>
        `${date.slice(8)} ${[...holdings].map(([id, { party, status }]) => `${id}:${party[0]}${status === 'controlled' ? '' : status[1]}`).join(' ')}`,
    );

  it('begin on the first day with what was so by then, end on the last complete one, and are in order of days', () => {
    const claims = [
      claim(1, 'a', 20),
      claim(2, 'b', 2),
      claim(3, 'c', 25),
      claim(4, 'd', 26),
      claim(5, 'e', 3),
      claim(6, 'f', 11),
    ];
    expect(reported(derive('abcdef', claims))).toEqual([
      '03 a:b b:r c:b d:b e:r f:b',
      '11 a:b b:r c:b d:b e:r f:r',
      '20 a:r b:r c:b d:b e:r f:r',
      '25 a:r b:r c:r d:b e:r f:r',
    ]);
  });

  it('a day on which nothing is different has no state of its own', () => {
    const again = claim(2, 'a', 9, 9, { sources: [source(1)] });
    const states = derive('ab', [claim(1, 'a', 5), { ...again, no: 1 }]);
    expect(states.map(({ date }) => date.slice(8))).toEqual(['03', '05']);
    // The same party on another claim's word is a state of its own.
    expect(derive('ab', [claim(1, 'a', 5), claim(2, 'a', 9)]).map(({ date }) => date.slice(8))).toEqual([
      '03',
      '05',
      '09',
    ]);
  });

  it('a place follows the nearest that is reported on, across and along, within reach and at its very end', () => {
    // b has a (3 km east, 4 km north) and c (6 km west) around it; both must go, but whom it follows is a.
    const places = [place('a', 3000, 4000), place('b', 0), place('c', -6000)];
    const neighbours = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a', 'c'])],
      ['c', new Set(['b'])],
    ]);
    const both = [claim(1, 'a', 5), claim(2, 'c', 9)];
    const at = (rMaxM: number) => derive('', both, { places, neighbours, rMaxM }).at(-1)?.holdings.get('b');
    expect(at(10_000)).toMatchObject({ status: 'claimed', claims: [1], reason: expect.stringContaining('follows A') });
    expect(at(5000)).toMatchObject({ status: 'claimed' });
    expect(at(4999)).toMatchObject({ status: 'controlled', party: 'blue' });
    // Of two equally near the later in the list.
    const mirrored = [place('a', 5000), place('b', 0), place('c', -5000)];
    expect(derive('', both, { places: mirrored, neighbours }).at(-1)?.holdings.get('b')?.claims).toEqual([2]);
  });

  it('a place does not follow while the one it follows, or one beside it, is contested', () => {
    const fight = claim(3, 'c', 9, 25, { kind: 'contested' });
    expect(reported(derive('abc', [claim(1, 'a', 5), fight])).at(-1)).toBe('09 a:r b:b c:ro');
    const led = claim(1, 'a', 5, 20);
    expect(reported(derive('abc', [led, claim(2, 'c', 6)]))).toEqual([
      '03 a:b b:b c:b',
      '05 a:ro b:b c:b',
      '06 a:ro b:b c:r',
      '20 a:r b:rl c:r',
    ]);
  });

  it('a cluster goes only when one party stands all around it, and nothing alone in the world goes', () => {
    const green = claim(2, 'd', 9, 9, { party: 'green' });
    expect(reported(derive('abcd', [claim(1, 'a', 5), green])).at(-1)).toBe('09 a:r b:b c:b d:g');
    const lonely = derive('', [claim(1, 'a', 5)], {
      places: [place('a', 0), place('b', 1000)],
      neighbours: new Map([['a', new Set<string>()]]),
    });
    expect(lonely.at(-1)?.holdings.get('b')).toMatchObject({ party: 'blue', status: 'controlled' });
  });

  it('is no surer where it follows than general knowledge, nor than whom it follows', () => {
    const weak = { sources: [source(1, 'general')] };
    const followed = (more: Partial<MovingClaim>) =>
      derive('abc', [claim(1, 'a', 5, 5, more), claim(2, 'c', 9, 9, more)])
        .at(-1)
        ?.holdings.get('b')?.confidence;
    expect(followed({ sources: [source(1, 'independent')] })).toBe(0.3);
    expect(followed(weak)).toBeCloseTo(0.3, 12);
  });
});

it('cells with an edge in common are neighbours, in whichever direction either draws it, upright or not', () => {
  const cell = (id: string, ...ring: [number, number][]) => ({
    id,
    coordinates: [[[...ring, ring[0] as [number, number]]]],
  });
  const { neighbours, atEdge } = cellNeighbours([
    cell('inside', [1, 1], [2, 1], [2, 2], [1, 2]),
    cell('south', [0, 0], [3, 0], [2, 1], [1, 1]),
    cell('east', [3, 0], [3, 3], [2, 2], [2, 1]),
    cell('north', [3, 3], [0, 3], [1, 2], [2, 2]),
    cell('west', [0, 3], [0, 0], [1, 1], [1, 2]),
  ]);
  expect([...(neighbours.get('inside') ?? [])].sort()).toEqual(['east', 'north', 'south', 'west']);
  expect([...(neighbours.get('east') ?? [])].sort()).toEqual(['inside', 'north', 'south']);
  expect([...atEdge].sort()).toEqual(['east', 'north', 'south', 'west']);
  // An edge that one cell has twice (it touches itself) makes it nobody's neighbour.
  const folded = cellNeighbours([cell('a', [0, 0], [1, 0], [1, 1], [1, 0])]);
  expect([...(folded.neighbours.get('a') ?? [])]).toEqual([]);
});
