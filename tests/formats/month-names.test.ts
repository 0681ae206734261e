import { describe, expect, it } from 'vitest';
import { readDay } from '../../src/formats/read-day.js';

const ARABIC = 'ar ar-EG ar-SY ar-LB ar-IQ ar-PS ar-DZ ar-TN ar-LY ar-MA ar-MR'.split(' ');
const OTHERS = 'az bg ckb cs de el en en-GB es fa fa-AF fr he hr hu hy it ka nl pl ps pt ro ru sk sr sv tr uk'.split(
  ' ',
);
/** Two months by language (hr, cs, pl): nobody's to guess. */
const TWO = ['listopad', 'listopada', 'lis', 'lip', 'srp'];

const read = (text: string, format: string) => {
  const day = readDay(text, { format, zone: null });
  return 'day' in day ? day.day : day.fault;
};

describe('months by their names', () => {
  it.each([...ARABIC, ...OTHERS])('all twelve of %s are read, long and short, with %%B and with %%b', (language) => {
    const unread: string[] = [];
    for (const form of [
      { month: 'long' },
      { month: 'short' },
      { month: 'long', day: 'numeric' },
      { month: 'short', day: 'numeric' },
    ] as const) {
      const names = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { ...form, timeZone: 'UTC' });
      for (let month = 0; month < 12; month++) {
        const name = names.formatToParts(Date.UTC(2024, month, 15)).find(({ type }) => type === 'month')?.value ?? '';
        if (/\d/.test(name) || TWO.includes(name)) continue;
        const day = `2024-${String(month + 1).padStart(2, '0')}-15`;
        for (const format of ['%d %B %Y', '%d %b %Y'])
          if (read(`15 ${name} 2024`, format) !== day) unread.push(`${name} as ${format}`);
      }
    }
    expect(unread).toEqual([]);
  });

  it.each(TWO)('%s is two months, and refused', (name) => {
    expect(read(`15 ${name} 2024`, '%d %B %Y')).toMatch(/is not written as --date-format/);
  });

  it.each([
    ['15 ايار 2024', '2024-05-15'],
    ['15 اذار 2024', '2024-03-15'],
    ['15 كانون الاول 2024', '2024-12-15'],
    ['15 تشرين ثاني 2024', '2024-11-15'],
    ['٢ كانون الثاني ٢٠٢٤', '2024-01-02'],
    ['15 במאי 2024', '2024-05-15'],
    ["15 נוב' 2024", '2024-11-15'],
    ['1er mars 2024', '2024-03-01'],
    ['1º maio 2024', '2024-05-01'],
    ['2nd May 2024', '2024-05-02'],
  ])('%s is read as people write it', (text, day) => {
    for (const format of ['%d %B %Y', '%d %b %Y']) expect(read(text, format)).toBe(day);
  });

  it('a name of two words is read in a file name, and a full stop that the format has is no abbreviation', () => {
    expect(read('15_كانون_الثاني_2024', '%d_%B_%Y')).toBe('2024-01-15');
    expect(read('15.janv.2024', '%d.%b.%Y')).toBe('2024-01-15');
    expect(read('15. janv. 2024', '%d. %b %Y')).toBe('2024-01-15');
  });
});
