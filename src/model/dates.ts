import { SalientError } from '../errors.js';

declare const brand: unique symbol;

/** A calendar day `YYYY-MM-DD`. Carried as a string from edge to edge: a `Date` would add a time zone. */
export type IsoDate = string & { readonly [brand]: 'IsoDate' };

/** An RFC 3339 instant in UTC: our recording time. */
export type Instant = string & { readonly [brand]: 'Instant' };

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT =
  /^(?<day>\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?<fraction>\.\d{1,9})?(?:[Zz]|[+-](?<hours>[01]\d|2[0-3]):[0-5]\d)$/;
/** PostgreSQL reads no farther zones. */
const FARTHEST_ZONE_H = 14;

/** True for a real calendar day written `YYYY-MM-DD` (2020-02-30 is not one). Years 0001 to 9999. */
export function isIsoDate(text: string): text is IsoDate {
  const match = DATE.exec(text);
  if (!match || match[1] === '0000') return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Parses a day, or throws `invalid_date` naming the parameter. */
export function parseDate(text: string, parameter = 'date'): IsoDate {
  if (isIsoDate(text)) return text;
  throw new SalientError('invalid_date', `${parameter}: ${JSON.stringify(text)} is not a calendar day YYYY-MM-DD`);
}

/** Parses an instant, or throws `invalid_instant` naming the parameter. */
export function parseInstant(text: string, parameter = 'known-at'): Instant {
  const { day = '', hours = '', fraction = '' } = INSTANT.exec(text)?.groups ?? {};
  if (isIsoDate(day)) {
    if (Number(hours) <= FARTHEST_ZONE_H) return text as Instant;
    const [second = ''] = new Date(text).toISOString().split('.');
    if (isIsoDate(second.slice(0, 10))) return `${second}${fraction}Z` as Instant;
  }
  throw new SalientError(
    'invalid_instant',
    `${parameter}: ${JSON.stringify(text)} is not an RFC 3339 instant such as 2020-02-01T12:00:00Z`,
  );
}

/** Days since 1970-01-01: a sortable number, used in span tiles and for arithmetic. */
export function dayNumber(date: IsoDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

export function dateOfDayNumber(day: number): IsoDate {
  return new Date(day * DAY_MS).toISOString().slice(0, 10) as IsoDate;
}

/** The day it is now in UTC, as every connection's `current_date` is. */
export function todayUtc(): IsoDate {
  return dateOfDayNumber(Math.floor(Date.now() / DAY_MS));
}

/** The last day that a map can show: in UTC it may be tomorrow, for it is so already in the east, and some publish ahead. */
export const lastDayOfMaps = (): IsoDate => addDays(todayUtc(), 1);

export function addDays(date: IsoDate, days: number): IsoDate {
  return dateOfDayNumber(dayNumber(date) + days);
}
