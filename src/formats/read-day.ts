import { utcFormat, utcParse } from 'd3-time-format';
import { SalientError } from '../errors.js';
import { dateOfDayNumber, type IsoDate, isIsoDate } from '../model/dates.js';
import { quote } from '../model/problem-list.js';

/** How the days of a file are written. */
export interface DayWriting {
  /** Directives of strptime (`%d/%m/%Y`), or `unix` (seconds) or `unix-ms`; null: `YYYY-MM-DD`. */
  format: string | null;
  /** IANA name of the zone in whose day an instant falls; null: none was given. */
  zone: string | null;
}

/** `inUtc`: the value is an instant, no zone was stated, and its day is that of UTC, in which such instants are counted. */
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
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
  if (text === null) return { fault: `${quote(value)} is no day` };
  if (format !== null) return byFormat(text.trim(), format, zone);
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
    return { fault: `${quote(value)} is an instant: --time-zone says in which zone's day it falls (UTC, Europe/Kyiv)` };
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

/** @throws SalientError `invalid_parameter` for a format without a whole day, or a zone that does not exist */
export function checkDayWriting({ format, zone }: DayWriting): void {
  if (format !== null) {
    const directives = [...directivesOf(format).matchAll(/%[-_0]?(.)?/g)].map(([, letter]) => letter ?? '');
    const wrong = directives.find((letter) => letter === '' || !DIRECTIVES.includes(letter));
    const has = (...letters: string[]) => letters.some((letter) => directives.includes(letter));
    const whole = has('s', 'Q') || (has('Y', 'y') && (has('j') || (has('d', 'e') && has('m', 'b', 'B'))));
    if (wrong !== undefined || !whole) {
      const what =
        wrong === undefined ? 'has no whole day (year, month and day)' : `has %${wrong}, which is no directive`;
      throw new SalientError(
        'invalid_parameter',
        `date-format: ${JSON.stringify(format)} ${what}: such as %d/%m/%Y, %Y-%m-%dT%H:%M:%S%z, unix or unix-ms`,
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
  WORDS.get(format.toLowerCase()) ?? format.replace(/%[zTFDR]/g, (directive) => SPELT[directive] ?? directive);

function byFormat(text: string, format: string, zone: string | null): ReadDay {
  const pattern = directivesOf(format);
  const parsed = utcParse(pattern)(text);
  if (!parsed || Number.isNaN(parsed.getTime()))
    return { fault: `${quote(text)} is not written as --date-format ${format} says` };
  // The parser takes the 31st of February for the 2nd of March.
  const same = /%[-_0]?[ZsQ]/.test(pattern) || plain(utcFormat(pattern)(parsed)) === plain(text);
  if (!same) return { fault: `${quote(text)} is no day of the calendar` };
  const instant = /%[-_0]?[ZsQ]/.test(pattern);
  const day = instant && zone !== null ? dayIn(zone, parsed.getTime()) : dayIn('UTC', parsed.getTime());
  return isIsoDate(day)
    ? { day, ...(instant && zone === null && { inUtc: true }) }
    : { fault: `${quote(text)} is no day of the years 1 to 9999` };
}

/** Without leading zeros and capitals, as people write a day by a format. */
const plain = (text: string) =>
  text
    .replace(/(?<!\d)0+(?=\d)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

function unreadableDay(value: unknown, text: string): string {
  const written = `${quote(value)} is not a calendar day written YYYY-MM-DD`;
  if (/^-?\d{12,13}$/.test(text)) return `${written}: --date-format unix-ms, if it counts milliseconds since 1970`;
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return `${written}: --date-format unix, if it counts seconds since 1970`;
  if (/^\d{8}$/.test(text)) return `${written}: --date-format %Y%m%d says how it is written`;
  if (/^\d{1,2}[./-]\d{1,2}[./-]\d{4}$/.test(text)) {
    const sign = /\D/.exec(text)?.[0] ?? '/';
    return `${written}: --date-format %d${sign}%m${sign}%Y or %m${sign}%d${sign}%Y says how it is written`;
  }
  return `${written}: --date-format says how it is written (%d %B %Y)`;
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
