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
    expect(ends('2019-06-01/P2D')).toEqual(['2019-06-01', '2019-06-03']);
    expect(ends('P1Y/2020-02-29')).toEqual(['2019-02-28', '2020-02-29']);
    expect(ends('2020-01-31/P1M')).toEqual(['2020-01-31', '2020-02-29']);
    expect(ends('2020-01-28T20:00:00Z/PT5H')).toEqual(['2020-01-28', '2020-01-29']);
    expect(ends('2020-01-28/P2W')).toEqual(['2020-01-28', '2020-02-11']);
  });

  it('is refused as anything else', () => {
    for (const wrong of [
      ...['', 'P2D', '2020-01-01/P', '2020-01-01/PT', '2020-01-01/P1H', 'P1D/P2D', '../P1D', 'P1D/', '2020-01-01/-P1D'],
      ...['2020-01-01/P9999Y', '0001-01-01/P1D/2020-01-01', 'P1Y/0001-06-01', '2020-02-01/2020-01-01', '2020-02-30'],
    ])
      expect(codeOf(wrong), wrong).toBe('invalid_date');
  });
});
