import { SalientError } from '../errors.js';
import { type IsoDate, isIsoDate, parseInstant } from './dates.js';

/** The period of `datetime`: closed on both ends, as RFC 3339 intervals of OGC APIs are; null is open. */
export interface Period {
  from: IsoDate | null;
  to: IsoDate | null;
  /** A single day or instant, not an interval of one day. */
  single: boolean;
}

/**
 * Reads `datetime`: a day, an instant, or an interval `a/b` with `..` or nothing for an open end, or with the length of
 * the interval (ISO 8601, `2020-01-01/P1M`) in the place of one end. An instant counts as its calendar day in UTC. Beside a day
 * a length counts whole days, that one among them: `2020-01-01/P1M` is January, `P7D/2020-01-07` its first seven days.
 * @throws SalientError `invalid_date`
 */
export function parsePeriod(text: string, parameter = 'datetime'): Period {
  const ends = text.split('/');
  if (ends.length === 1) {
    const day = dayOf(text, parameter);
    return { from: day, to: day, single: true };
  }
  const wrong = (why: string) => new SalientError('invalid_date', `${parameter}: ${JSON.stringify(text)} ${why}`);
  if (ends.length !== 2) throw wrong('is no interval: one slash separates its ends');
  const [first = '', last = ''] = ends;
  const [before, after] = [lengthOf(first), lengthOf(last)];
  if (before && after) throw wrong('has a length for both of its ends');
  const endOf = (text: string) => (text === '' || text === '..' ? null : dayOf(text, parameter));
  const [from, to] = [
    before ? moved(last, before, -1, parameter) : endOf(first),
    after ? moved(first, after, 1, parameter) : endOf(last),
  ];
  if (from !== null && to !== null && to < from) throw wrong('ends before it begins');
  return { from, to, single: false };
}

/** Years, months, weeks, days, hours, minutes and seconds of a length as ISO 8601 writes it; null for anything else. */
function lengthOf(text: string): number[] | null {
  const parts =
    /^P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?!$)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?)?$/.exec(
      text,
    );
  return parts?.slice(1).map((part) => Number(part ?? 0)) ?? null;
}

/**
 * The day of the other end of an interval, one length after (or, by −1, before) this one. A day is whole: it begins the length with its first
 * moment or ends it with its last. @throws SalientError `invalid_date`
 */
function moved(end: string, length: readonly number[], by: 1 | -1, parameter: string): IsoDate {
  // A length has its beginning or its end at a day.
  const day = dayOf(end, parameter);
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = length;
  const isDay = isIsoDate(end) || clippedDay(end) !== null;
  const at = isDay ? new Date(day) : new Date(parseInstant(end, parameter));
  if (isDay && by === -1) at.setUTCDate(at.getUTCDate() + 1);
  const dayOfMonth = at.getUTCDate();
  at.setUTCFullYear(at.getUTCFullYear() + by * years, at.getUTCMonth() + by * months);
  // A month after 31 January is the last of February.
  if (at.getUTCDate() !== dayOfMonth) at.setUTCDate(0);
  at.setTime(at.getTime() + by * 1000 * (((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds));
  // The moment at which a whole day begins belongs to it, and not to the day before.
  if (isDay && by === 1) at.setTime(at.getTime() - 1);
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
  // Of no length is the day itself.
  if (isIsoDate(text)) return isDay && (by === 1 ? text < day : text > day) ? day : text;
  throw new SalientError('invalid_date', `${parameter}: ${JSON.stringify(end)} and so long lies outside the calendar`);
}

function dayOf(text: string, parameter: string): IsoDate {
  if (isIsoDate(text)) return text;
  const bare = clippedDay(text);
  if (bare !== null) return bare;
  try {
    return new Date(parseInstant(text, parameter)).toISOString().slice(0, 10) as IsoDate;
  } catch (cause) {
    const message = `${parameter}: ${JSON.stringify(text)} is not a day (2020-01-28), an instant (2020-01-28T12:00:00Z) or an interval of these (2020-01-01/2020-01-31, ../2020-01-31, 2020-01-01/P1M)`;
    throw new SalientError('invalid_date', message, [], { cause });
  }
}

/** Whether `[from, to)` has a day in the period. */
export function meets(period: Period, from: IsoDate, to: IsoDate | null): boolean {
  return (period.to === null || from <= period.to) && (period.from === null || to === null || to > period.from);
}

/** GDAL 3.6 writes a day as an instant with its time cut off, `2020-01-28T` or `2020-01-28TZ`; null for anything else. */
export function clippedDay(text: string): IsoDate | null {
  const day = /^(\d{4}-\d\d-\d\d)TZ?$/.exec(text)?.[1];
  return day !== undefined && isIsoDate(day) ? day : null;
}
