import type { BrokenInput } from './broken-inputs.js';
import { broken, DATED_QUERY } from './good-input.js';

/** Good geometry, and a date, party, status or confidence that is none. */
export function brokenAttributes(): BrokenInput[] {
  return [...dates(), ...parties(), ...statuses(), ...confidences()];
}

function dates(): BrokenInput[] {
  const days: Record<string, unknown> = {
    'the thirtieth of February': '2020-02-30',
    'the leap day of a common year': '2019-02-29',
    'the leap day of 1900': '1900-02-29',
    'the thirty-first of April': '2020-04-31',
    'a thirty-second day': '2020-01-32',
    'a day zero': '2020-01-00',
    'a month zero': '2020-00-15',
    'a thirteenth month': '2020-13-01',
    'day before month': '2020-15-01',
    'a year zero': '0000-01-15',
    'a year of five digits': '12020-01-15',
    'a year before Christ': '-2020-01-15',
    'a year of two digits': '20-01-15',
    'a date with dots': '15.01.2020',
    'a date with slashes': '01/15/2020',
    'a month of one digit': '2020-1-15',
    'a date without dashes': '20200115',
    'a date with a time': '2020-01-15T00:00:00Z',
    'a month without a day': '2020-01',
    'a year alone': '2020',
    'a week date': '2020-W03-3',
    'a day of the year': '2020-015',
    'a date in words': '15 January 2020',
    'a date in Arabic digits': '٢٠٢٠-٠١-١٥',
    'a date with typographic dashes': '2020–01–15',
    'a blank in a date': '2020-01 -15',
    'a line break in a date': '2020-01-\n15',
    'an empty date': '',
    'a date as a number': 20200115,
    'a date in milliseconds': 1579046400000,
    'a date that is true': true,
    'a date that is null': null,
    'a date in an array': ['2020-01-15'],
    'a date as an object': { year: 2020, month: 1, day: 15 },
    'a date that is missing': undefined,
  };
  return each(days, 'date', 'date').map((input) => ({ ...input, query: DATED_QUERY }));
}

function parties(): BrokenInput[] {
  return each(
    {
      'a party of another planet': 'martians',
      'a party with a capital': 'Government',
      'a party with a blank': 'government ',
      'a party with a zero-width blank': 'govern\u200bment',
      'a party with a NUL': 'government\u0000',
      'a party with a Cyrillic letter': 'gоvernment',
      'a party in another language': 'الحكومة',
      'an empty party': '',
      'a class for a party': 'contested',
      'a party named like a method': 'constructor',
      'a party as a number': 1,
      'a party that is true': true,
      'a party in an array': ['government'],
      'a party as an object': { id: 'government' },
      'a party that is null on controlled ground': null,
      'a party that is missing': undefined,
      'a party with half a surrogate': '\ud83d',
      'a party of a megabyte': 'government'.repeat(100_000),
    },
    'party',
    'party',
  );
}

function statuses(): BrokenInput[] {
  return each(
    {
      'a status that is not one': 'held',
      'a status with a capital': 'Controlled',
      'a class for a status': 'unassigned',
      'an empty status': '',
      'a status that is null': null,
      'a status as a number': 1,
      'a status that is true': true,
      'a status in an array': ['controlled'],
    },
    'status',
    'status',
  );
}

function confidences(): BrokenInput[] {
  return each(
    {
      'a confidence of two': 2,
      'a confidence below zero': -0.1,
      'a confidence in per cent': 80,
      'a confidence as a string': '0.8',
      'a confidence in words': 'high',
      'a confidence that is true': true,
      'a confidence in an array': [0.8],
    },
    'confidence',
    'confidence',
  );
}

function each(values: Record<string, unknown>, key: string, code: string): BrokenInput[] {
  return Object.entries(values).map(([name, value]) => broken(name, code, `/features/1/properties/${key}`, value));
}
