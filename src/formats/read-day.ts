import { utcFormat, utcParse } from 'd3-time-format';
import { SalientError } from '../errors.js';
import { dateOfDayNumber, type IsoDate, isIsoDate } from '../model/dates.js';
import { quote } from '../model/problem-list.js';
import { normalised } from './mapping.js';
import { inEnglish } from './month-names.js';

/** How the days of a file are written. */
export interface DayWriting {
  /**
   * Directives of strptime (`%d/%m/%Y`, `%G-W%V-%u`; months in many languages), or a count since 1970: `unix` (seconds), `unix-ms`,
   * `-us`, `-ns`, or the numbers that spreadsheets give days: `excel`; null: `YYYY-MM-DD`.
   */
  format: string | null;
  /** IANA name of the zone in whose day an instant falls; null: none was given. */
  zone: string | null;
}

/** `inUtc`: the value counts from 1970, no zone was stated, and its day is that of UTC, in which such instants are counted. */
type ReadDay = { day: IsoDate; inUtc?: boolean } | { fault: string };

const DAY_MS = 86_400_000;
/** `unix` and `unix-ms` as directives of d3-time-format. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['unix', '%s'],
  ['unix-s', '%s'],
  ['unix-ms', '%Q'],
  ['epoch', '%s'],
  ['epoch-s', '%s'],
  ['epoch-ms', '%Q'],
]);
/** Counts since 1970 that are finer than the directives have: how many make a millisecond. */
const FINER: ReadonlyMap<string, number> = new Map(
  ['unix', 'epoch'].flatMap((word): [string, number][] => [
    [`${word}-us`, 1e3],
    [`${word}-ns`, 1e6],
  ]),
);
/** Directives of strptime that d3-time-format spells otherwise or out. */
const SPELT: Readonly<Record<string, string>> = {
  '%z': '%Z',
  '%T': '%H:%M:%S',
  '%F': '%Y-%m-%d',
  '%D': '%m/%d/%y',
  '%R': '%H:%M',
};
const DIRECTIVES = 'aAbBdefgGHIjLmMpqQsSuUVwWxXyYZ%';
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * The day that a value means, or what is wrong with it and which option determines its reading. Nothing is guessed: `1/5/2024`
 * is the first of May or the fifth of January, and midnight in one zone is the day before in another.
 */
export function readDay(value: unknown, { format, zone }: DayWriting): ReadDay {
  const text = typeof value === 'string' ? normalised(value) : typeof value === 'number' ? String(value) : null;
  if (text === null) return { fault: `${quote(value)} is no day` };
  if (format !== null && isExcel(format)) return bySerial(inDigits(text), format);
  if (format !== null) return byFormat(inDigits(text), format, zone);
  if (isIsoDate(text)) return { day: text };
  const [, day, offset] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || !isIsoDate(day)) return { fault: unreadableDay(value, text) };
  if (offset === undefined) {
    if (zone !== null) return { day };
    return {
      fault: `${quote(value)} is a date with a time of no stated zone: --time-zone says where it was written (UTC, Europe/Kyiv)`,
    };
  }
  if (zone === null) {
    return { fault: instantWithoutZone(value) };
  }
  const instant = Date.parse(
    text
      .replace(/ UTC$/i, 'Z')
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/([+-]\d{2})$/, '$1:00'),
  );
  return Number.isNaN(instant)
    ? { fault: `${quote(value)} is no time of the calendar` }
    : { day: dayIn(zone, instant) };
}

const instantWithoutZone = (value: unknown) =>
  `${quote(value)} is an instant: --time-zone says in which zone's day it falls (UTC, Europe/Kyiv)`;

/** Does the format count milliseconds since 1970? */
export const countsMilliseconds = (format: string): boolean => (WORDS.get(format.toLowerCase()) ?? format) === '%Q';

/** @throws SalientError `invalid_parameter` for a format without a whole day, or a zone that does not exist */
export function checkDayWriting({ format, zone }: DayWriting): void {
  if (format !== null && !isExcel(format)) {
    const directives = [...directivesOf(format).matchAll(/%[-_0]?(.)?/g)].map(([, letter]) => letter ?? '');
    const wrong = directives.find((letter) => letter === '' || !DIRECTIVES.includes(letter));
    const has = (...letters: string[]) => letters.some((letter) => directives.includes(letter));
    const weekday = has('u', 'w', 'a', 'A');
    const whole =
      has('s', 'Q') ||
      (has('Y', 'y') && (has('j') || (has('d', 'e') && has('m', 'b', 'B')) || (has('U', 'W') && weekday))) ||
      (has('G', 'g') && has('V') && weekday);
    if (wrong !== undefined || !whole) {
      const what =
        wrong === undefined ? 'has no whole day (year, month and day)' : `has %${wrong}, which is no directive`;
      throw new SalientError(
        'invalid_parameter',
        `date-format: ${JSON.stringify(format)} ${what}: such as %d/%m/%Y, %Y-%m-%dT%H:%M:%S%z, %G-W%V-%u, epoch-s, epoch-ms or excel`,
      );
    }
  }
  if (zone === null) return;
  try {
    dayIn(zone, 0);
  } catch {
    throw new SalientError(
      'invalid_parameter',
      `time-zone: ${JSON.stringify(zone)} is no zone: such as UTC or Europe/Kyiv`,
    );
  }
}

const directivesOf = (format: string) =>
  WORDS.get(format.toLowerCase()) ??
  (FINER.has(format.toLowerCase()) ? '%Q' : null) ??
  format.replace(/%[zTFDR]/g, (directive) => SPELT[directive] ?? directive);

