import { describe, expect, it } from 'vitest';
import { intervals, type States, sinceOn } from '../../src/encirclement/intervals.js';
import type { ControlState } from '../../src/encirclement/verdict.js';
import { parseDate } from '../../src/model/dates.js';

const date = (text: string) => parseDate(text);
const both = (state: ControlState): States => ({ strict: state, lenient: state });
/** A history whose days are all known; a third entry says since when a change may have gone unseen. */
const history = (...entries: [day: string, value: States, possible?: string | null][]) =>
  entries.map(([day, value, possible]) => ({
    date: date(day),
    value,
    possible: possible === null ? null : date(possible ?? day),
  }));

describe('intervals', () => {
  it('merge neighbours of equal value into half-open intervals, the last one open', () => {
    const merged = intervals([
      { date: date('2019-08-01'), value: 'not_encircled', possible: date('2019-08-01') },
      { date: date('2019-08-21'), value: 'encircled', possible: date('2019-08-21') },
      { date: date('2019-08-23'), value: 'encircled', possible: date('2019-08-23') },
      { date: date('2019-09-10'), value: 'uncertain', possible: date('2019-09-10') },
    ]);
    expect(merged).toEqual([
      {
        value: 'not_encircled',
        from: '2019-08-01',
        to: '2019-08-21',
        began: { earliest: '2019-08-01', latest: '2019-08-01' },
      },
      {
        value: 'encircled',
        from: '2019-08-21',
        to: '2019-09-10',
        began: { earliest: '2019-08-21', latest: '2019-08-21' },
      },
      { value: 'uncertain', from: '2019-09-10', to: null, began: { earliest: '2019-09-10', latest: '2019-09-10' } },
    ]);
    expect(intervals([])).toEqual([]);
  });
});

describe('since', () => {
  const morek = history(
    ['2019-08-01', both('connected')],
    ['2019-08-20', { strict: 'pocket', lenient: 'connected' }],
    ['2019-08-21', both('pocket')],
    ['2019-08-22', { strict: 'engulfed', lenient: 'pocket' }],
    ['2019-08-23', both('engulfed')],
  );

  it('tells isolated from engulfed, each between what the strict and what the lenient mask say', () => {
    expect(sinceOn(morek, date('2019-10-01'))).toEqual({
      isolated: { earliest: '2019-08-20', latest: '2019-08-21' },
      engulfed: { earliest: '2019-08-22', latest: '2019-08-23' },
    });
  });

  it('says nothing while only the strict mask says so', () => {
    expect(sinceOn(morek, date('2019-08-20'))).toEqual({ isolated: null, engulfed: null });
    expect(sinceOn(morek, date('2019-08-22'))).toEqual({
      isolated: { earliest: '2019-08-20', latest: '2019-08-21' },
      engulfed: null,
    });
  });

  it('T1: counts the current island only', () => {
    const broken = history(
      ['2019-08-01', both('connected')],
      ['2019-08-21', both('pocket')],
      ['2019-09-10', both('connected_edge')],
      ['2019-09-12', both('engulfed')],
      ['2020-01-01', both('pocket')],
    );
    expect(sinceOn(broken, date('2020-01-15'))).toEqual({
      isolated: { earliest: '2019-09-12', latest: '2019-09-12' },
      engulfed: null,
    });
    expect(sinceOn(broken, date('2019-09-11'))).toEqual({ isolated: null, engulfed: null });
  });

  it('T4: the state on a date of change is the new one', () => {
    expect(sinceOn(morek, date('2019-08-21')).isolated).toEqual({ earliest: '2019-08-20', latest: '2019-08-21' });
  });

  it('ends a run where the post was not in place', () => {
    const gone = history(['2019-08-01', both('pocket')], ['2019-08-05', null], ['2019-08-07', both('pocket')]);
    expect(sinceOn(gone, date('2019-08-06'))).toEqual({ isolated: null, engulfed: null });
    expect(sinceOn(gone, date('2019-08-08')).isolated).toEqual({ earliest: '2019-08-07', latest: '2019-08-07' });
    expect(sinceOn([], date('2019-08-08'))).toEqual({ isolated: null, engulfed: null });
    const always = history(['2019-08-01', both('pocket')]);
    expect(sinceOn(always, date('2019-08-08')).isolated).toEqual({ earliest: '2019-08-01', latest: '2019-08-01' });
  });

  it('runs from the day after the map that showed the other to the map that shows it; of the first map, on or before it', () => {
    const seldom = history(
      ['2024-01-01', both('pocket'), null],
      ['2024-02-01', both('connected'), '2024-01-02'],
      ['2024-03-01', { strict: 'pocket', lenient: 'connected' }, '2024-02-02'],
      ['2024-04-01', both('pocket'), '2024-03-02'],
    );
    expect(sinceOn(seldom, date('2024-01-20')).isolated).toEqual({ earliest: null, latest: '2024-01-01' });
    expect(sinceOn(seldom, date('2024-05-01')).isolated).toEqual({ earliest: '2024-02-02', latest: '2024-04-01' });
  });
});
