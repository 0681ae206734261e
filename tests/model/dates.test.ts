import { describe, expect, it } from 'vitest';
import { addDays, dateOfDayNumber, dayNumber, parseDate, parseInstant } from '../../src/model/dates.js';

const day = (text: string) => parseDate(text);

describe('days', () => {
  it('a day that does not exist is refused by the name of its parameter', () => {
    for (const text of [
      '2020-02-30',
      '2019-02-29',
      '0000-01-01',
      '2020-1-1',
      '20200101',
      'x2020-01-01',
      '2020-01-01x',
      '',
    ]) {
      expect(() => parseDate(text, 'from')).toThrow(
        expect.objectContaining({
          code: 'invalid_date',
          message: `from: ${JSON.stringify(text)} is not a calendar day YYYY-MM-DD`,
        }),
      );
    }
    expect(parseDate('2020-02-29')).toBe('2020-02-29');
    expect(() => parseDate('never')).toThrow(/^date: /);
  });

  it('are counted from 1970, before it too, across leap days', () => {
    expect([day('1970-01-01'), day('1969-12-31'), day('2020-03-01')].map(dayNumber)).toEqual([0, -1, 18_322]);
    expect(addDays(day('2020-02-28'), 2)).toBe('2020-03-01');
    expect(dateOfDayNumber(dayNumber(day('2019-08-21')))).toBe('2019-08-21');
  });
});

describe('instants', () => {
  it.each([
    '2020-02-01T12:00:00Z',
    '2020-02-01t12:00:00z',
    '2020-02-01T12:00:00.123456789+03:00',
    '2020-02-29T23:59:59-14:30',
  ])('%s is one', (text) => {
    expect(parseInstant(text)).toBe(text);
  });

  it.each([
    ['2020-02-01T12:00:00+15:00', '2020-01-31T21:00:00Z'],
    ['2027-01-01T00:00:00-23:59', '2027-01-01T23:59:00Z'],
    ['2020-03-01T00:00:00.123456789+23:59', '2020-02-29T00:01:00.123456789Z'],
  ])('%s, farther than the database reads zones, is one in UTC', (text, utc) => {
    expect(parseInstant(text)).toBe(utc);
  });

  it.each([
    '2020-02-01',
    '2020-02-30T12:00:00Z',
    '2020-02-01T25:00:00Z',
    '2020-02-01T12:00:00',
    '2020-02-01T12:00Z',
    '2020-02-01T24:00:00Z',
    '2020-02-01T12:60:00Z',
    '2020-02-01T12:00:60Z',
    '2020-02-01T12:00:00+24:00',
    '2020-02-01T12:00:00+12:60',
    '2020-02-01T12:00:00+1200',
    '9999-12-31T23:59:59-23:59',
    '0001-01-01T00:00:00+23:59',
    '2020-02-01T12:00:00.Z',
    '2020-02-01T12:00:00.1234567890Z',
    ' 2020-02-01T12:00:00Z',
    '2020-02-01T12:00:00Z ',
    'now',
  ])('%j is none', (text) => {
    expect(() => parseInstant(text)).toThrow(
      expect.objectContaining({
        code: 'invalid_instant',
        message: `known-at: ${JSON.stringify(text)} is not an RFC 3339 instant such as 2020-02-01T12:00:00Z`,
      }),
    );
    expect(() => parseInstant(text, 'since')).toThrow(/^since: /);
  });
});
