import { describe, expect, it } from 'vitest';
import { classOf } from '../../src/model/classes.js';
import { parseDate } from '../../src/model/dates.js';
import { type ControlFrom, placeChanges, placeSince } from '../../src/series/reference/place-history.js';

const held = (place: string, day: string, party: string | null, status: string | null = 'controlled'): ControlFrom => ({
  place,
  valid_on: parseDate(`2020-01-${day}`),
  party,
  status,
});
const changes = (history: readonly ControlFrom[], from: string, to: string, kind: 'derived' | 'imported' = 'derived') =>
  placeChanges(
    history,
    parseDate(`2020-01-${from}`),
    parseDate(`2020-01-${to}`),
    (row) => classOf(row.status, row.party),
    { kind },
  ).map(({ place, from: was, to: is, on }) => [place, was, is, on.earliest.slice(8), on.latest.slice(8)]);

describe('who holds a place', () => {
  it('since: the first day of the present spell, of party and of status', () => {
    const rows = [
      held('a', '01', 'p'),
      held('a', '05', 'p'),
      held('a', '09', 'q', 'contested'),
      held('a', '10', 'q'),
      held('a', '12', 'q'),
      held('b', '01', 'p'),
      held('b', '12', 'p'),
    ];
    const mapDays = ['01', '05', '09', '10', '12'].map((day) => parseDate(`2020-01-${day}`));
    const since = (kind: 'derived' | 'imported') =>
      [...placeSince(rows, { kind, mapDays })].map(([id, { earliest, latest }]) => [id, earliest, latest]);
    expect(since('derived')).toEqual([
      ['a', '2020-01-10', '2020-01-10'],
      ['b', null, '2020-01-01'],
    ]);
    expect(since('imported')).toEqual([
      ['a', '2020-01-10', '2020-01-10'],
      ['b', null, '2020-01-01'],
    ]);
    const without = rows.filter(({ valid_on }) => valid_on !== '2020-01-09');
    const seldom = mapDays.filter((day) => day !== '2020-01-09');
    expect(placeSince(without, { kind: 'imported', mapDays: seldom }).get('a')).toEqual({
      earliest: '2020-01-06',
      latest: '2020-01-10',
    });
    // A map of the start of its day says nothing of that day.
    expect(placeSince(without, { kind: 'imported', date_means: 'start', mapDays: seldom }).get('a')).toEqual({
      earliest: '2020-01-05',
      latest: '2020-01-10',
    });
    expect(placeSince([], { kind: 'imported', mapDays }).size).toBe(0);
  });

  const contestedFirst = [
    held('a', '01', 'p'),
    held('a', '05', 'p'),
    held('a', '08', 'q', 'contested'),
    held('a', '10', 'q'),
    held('a', '12', 'q'),
    held('b', '01', 'p'),
    held('b', '12', 'p'),
  ];

  it('changed between the last day it was surely the one’s and the first it was surely the other’s', () => {
    expect(changes(contestedFirst, '02', '20')).toEqual([['a', 'p', 'q', '08', '10']]);
    expect(changes(contestedFirst, '02', '09')).toEqual([['a', 'p', 'contested', '08', '08']]);
    expect(changes(contestedFirst, '08', '10')).toEqual([['a', 'contested', 'q', '10', '10']]);
    // Published maps say nothing of the days between them.
    expect(changes(contestedFirst, '02', '20', 'imported')).toEqual([['a', 'p', 'q', '06', '10']]);
  });

  it('did not change before the first day or after the second, nor where one class holds it on both', () => {
    expect(changes(contestedFirst, '01', '07')).toEqual([]);
    expect(changes(contestedFirst, '10', '20')).toEqual([]);
    expect(changes(contestedFirst, '01', '08')).toEqual([['a', 'p', 'contested', '08', '08']]);
  });

  it('that went back and forth changed when it last went', () => {
    const back = [
      held('a', '01', 'p'),
      held('a', '03', 'q'),
      held('a', '05', 'p'),
      held('a', '06', 'p', 'contested'),
      held('a', '07', 'q'),
      held('a', '09', 'q'),
    ];
    expect(changes(back, '01', '20')).toEqual([['a', 'p', 'q', '06', '07']]);
    expect(changes(back, '01', '05')).toEqual([]);
    expect(changes(back, '03', '05')).toEqual([['a', 'q', 'p', '05', '05']]);
  });

  it('not on the first day’s map has not changed', () => {
    expect(changes([held('new', '05', 'p'), held('new', '09', 'q')], '02', '20')).toEqual([]);
  });
});
