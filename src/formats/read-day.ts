import { utcFormat, utcParse } from 'd3-time-format';
import { SalientError } from '../errors.js';
import { dateOfDayNumber, dayNumber, type IsoDate, isIsoDate } from '../model/dates.js';
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
  /** What states the day of a whole file, for messages; default `--date`. */
  dayStatedBy?: string;
}

/** `inUtc`: the value counts from 1970 or its format ends in UTC (`%SZ`), no zone was stated, and its day is that of UTC. */
type ReadDay = { day: IsoDate; inUtc?: boolean } | { fault: string };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
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
const FINER: ReadonlyMap<string, bigint> = new Map(
  ['unix', 'epoch'].flatMap((word): [string, bigint][] => [
    [`${word}-us`, 1000n],
    [`${word}-ns`, 1_000_000n],
  ]),
);
/** A format of nothing but a count since 1970, and what may stand around it (`/Date(%Q)/`). */
const COUNT = /^([^%]*)%[-_0]?([sQ])([^%]*)$/;
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
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::?(\d{2})(?::?(\d{2}(?:[.,]\d+)?))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;
/** An offset from UTC, where a text or a format may have one. */
const OFFSET = '(?:[Zz]|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)';
/** Where a format states the offset itself: behind a time. */
const STATED_OFFSET = new RegExp(`%[-_0]?[HIMSLfpXc]\\s*(${OFFSET})(?![A-Za-z\\d])`);

/**
 * The day that a value means, or what is wrong with it and which option determines its reading. Nothing is guessed: `1/5/2024`
 * is the first of May or the fifth of January, and midnight in one zone is the day before in another.
 */
export function readDay(value: unknown, { format, zone, dayStatedBy = '--date' }: DayWriting): ReadDay {
  const text = typeof value === 'string' ? normalised(value) : typeof value === 'number' ? String(value) : null;
  if (text === null) return { fault: `${quote(value)} is no day` };
  if (format !== null && isExcel(format)) return bySerial(inDigits(text), format);
  if (format !== null) return byFormat(inDigits(text), format, zone);
  if (isIsoDate(text)) return { day: text };
  const [, day, hour = '0', minute = '0', second = '0', offset] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || !isIsoDate(day)) return { fault: unreadableDay(value, text, dayStatedBy) };
  const time = timeOfDay(Number(hour), Number(minute), Number(second.replace(',', '.')));
  const east = offsetOf(offset ?? 'Z');
  if (time === null || east === null) return { fault: `${quote(value)} is no time of the calendar` };
  if (zone === null) {
    const fault = `${quote(value)} is a date with a time of no stated zone: --time-zone says where it was written (UTC, Europe/Kyiv)`;
    return { fault: offset === undefined ? fault : instantWithoutZone(value) };
  }
  // A time without an offset was written in the zone: its day is the one that it has.
  return dayAt(dayNumber(day) * DAY_MS + time - east, offset === undefined ? 'UTC' : zone, text);
}

/** Milliseconds since midnight, the midnight that ends the day (`24:00`) included; null for no time of the calendar. */
function timeOfDay(hour: number, minute: number, second: number): number | null {
  const time = (hour * 60 + minute) * MINUTE_MS + second * 1000;
  return minute < 60 && second < 60 && time <= DAY_MS ? time : null;
}

/** Milliseconds that a clock is ahead of UTC; null for no offset. */
function offsetOf(written: string): number | null {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(written) ?? [];
  const time = timeOfDay(Number(hours), Number(minutes), 0);
  return time === null || time === DAY_MS ? null : sign === '-' ? -time : time;
}

const instantWithoutZone = (value: unknown) =>
  `${quote(value)} is an instant: --time-zone says in which zone's day it falls (UTC, Europe/Kyiv)`;

/** Does the format count milliseconds since 1970? */
export const countsMilliseconds = (format: string): boolean => (WORDS.get(format.toLowerCase()) ?? format) === '%Q';

/** Does the format count since 1970 in a unit smaller than a second? */
export const countsFiner = (format: string): boolean => /%[-_0]?Q/.test(directivesOf(format));

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
  const unreadable = { fault: `${quote(given)} is not written as --date-format ${format} says` };
  if (COUNT.test(pattern)) {
    const instant = counted(given, pattern, FINER.get(format.toLowerCase()) ?? 1n);
    return instant === null ? unreadable : dayOfInstant(instant, zone, given);
  }
  const parse = utcParse(pattern);
  let text = given;
  let parsed = parse(text);
  const [, named] = /%[-_0]?([Bb])/.exec(pattern) ?? [];
  if (!parsed && named !== undefined) {
    for (const dots of [false, true]) {
      if (parsed) break;
      text = inEnglish(given, named === 'B' ? 'long' : 'short', dots);
      parsed = parse(text);
    }
  }
  if (!parsed || Number.isNaN(parsed.getTime())) return unreadable;
  if (zone === null && /%[-_0]?Z/.test(pattern)) return { fault: instantWithoutZone(given) };
  const written = /%[-_0]?[sQ]/.test(pattern) ? parsed.getTime() : asWritten(parsed.getTime(), pattern, text);
  if (written === null) return { fault: `${quote(text)} is no day of the calendar` };
  const [, stated] = STATED_OFFSET.exec(pattern) ?? [];
  const isInstant = stated !== undefined || /%[-_0]?[ZsQ]/.test(pattern);
  const instant = written - (offsetOf(stated ?? 'Z') ?? 0);
  return isInstant ? dayOfInstant(instant, zone, text) : dayAt(instant, 'UTC', text);
}

