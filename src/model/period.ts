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
 * Reads `datetime`: a day, an instant, or an interval `a/b` with `..` or nothing for an open end. An instant counts as
 * its calendar day in UTC.
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
  const [from, to] = ends.map((end) => (end === '' || end === '..' ? null : dayOf(end, parameter))) as [
    IsoDate | null,
    IsoDate | null,
  ];
  if (from !== null && to !== null && to < from) throw wrong('ends before it begins');
  return { from, to, single: false };
}

function dayOf(text: string, parameter: string): IsoDate {
  if (isIsoDate(text)) return text;
  const bare = clippedDay(text);
  if (bare !== null) return bare;
  try {
    return new Date(parseInstant(text, parameter)).toISOString().slice(0, 10) as IsoDate;
  } catch (cause) {
    const message = `${parameter}: ${JSON.stringify(text)} is not a day (2020-01-28), an instant (2020-01-28T12:00:00Z) or an interval of these (2020-01-01/2020-01-31, ../2020-01-31)`;
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
