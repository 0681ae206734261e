import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Instant, type IsoDate } from '../../src/model/dates.js';
import { coverageOfDay, coverageOfPeriod, endsOfPeriod, lastKnowableDay } from '../../src/series/coverage.js';

const day = (text: string) => text as IsoDate;
const imported = { kind: 'imported', complete_until: null, max_age_days: null, date_means: null } as const;
const derived = { kind: 'derived', complete_until: day('2020-03-05'), max_age_days: null, date_means: null } as const;
const TODAY = day('2026-11-28');

describe('a day of a series', () => {
  it('is known up to fourteen days after its map, or as long as the series states', () => {
    const on = (date: string, limit: number | null = null) =>
      coverageOfDay({ ...imported, max_age_days: limit }, day('2020-05-01'), day(date), TODAY);
    expect(on('2020-05-15')).toEqual({ known: true, reason: null, map_age_days: 14, max_age_days: 14, stale: false });
    expect(on('2020-05-16')).toMatchObject({ known: false, reason: 'map_too_old', map_age_days: 15, stale: true });
    expect(on('2020-05-31', 30)).toMatchObject({ known: true, stale: false });
    expect(on('2020-05-02', 0)).toMatchObject({ known: false, max_age_days: 0 });
  });

  it('after today is never known, whatever the series states', () => {
    const until = { ...derived, complete_until: day('2030-01-01') };
    expect(coverageOfDay(until, day('2026-11-28'), day('2026-11-29'), TODAY)).toMatchObject({
      known: false,
      reason: 'future',
      stale: true,
    });
  });

  it('up to the day until which a series is complete is known however old its map; after it is stale, then not known', () => {
    const on = (date: string) => coverageOfDay(derived, day('2020-01-01'), day(date), TODAY);
    expect(on('2020-03-05')).toMatchObject({ known: true, stale: false, map_age_days: 64 });
    expect(on('2020-03-06')).toMatchObject({ known: true, stale: true });
    expect(on('2020-03-20')).toMatchObject({ known: false, reason: 'map_too_old', stale: true });
  });

  it('is judged by the earlier of now and the instant of recording', () => {
    const now = '2026-11-28T10:00:00Z';
    expect(lastKnowableDay(null, now)).toBe('2026-11-28');
    expect(lastKnowableDay('2024-05-01T23:30:00-02:00' as Instant, now)).toBe('2024-05-02');
    expect(lastKnowableDay('2100-01-01T00:00:00Z' as Instant, now)).toBe('2026-11-28');
  });
});

describe('a period of a series', () => {
  const weeks = ['2024-01-01', '2024-01-08', '2024-01-15', '2024-03-01', '2024-03-08'].map(day);
  const of = (from: string, to: string, today = TODAY) =>
    coverageOfPeriod(imported, weeks, { from: day(from), to: day(to) }, today).reason;

  it.each([
    ['two maps stand for its ends', '2024-01-08', '2024-01-15', null],
    ['the first map is its first day', '2024-01-01', '2024-01-08', 'before_first_map'],
    ['its first map compares with a second one inside it', '2023-12-30', '2024-01-09', null],
    ['it ends before the first map', '2023-12-01', '2023-12-08', 'before_first_map'],
    ['it has no map although the last is young', '2024-01-16', '2024-01-23', 'no_map'],
    ['the last map is too old at its end', '2024-02-10', '2024-02-17', 'map_too_old'],
    ['the map before it is too old, so the change may be older', '2024-02-26', '2024-03-04', 'map_too_old'],
    ['it lies after the last map by more than the limit', '2025-01-01', '2025-01-08', 'map_too_old'],
    ['it lies in the future', '2030-01-01', '2030-01-08', 'future'],
  ])('%s', (_, from, to, reason) => {
    expect(of(from, to)).toBe(reason);
  });

  it('of maps that show the start of their day ends with the map of the day after it', () => {
    const starting = { ...imported, date_means: 'start' } as const;
    const august = { from: day('2025-08-01'), to: day('2025-09-01') };
    expect(endsOfPeriod(starting, august)).toEqual({ before: '2025-08-01', after: '2025-09-01' });
    expect(endsOfPeriod(imported, august)).toEqual({ before: '2025-07-31', after: '2025-08-31' });
    const files = [day('2025-08-01'), day('2025-09-01')];
    expect(coverageOfPeriod(starting, files, august, TODAY)).toMatchObject({ known: true, last_map: '2025-09-01' });
    expect(coverageOfPeriod(imported, files, august, TODAY)).toMatchObject({ known: false });
  });

  it('that runs is not over until the day after its last', () => {
    expect(of('2024-03-04', '2024-03-11', day('2024-03-10'))).toBe('not_over');
    expect(of('2024-03-04', '2024-03-11', day('2024-03-11'))).toBeNull();
    expect(of('2024-03-04', '2024-03-11', day('2024-03-04'))).toBe('future');
  });

  it('of a series made from reports may be quiet: it is complete until a day that it states', () => {
    const quiet = coverageOfPeriod(
      derived,
      [day('2019-04-01'), day('2020-01-01')],
      { from: day('2020-02-03'), to: day('2020-02-10') },
      TODAY,
    );
    expect(quiet).toMatchObject({ known: true, last_map: '2020-01-01' });
    const later = { from: day('2020-06-01'), to: day('2020-06-08') };
    expect(coverageOfPeriod(derived, [day('2020-01-01')], later, TODAY).reason).toBe('map_too_old');
  });

  it('that is known has no unknown day at its ends, and with one map more in it it stays known', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 12 });
    const at = (n: number) => addDays(day('2024-01-01'), n);
    fc.assert(
      fc.property(days, fc.nat(120), fc.integer({ min: 1, max: 31 }), fc.nat(120), (maps, start, length, more) => {
        const sorted = (all: number[]) => [...new Set(all)].sort((a, b) => a - b).map(at);
        const period = { from: at(start), to: at(start + length) };
        const found = coverageOfPeriod(imported, sorted(maps), period, TODAY);
        if (!found.known) return;
        const last = addDays(period.to, -1);
        const map = found.last_map as IsoDate;
        expect(coverageOfDay(imported, map, last, TODAY).known).toBe(true);
        expect(map >= period.from).toBe(true);
        expect(coverageOfPeriod(imported, sorted([...maps, start + (more % length)]), period, TODAY).known).toBe(true);
      }),
    );
  });
});
