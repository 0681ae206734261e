import { describe, expect, it } from 'vitest';
import type { IsoDate } from '../../src/model/dates.js';
import { type Count, type CountedEvent, countedOnce, eventTotals } from '../../src/reports/event-totals.js';

const day = (text: string) => text as IsoDate;
const FROM = day('2020-02-03');
const TO = day('2020-02-10');
const count = (measure: string, value: number | null, rest: Partial<Count> = {}): Count => ({
  measure,
  value,
  qualifier: 'exact',
  period_from: null,
  period_to: null,
  part_of: null,
  ...rest,
});
const event = (id: string, counts: Count[], rest: Partial<CountedEvent> = {}): CountedEvent => ({
  id,
  earliest: day('2020-02-05'),
  latest: day('2020-02-05'),
  part_of: null,
  counts,
  ...rest,
});
const totals = (events: CountedEvent[]) => eventTotals(events, countedOnce(events, FROM, TO));
const verdict = (events: CountedEvent[], id: string) => countedOnce(events, FROM, TO).get(id);

describe('counts of a period', () => {
  it('count nobody twice: a part of a count, and an event inside another, are told and not added', () => {
    const whole = event('day', [count('killed', 25, { qualifier: 'at_least' })]);
    const parts = [
      event('town', [count('killed', 9), count('killed_children', 3, { part_of: 'killed' })], { part_of: 'day' }),
      event('village', [count('killed', 6)], { part_of: 'town' }),
    ];
    const alone = event('elsewhere', [count('killed', 4)]);
    const all = [whole, ...parts, alone];
    expect(totals(all)).toEqual([{ measure: 'killed', qualifier: 'at_least', value: 29, reports: 2 }]);
    expect(verdict(all, 'town')).toEqual(['part_of_event', 'part_of_count']);
    expect(verdict(all, 'village')).toEqual(['part_of_event']);
  });

  it('adds the parts where the whole says no number of that kind', () => {
    const whole = event('day', [count('injured', null, { wording: 'dozens' } as Partial<Count>)]);
    const parts = [
      event('a', [count('injured', 7)], { part_of: 'day' }),
      event('b', [count('injured', 2)], { part_of: 'day' }),
    ];
    expect(totals([whole, ...parts])).toEqual([{ measure: 'injured', qualifier: 'exact', value: 9, reports: 2 }]);
    expect(verdict([whole, ...parts], 'day')).toEqual(['no_number']);
  });

  it('keep how sure they are: a rounded count makes the sum rounded, what a side claims stands alone', () => {
    const events = [
      event('a', [count('killed', 5)]),
      event('b', [count('killed', 10, { qualifier: 'more_than' })]),
      event('c', [count('killed', 20, { qualifier: 'nearly' })]),
      event('d', [count('killed', 300, { qualifier: 'claimed' })]),
    ];
    expect(totals(events)).toEqual([
      { measure: 'killed', qualifier: 'about', value: 35, reports: 3 },
      { measure: 'killed', qualifier: 'claimed', value: 300, reports: 1 },
    ]);
    expect(totals(events.slice(0, 2))[0]?.qualifier).toBe('at_least');
  });

  it('leave out what was counted over other days, and the smaller of two counts over shared days', () => {
    const summer = count('displaced', 500_000, { period_from: day('2019-04-30'), period_to: day('2019-08-31') });
    const early = count('displaced', 8000, { period_from: day('2020-02-03'), period_to: day('2020-02-06') });
    const late = count('displaced', 11_000, { period_from: day('2020-02-05'), period_to: day('2020-02-09') });
    const events = [
      event('summer', [summer]),
      event('early', [early]),
      event('late', [late]),
      event('one day', [count('displaced', 40)]),
    ];
    expect(verdict(events, 'summer')).toEqual(['other_period']);
    expect(verdict(events, 'early')).toEqual(['overlapping_period']);
    expect(totals(events)).toEqual([{ measure: 'displaced', qualifier: 'exact', value: 11_040, reports: 2 }]);
  });

  it('never add how far a town is, nor events that enclose one another in a ring', () => {
    const events = [
      event('a', [count('distance_km', 33), count('killed', 1)], { part_of: 'b' }),
      event('b', [count('posts', 12)], { part_of: 'a' }),
    ];
    expect(totals(events)).toEqual([{ measure: 'killed', qualifier: 'exact', value: 1, reports: 1 }]);
  });
});
