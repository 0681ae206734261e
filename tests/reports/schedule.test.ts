import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Instant, type IsoDate } from '../../src/model/dates.js';
import { closesAt, localDate, type PeriodRule } from '../../src/reports/periods.js';
import { dueAt, duePeriods, isCron } from '../../src/reports/schedule.js';
import { wronglyDue } from '../setup/clocks.js';

const day = (text: string) => text as IsoDate;
const at = (text: string) => text as Instant;
const weekly = (time_zone: string): PeriodRule => ({ every: 'week', kind: 'calendar', time_zone });
const mondaysAtSix = (time_zone: string) => ({ cron: '0 6 * * 1', time_zone });
const CLOSED = { firstDate: day('2019-12-16'), completeUntil: day('2020-03-05') };
const keys = (periods: { key: string }[]) => periods.map(({ key }) => key);

describe('a report is due', () => {
  it('as soon as its period is over in its own time zone', () => {
    const report = { period: weekly('Asia/Damascus'), schedule: null, since: null };
    expect(dueAt(report, { to: day('2020-02-10') })).toBe('2020-02-09T22:00:00.000Z');
  });

  it('at the first instant of its schedule from then on, the closing one included', () => {
    const report = (cron: string) => ({ period: weekly('UTC'), schedule: { cron, time_zone: 'UTC' }, since: null });
    expect(dueAt(report('0 6 * * 1'), { to: day('2020-02-10') })).toBe('2020-02-10T06:00:00.000Z');
    expect(dueAt(report('0 0 * * *'), { to: day('2020-02-10') })).toBe('2020-02-10T00:00:00.000Z');
    expect(dueAt(report('0 6 * * 5'), { to: day('2020-02-10') })).toBe('2020-02-14T06:00:00.000Z');
  });

  it.each([
    ['the clock goes forward', 'Europe/Kyiv', '2020-03-30', '2020-03-30T03:00:00.000Z'],
    ['the week before it does', 'Europe/Kyiv', '2020-03-23', '2020-03-23T04:00:00.000Z'],
    ['the clock goes back', 'Europe/Kyiv', '2020-10-26', '2020-10-26T04:00:00.000Z'],
    ['the week before it does', 'Europe/Kyiv', '2020-10-19', '2020-10-19T03:00:00.000Z'],
    ['a zone half an hour off', 'Asia/Kolkata', '2020-03-02', '2020-03-02T00:30:00.000Z'],
  ])('at six in the morning by the clock on the wall: %s', (_, zone, to, expected) => {
    const report = { period: weekly(zone), schedule: mondaysAtSix(zone), since: null };
    expect(dueAt(report, { to: day(to) })).toBe(expected);
  });

  it('once when its hour comes twice, and after it when its hour is skipped', () => {
    const daily: PeriodRule = { every: 'day', kind: 'calendar', time_zone: 'Europe/Kyiv' };
    const half = (hour: number) => ({ cron: `30 ${hour} * * *`, time_zone: 'Europe/Kyiv' });
    // 2020-10-25: 03:30 comes at 00:30Z (summer) and at 01:30Z (winter). 2020-03-29: 03:30 does not come at all.
    const twice = dueAt({ period: daily, schedule: half(3), since: null }, { to: day('2020-10-25') });
    expect(['2020-10-25T00:30:00.000Z', '2020-10-25T01:30:00.000Z']).toContain(twice);
    const skipped = dueAt({ period: daily, schedule: half(3), since: null }, { to: day('2020-03-29') });
    expect(localDate(skipped, 'Europe/Kyiv')).toBe('2020-03-29');
  });

  it('never before its period is over, and never a week after it, in any zone', () => {
    const zones = ['UTC', 'Europe/Kyiv', 'Asia/Damascus', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe'];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        (days, zone, minute, hour) => {
          const to = addDays(day('2015-01-05'), days);
          const report = {
            period: weekly(zone),
            schedule: { cron: `${minute} ${hour} * * 1`, time_zone: zone },
            since: null,
          };
          const waits = Date.parse(dueAt(report, { to })) - Date.parse(closesAt({ to }, zone));
          expect(waits).toBeGreaterThanOrEqual(0);
          expect(waits).toBeLessThanOrEqual((7 * 24 + 1) * 3_600_000);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the due periods', () => {
  const report = { period: weekly('UTC'), schedule: null, since: null };

  it('of a series that has ended are all that it covers whole, whenever the report was defined', () => {
    const due = duePeriods(report, CLOSED, at('2026-11-22T00:00:00Z'), at('2026-11-22T00:01:00Z'));
    expect(keys(due)).toEqual([
      ...['2019-W51', '2019-W52', '2020-W01', '2020-W02', '2020-W03', '2020-W04'],
      ...['2020-W05', '2020-W06', '2020-W07', '2020-W08', '2020-W09'],
    ]);
  });

  it('of one that goes on are those that close after the report was defined, as they close', () => {
    const live = { firstDate: day('2024-01-01'), completeUntil: null };
    const due = (now: string) => keys(duePeriods(report, live, at('2026-11-18T12:00:00Z'), at(now)));
    expect(due('2026-11-22T23:59:59Z')).toEqual([]);
    expect(due('2026-11-23T00:00:00Z')).toEqual(['2026-W47']);
    expect(due('2026-12-07T00:00:00Z')).toEqual(['2026-W47', '2026-W48', '2026-W49']);
  });

  it('begin earlier or later when `since` says so', () => {
    const since = (text: string) => ({ ...report, since: day(text) });
    const live = { firstDate: day('2024-01-01'), completeUntil: null };
    expect(keys(duePeriods(since('2026-11-02'), live, at('2026-11-18T12:00:00Z'), at('2026-11-18T12:00:00Z')))).toEqual(
      ['2026-W45', '2026-W46'],
    );
    expect(
      keys(duePeriods(since('2020-02-20'), CLOSED, at('2026-01-01T00:00:00Z'), at('2026-01-01T00:00:00Z'))),
    ).toEqual(['2020-W09']);
  });

  it('wait for the schedule', () => {
    const sunday = { ...report, schedule: { cron: '0 6 * * 0', time_zone: 'UTC' } };
    const live = { firstDate: day('2024-01-01'), completeUntil: null };
    const due = (now: string) => keys(duePeriods(sunday, live, at('2026-11-18T12:00:00Z'), at(now)));
    expect(due('2026-11-29T05:59:59Z')).toEqual([]);
    expect(due('2026-11-29T06:00:00Z')).toEqual(['2026-W47']);
  });
});

it.each(['0 6 * * 1', '*/5 * * * * *', '0 0 1 * *', '30 4 * * MON-FRI'])('%s is a cron expression', (text) => {
  expect(isCron(text)).toBe(true);
});

it.each(['', '6', '61 * * * *', 'every monday', '0 6 * * 1 2 3', '0 25 * * *'])('%j is none', (text) => {
  expect(isCron(text)).toBe(false);
});

describe('a schedule survives clocks that are put forward or back at midnight', () => {
  // Midnight is skipped or comes twice in all but the last two; tests/prove/schedules.test.ts takes every zone there is.
  it.each([
    ['Asia/Beirut', '2024-03-24'],
    ['Africa/Cairo', '2024-04-19'],
    ['Asia/Damascus', '2022-03-18'],
    ['Asia/Amman', '2021-03-19'],
    ['Asia/Gaza', '2023-04-22'],
    ['America/Havana', '2024-03-03'],
    ['America/Santiago', '2024-09-01'],
    ['America/Sao_Paulo', '2018-10-28'],
    ['Asia/Tehran', '2021-03-15'],
    ['Africa/Cairo', '2023-10-20'],
    ['Pacific/Apia', '2024-03-24'],
    ['Europe/Kyiv', '2024-10-20'],
  ])('%s around %s', (zone, from) => {
    expect(wronglyDue([zone], day(from), 16, 1)).toEqual({ cases: 48, wrong: [] });
  });

  it('in Beirut the weekly report of 18 to 24 March 2024 comes on the Sunday, not a week later', () => {
    const report = {
      period: weekly('Asia/Beirut'),
      schedule: { cron: '0 0 * * 0', time_zone: 'Asia/Beirut' },
      since: null,
    };
    expect(dueAt(report, { to: day('2024-03-25') })).toBe('2024-03-30T22:00:00.000Z');
  });
});

describe('an expression', () => {
  it.each(['0 0 31 4,6,9,11 *', '0 0 30 2 *', '61 * * * *', '0 0 * *', '@daily', '0 0 * * 8', 'every monday'])(
    'that names no instant is none: %s',
    (cron) => {
      expect(isCron(cron)).toBe(false);
    },
  );
  it.each(['0 0 29 2 *', '0 6 * * 1', '*/10 * * * * *', '0 0 31 * *'])('that does is one: %s', (cron) => {
    expect(isCron(cron)).toBe(true);
  });
});

describe('what is due', () => {
  it('of ten years of days is found in a tenth of a second, and only what is new of it when asked for that', () => {
    const report = { period: { every: 'day', kind: 'calendar', time_zone: 'Asia/Damascus' }, schedule: { cron: '0 6 * * *', time_zone: 'Asia/Damascus' }, since: day('2014-01-01') } as const; // biome-ignore format: one definition
    const reach = { firstDate: day('2014-01-01'), completeUntil: null };
    const begun = performance.now();
    const all = duePeriods(report, reach, at('2014-01-01T00:00:00Z'), at('2024-01-01T12:00:00Z'));
    expect(performance.now() - begun).toBeLessThan(400);
    expect(all).toHaveLength(3652);
    const next = duePeriods(
      report,
      reach,
      at('2014-01-01T00:00:00Z'),
      at('2024-01-03T12:00:00Z'),
      all.at(-1)?.from ?? null,
    );
    expect(keys(next)).toEqual(['2024-01-01', '2024-01-02']);
  });
});