function byFormat(given: string, format: string, zone: string | null): ReadDay {
  const pattern = directivesOf(format);
  const parse = utcParse(pattern);
  let text = given;
  let parsed = parse(pattern === '%s' || pattern === '%Q' ? wholeCount(text, format) : text);
  const [, named] = /%[-_0]?([Bb])/.exec(pattern) ?? [];
  if (!parsed && named !== undefined) {
    text = inEnglish(given, named === 'B' ? 'long' : 'short');
    parsed = parse(text);
  }
  if (!parsed || Number.isNaN(parsed.getTime()))
    return { fault: `${quote(given)} is not written as --date-format ${format} says` };
  const instant = /%[-_0]?[ZsQ]/.test(pattern);
  if (zone === null && /%[-_0]?Z/.test(pattern)) return { fault: instantWithoutZone(given) };
  // The parser takes the 31st of February for the 2nd of March, and of a week by ISO 8601 with %u its Monday.
  const ofWeek = /%[-_0]?V/.test(pattern) ? [0, 1, 2, 3, 4, 5, 6] : [0];
  const written = ofWeek
    .map((days) => new Date(parsed.getTime() + days * DAY_MS))
    .find((day) => instant || plain(utcFormat(pattern)(day)) === plain(text));
  if (!written) return { fault: `${quote(text)} is no day of the calendar` };
  const day = dayIn(instant && zone !== null ? zone : 'UTC', written.getTime());
  return isIsoDate(day)
    ? { day, ...(instant && zone === null && { inUtc: true }) }
    : { fault: `${quote(text)} is no day of the years 1 to 9999` };
}

const isExcel = (format: string) => format.toLowerCase() === 'excel';
/** Day 0 of a spreadsheet that counts from 1900; it holds from 1 March 1900 on, as they count a 29 February before. */
const EXCEL = { zero: Date.UTC(1899, 11, 30), first: 61 };

/** The day of a spreadsheet's number: a time of day is its fraction. */
function bySerial(text: string, format: string): ReadDay {
  const day = /^\d{2,7}(?=([.,]\d*)?$)/.exec(text)?.[0];
  if (day === undefined || Number(day) < EXCEL.first)
    return { fault: `${quote(text)} is not written as --date-format ${format} says` };
  const found = dayIn('UTC', EXCEL.zero + Number(day) * DAY_MS);
  return isIsoDate(found) ? { day: found } : { fault: `${quote(text)} is no day of the years 1 to 9999` };
}

/** A count of milliseconds, or of seconds, without what is finer: JavaScript and Python write `1714521600.5`, and databases microseconds. */
function wholeCount(text: string, format: string): string {
  const whole = /^-?\d+(?=(?:[.,]\d*)?$)/.exec(text)?.[0] ?? text;
  const per = FINER.get(format.toLowerCase());
  return per === undefined || !/^-?\d+$/.test(whole) ? whole : String(Math.floor(Number(whole) / per));
}

/** Digits of Arabic and of Persian as the others: ٢٠٢٤ is 2024. */
const inDigits = (text: string) =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) as number) & 0xf));

/** Without leading zeros and capitals, as people write a day by a format. */
const plain = (text: string) =>
  text
    .replace(/(?<!\d)0+(?=\d)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

function unreadableDay(value: unknown, text: string): string {
  const written = `${quote(value)} is not a calendar day written YYYY-MM-DD`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text))
    return `${written}: the calendar has no such day; correct it at its source, or --date states one for the whole file`;
  const [format, why] = likelyFormat(inDigits(text)) ?? [];
  if (format === undefined) {
    // The serial numbers of a spreadsheet, about 1990 to 2099.
    return /^[3-7]\d{4}(\.\d+)?$/.test(text)
      ? `${written}: --date-format excel, if it is the number of a day in a spreadsheet; --date states one day for the whole file`
      : `${written}: --date-format says how it is written (%d %B %Y)`;
  }
  return `${written}: --date-format ${format}${why ? `, if it counts ${why} since 1970` : ' says how it is written'}`;
}

/** How a day seems to be written that was given without a format, for the message that refuses it. */
function likelyFormat(text: string): [format: string, counts?: string] | null {
  if (/^-?\d{18,19}$/.test(text)) return ['unix-ns', 'nanoseconds'];
  if (/^-?\d{15,16}$/.test(text)) return ['unix-us', 'microseconds'];
  if (/^-?\d{12,13}(\.\d+)?$/.test(text)) return ['unix-ms', 'milliseconds'];
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return ['unix', 'seconds'];
  if (/^\d{8}$/.test(text)) return ['%Y%m%d'];
  if (/^\d{4}-?W\d{2}-?\d$/i.test(text)) return [text.includes('-') ? '%G-W%V-%u' : '%GW%V%u'];
  if (/^\d{4}-\d{3}$/.test(text)) return ['%Y-%j'];
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return ['%Y-%m-%d'];
  const [, sign = '/'] =
    /^\d{4}([./-])\d{1,2}\1\d{1,2}$/.exec(text) ?? /^\d{1,2}([./-])\d{1,2}\1\d{4}$/.exec(text) ?? [];
  if (/^\d{4}[./-]\d{1,2}[./-]\d{1,2}$/.test(text)) return [`%Y${sign}%m${sign}%d`];
  return /^\d{1,2}[./-]\d{1,2}[./-]\d{4}$/.test(text) ? [`%d${sign}%m${sign}%Y or %m${sign}%d${sign}%Y`] : null;
}

/** The calendar day of an instant in a zone. */
export function dayIn(zone: string, instant: number): IsoDate {
  if (zone === 'UTC') return dateOfDayNumber(Math.floor(instant / DAY_MS));
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}` as IsoDate;
}
