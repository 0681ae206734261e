import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayNumber, type IsoDate, parseDate } from '../../src/model/dates.js';
import {
  closesAt,
  isTimeZone,
  type PeriodRule,
  periodContaining,
  periodOfKey,
  periodsBetween,
} from '../../src/reports/periods.js';

const ZONES = [
  'UTC',
  'Asia/Damascus', // put forward at midnight: the day begins at 01:00
  'Europe/Kyiv',
  'America/St_Johns', // put back at 00:01 until 2011: a date that begins twice
  'America/Sao_Paulo',
  'Pacific/Apia', // had no 30 December 2011
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
];
const calendar = (every: 'day' | 'week' | 'month', time_zone = 'UTC'): PeriodRule => ({
  every,
  kind: 'calendar',
  time_zone,
});
const rolling = (every: 'day' | 'week' | 'month'): PeriodRule => ({ every, kind: 'rolling', time_zone: 'UTC' });
const anyDay = (first = '1995-01-01', days = 16_000) =>
  fc.integer({ min: 0, max: days }).map((n) => addDays(parseDate(first), n));
const anyRule = (): fc.Arbitrary<PeriodRule> =>
  fc.oneof(
    fc.record({
      every: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
      kind: fc.constantFrom('calendar' as const, 'rolling' as const),
      time_zone: fc.constantFrom(...ZONES),
    }),
    fc.record({
      every: fc.constant('custom' as const),
      days: fc.integer({ min: 1, max: 40 }),
      starting: anyDay('1990-01-01', 1000),
      time_zone: fc.constantFrom(...ZONES),
    }),
  );
const keys = (rule: PeriodRule, from: string, to: string) =>
  periodsBetween(rule, parseDate(from), parseDate(to)).map(({ key }) => key);

/** The same without this file's arithmetic: the day's name by the platform, walked a day at a time. */
const weekday = (date: IsoDate) => new Date(`${date}T12:00:00Z`).getUTCDay();

describe('periods', () => {
  it('are ISO weeks from Monday, named by the year of their Thursday', () => {
    expect(periodContaining(calendar('week'), parseDate('2020-02-02'))).toEqual({
      key: '2020-W05',
      from: '2020-01-27',
      to: '2020-02-03',
    });
    const key = (date: string) => periodContaining(calendar('week'), parseDate(date))?.key;
    expect(['2019-12-30', '2020-12-31', '2021-01-03', '2021-01-04', '2016-01-03'].map(key)).toEqual([
      '2020-W01',
      '2020-W53',
      '2020-W53',
      '2021-W01',
      '2015-W53',
    ]);
  });

  it('of the winter of the M5 are eleven weeks', () => {
    const weeks = keys(calendar('week', 'Asia/Damascus'), '2019-12-16', '2020-03-02');
    expect(weeks).toHaveLength(11);
    expect([weeks[0], weeks[2], weeks[10]]).toEqual(['2019-W51', '2020-W01', '2020-W09']);
  });

  it('know month ends and the leap day', () => {
    const month = (date: string) => periodContaining(calendar('month'), parseDate(date));
    expect(month('2020-02-29')).toEqual({ key: '2020-02', from: '2020-02-01', to: '2020-03-01' });
    expect(month('2019-12-31')?.to).toBe('2020-01-01');
    expect(month('2100-02-28')?.to).toBe('2100-03-01');
    const rolled = (date: string) => periodContaining(rolling('month'), parseDate(date))?.from;
    expect([rolled('2020-03-30'), rolled('2020-03-29'), rolled('2021-03-30'), rolled('2020-02-29')]).toEqual([
      '2020-02-29',
      '2020-02-29',
      '2021-02-28',
      '2020-02-01',
    ]);
  });

  it('of a custom rule are counted from its first day, or are its one span', () => {
    const tens: PeriodRule = { every: 'custom', days: 10, starting: parseDate('2020-02-03'), time_zone: 'UTC' };
    expect(keys(tens, '2020-01-01', '2020-03-01')).toEqual(['2020-02-03_2020-02-13', '2020-02-13_2020-02-23']);
    expect(periodContaining(tens, parseDate('2020-02-02'))).toBeNull();
    const one: PeriodRule = {
      every: 'custom',
      from: parseDate('2019-12-15'),
      to: parseDate('2020-03-02'),
      time_zone: 'UTC',
    };
    expect(keys(one, '2019-01-01', '2021-01-01')).toEqual(['2019-12-15_2020-03-02']);
    expect(keys(one, '2020-01-01', '2021-01-01')).toEqual([]);
  });

  it('partition time: every day lies in one calendar period, and each period begins where the one before ended', () => {
    fc.assert(
      fc.property(anyRule(), anyDay(), fc.integer({ min: 0, max: 200 }), (rule, from, days) => {
        const to = addDays(from, days);
        const found = periodsBetween(rule, from, to);
        for (const [index, period] of found.entries()) {
          expect(period.from >= from && period.to <= to && period.from < period.to).toBe(true);
          const last = addDays(period.to, -1);
          expect(periodContaining(rule, last)).toEqual(period);
          const before = found[index - 1];
          if (!before) continue;
          if (rule.every !== 'custom' && rule.kind === 'rolling')
            expect(dayNumber(period.to)).toBe(dayNumber(before.to) + 1);
          else expect(period.from).toBe(before.to);
        }
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
      }),
      { seed: 20200101, numRuns: 400 },
    );
  });

  it('agree with a walk over the calendar a day at a time', () => {
    fc.assert(
      fc.property(anyDay(), (date) => {
        let monday = date;
        while (weekday(monday) !== 1) monday = addDays(monday, -1);
        expect(periodContaining(calendar('week'), date)).toMatchObject({ from: monday, to: addDays(monday, 7) });
        let next = date;
        while (next.slice(0, 7) === date.slice(0, 7)) next = addDays(next, 1);
        expect(periodContaining(calendar('month'), date)).toMatchObject({ from: `${date.slice(0, 7)}-01`, to: next });
        // ISO 8601: week 1 is the week with the first Thursday of the year.
        const thursday = addDays(monday, 3);
        let week = 0;
        for (let day = `${thursday.slice(0, 4)}-01-01` as IsoDate; day <= thursday; day = addDays(day, 1)) {
          if (weekday(day) === 4) week++;
        }
        expect(periodContaining(calendar('week'), date)?.key).toBe(
          `${thursday.slice(0, 4)}-W${String(week).padStart(2, '0')}`,
        );
      }),
      { seed: 20200229, numRuns: 300 },
    );
  });
});

