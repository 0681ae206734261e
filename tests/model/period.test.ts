import { describe, expect, it } from 'vitest';
import { parsePeriod } from '../../src/model/period.js';

const ends = (text: string) => {
  const { from, to } = parsePeriod(text);
  return [from, to];
};
const codeOf = (text: string) => {
  try {
    return parsePeriod(text);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('datetime', () => {
  it('is a day, an instant or an interval, open or closed', () => {
    expect(parsePeriod('2020-01-28')).toEqual({ from: '2020-01-28', to: '2020-01-28', single: true });
    expect(ends('2020-01-28T23:30:00-02:00')).toEqual(['2020-01-29', '2020-01-29']);
    expect(ends('2020-01-28T/2020-02-01T00:00:00Z')).toEqual(['2020-01-28', '2020-02-01']);
    for (const open of ['../..', '/', '../', '/..']) expect(ends(open)).toEqual([null, null]);
  });

  it('is an interval by one end and its length', () => {
    expect(ends('2018-02-12T00:00:00Z/P1M6DT12H31M12S')).toEqual(['2018-02-12', '2018-03-18']);
    expect(ends('2020-01-28T20:00:00Z/PT5H')).toEqual(['2020-01-28', '2020-01-29']);
    expect(ends('2020-01-28T00:00:00Z/P1D')).toEqual(['2020-01-28', '2020-01-29']);
  });

  it('has, beside a day, as many whole days as the length says', () => {
    expect(ends('2020-01-01/P1M')).toEqual(ends('2020-01-01/2020-01-31'));
    expect(ends('P1M/2020-01-31')).toEqual(ends('2020-01-01/2020-01-31'));
    expect(ends('P1M/2020-02-29')).toEqual(['2020-02-01', '2020-02-29']);
    expect(ends('2020-01-01/P7D')).toEqual(['2020-01-01', '2020-01-07']);
    expect(ends('P7D/2020-01-07')).toEqual(['2020-01-01', '2020-01-07']);
    expect(ends('2020-01-28/P2W')).toEqual(['2020-01-28', '2020-02-10']);
    expect(ends('2020-01-28T/P1D')).toEqual(['2020-01-28', '2020-01-28']);
    expect(ends('2020-01-01/P1Y')).toEqual(['2020-01-01', '2020-12-31']);
    expect(ends('P1Y/2020-02-29')).toEqual(['2019-03-01', '2020-02-29']);
    expect(ends('2020-01-31/P1M')).toEqual(['2020-01-31', '2020-02-28']);
    // Hours reach into a day that they do not fill.
    expect(ends('2020-01-28/PT36H')).toEqual(['2020-01-28', '2020-01-29']);
    expect(ends('PT36H/2020-01-28')).toEqual(['2020-01-27', '2020-01-28']);
    for (const nothing of ['2020-01-28/P0D', 'P0D/2020-01-28'])
      expect(ends(nothing)).toEqual(['2020-01-28', '2020-01-28']);
    expect([ends('9999-12-31/P1D'), ends('P1D/0001-01-01')]).toEqual([
      ['9999-12-31', '9999-12-31'],
      ['0001-01-01', '0001-01-01'],
    ]);
  });

  it('is refused as anything else', () => {
    for (const wrong of [
      ...['', 'P2D', '2020-01-01/P', '2020-01-01/PT', '2020-01-01/P1H', 'P1D/P2D', '../P1D', 'P1D/', '2020-01-01/-P1D'],
      ...['2020-01-01/P9999Y', '0001-01-01/P1D/2020-01-01', 'P1Y/0001-06-01', '2020-02-01/2020-01-01', '2020-02-30'],
    ])
      expect(codeOf(wrong), wrong).toBe('invalid_date');
  });
});