/** The day of an instant: of UTC, and reported as such, where no zone was stated. */
function dayOfInstant(instant: number, zone: string | null, text: string): ReadDay {
  const read = dayAt(instant, zone ?? 'UTC', text);
  return 'day' in read && zone === null ? { ...read, inUtc: true } : read;
}

function dayAt(instant: number, zone: string, text: string): ReadDay {
  const day = Number.isNaN(new Date(instant).getTime()) ? '' : dayIn(zone, instant);
  return isIsoDate(day) ? { day } : { fault: `${quote(text)} is no day of the years 1 to 9999` };
}

/**
 * The instant as which a parser of dates read a text, checked by writing it again, or null if the text is no day of the calendar:
 * the parser takes the 31st of February for the 2nd of March, and of a week by ISO 8601 with %u its Monday. A Date gives back
 * neither the offset nor the digits of a second below a millisecond: these are taken from the text, wherever it may have them.
 */
function asWritten(parsed: number, pattern: string, text: string): number | null {
  const directive = { offset: /%[-_0]?Z/, fraction: /%[-_0]?[fL]/ };
  const offsets = directive.offset.test(pattern) ? (text.match(new RegExp(OFFSET, 'g')) ?? []) : ['Z'];
  const fractions = directive.fraction.test(pattern) ? (text.match(/\d{1,6}(?!\d)/g) ?? []) : [''];
  const formats = offsets.flatMap((offset) =>
    fractions.map((fraction) => ({
      write: utcFormat(pattern.replace(directive.offset, offset).replace(directive.fraction, fraction)),
      east: offsetOf(offset) ?? 0,
    })),
  );
  const ofWeek = /%[-_0]?V/.test(pattern) ? [0, 1, 2, 3, 4, 5, 6] : [0];
  const instants = ofWeek.map((days) => parsed + days * DAY_MS);
  const isThatOf = (instant: number) =>
    formats.some(({ write, east }) => plain(write(new Date(instant + east))) === plain(text));
  return instants.find(isThatOf) ?? null;
}

const isExcel = (format: string) => format.toLowerCase() === 'excel';
/** Day 0 of a spreadsheet that counts from 1900; it holds from 1 March 1900 on, as they count a 29 February before. */
const EXCEL = { zero: Date.UTC(1899, 11, 30), first: 61 };

/** The day of a spreadsheet's number: a time of day is its fraction. */
function bySerial(text: string, format: string): ReadDay {
  const day = /^\d{2,7}(?=([.,]\d*)?$)/.exec(text)?.[0];
  if (day === undefined || Number(day) < EXCEL.first)
    return { fault: `${quote(text)} is not written as --date-format ${format} says` };
  return dayAt(EXCEL.zero + Number(day) * DAY_MS, 'UTC', text);
}

/** Milliseconds of a count since 1970, without what is finer: JavaScript and Python write `1714521600.5`, and databases microseconds. */
function counted(text: string, pattern: string, finer: bigint): number | null {
  const [, before = '', unit, after = ''] = COUNT.exec(pattern) ?? [];
  if (!text.startsWith(before) || !text.endsWith(after)) return null;
  const count = text.slice(before.length, text.length - after.length);
  const [, whole, fraction = ''] = /^(-?\d{1,30})(?:[.,](\d*))?$/.exec(count) ?? [];
  if (whole === undefined) return null;
  // Before 1970 what is finer lies in the millisecond before.
  const isBefore = count.startsWith('-') && /[1-9]/.test(fraction);
  const units = BigInt(whole) - (isBefore ? 1n : 0n);
  const rest = ((units % finer) + finer) % finer;
  return Number((units - rest) / finer) * (unit === 's' ? 1000 : 1);
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

function unreadableDay(value: unknown, text: string, option: string): string {
  const written = `${quote(value)} is not a calendar day written YYYY-MM-DD`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text))
    return `${written}: the calendar has no such day; correct it at its source, or ${option} states one for the whole file`;
  const [format, why] = likelyFormat(inDigits(text)) ?? [];
  if (format === undefined) {
    // The serial numbers of a spreadsheet, about 1990 to 2099.
    return /^[3-7]\d{4}(\.\d+)?$/.test(text)
      ? `${written}: --date-format excel, if it is the number of a day in a spreadsheet; ${option} states one day for the whole file`
      : `${written}: --date-format says how it is written (%d %B %Y)`;
  }
  return `${written}: --date-format ${format}${why ? `, if it counts ${why} since 1970` : ' says how it is written'}`;
}

/** How a day seems to be written that was given without a format, for the message that refuses it. */
function likelyFormat(text: string): [format: string, counts?: string] | null {
  if (/^-?\d{18,19}$/.test(text)) return ['unix-ns', 'nanoseconds'];
  if (/^-?\d{15,16}$/.test(text)) return ['unix-us', 'microseconds'];
  if (/^-?\d{12,13}(\.\d+)?$/.test(text)) return ['unix-ms', 'milliseconds'];
  if (/^-?\d{9,10}(\.\d+)?$/.test(text)) return ['unix', 'seconds'];
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