describe('the key of a period', () => {
  it('gives the same period again, under any rule', () => {
    fc.assert(
      fc.property(anyRule(), anyDay(), (rule, day) => {
        const period = periodContaining(rule, day);
        if (period) expect(periodOfKey(rule, period.key)).toEqual(period);
      }),
    );
  });

  it.each(['', '2020', '2020-W54', '2020-W00', '2020-13', '2020-02-30', '2020-W06x', '2020-02-03_2020-02-99', 'x-W01'])(
    '%j is none of a weekly, a daily or a rolling rule',
    (key) => {
      for (const rule of [calendar('week'), calendar('day'), rolling('week')])
        expect(periodOfKey(rule, key)).toBeNull();
    },
  );
});

describe('a period is over', () => {
  it('at midnight of its own time zone, whatever the clocks do that night', () => {
    const close = (to: string, zone: string) => closesAt({ to: parseDate(to) }, zone);
    expect(close('2024-03-31', 'Europe/Kyiv')).toBe('2024-03-30T22:00:00.000Z');
    expect(close('2024-04-01', 'Europe/Kyiv')).toBe('2024-03-31T21:00:00.000Z'); // the day had 23 hours
    expect(close('2024-10-28', 'Europe/Kyiv')).toBe('2024-10-27T22:00:00.000Z'); // and this one 25
    expect(close('2020-03-27', 'Asia/Damascus')).toBe('2020-03-26T22:00:00.000Z'); // midnight became 01:00
    expect(close('2019-10-25', 'Asia/Damascus')).toBe('2019-10-24T22:00:00.000Z'); // midnight became 23:00 again
    expect(close('2010-11-07', 'America/St_Johns')).toBe('2010-11-07T03:30:00.000Z'); // 00:01 became 23:01: over for good
    expect(close('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z'); // a day that never was
    expect(close('2011-12-31', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  });

  it('at the last second after which no clock there shows its days: a walk over the minutes finds the same', () => {
    fc.assert(
      fc.property(anyDay('2004-01-01', 7600), fc.constantFrom(...ZONES), (to, zone) => {
        const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
        const end = dayNumber(to) * 86_400_000 + 16 * 3_600_000;
        let over = end;
        while (wall.format(over - 60_000) >= to) over -= 60_000;
        expect(Date.parse(closesAt({ to }, zone))).toBe(over);
      }),
      { seed: 20111230, numRuns: 150 },
    );
  });

  it('in a zone that exists', () => {
    expect(['Asia/Damascus', 'utc', 'Etc/GMT-3'].map(isTimeZone)).toEqual([true, true, true]);
    expect(['Mars/Olympus', '', '+02:00', 'Asia/Damascus\n'].map(isTimeZone)).toEqual([false, false, false, false]);
  });
});
