import { addDays, dateOfDayNumber, dayNumber, type Instant, type IsoDate, isIsoDate } from '../model/dates.js';
import { instant, wallAt } from './wall-clock.js';

/**
 * How time is cut into periods. Every period is half-open, `[from, to)`, in calendar days of the rule's time zone.
 *
 * - calendar: days, ISO weeks (from Monday), months; each day lies in one period.
 * - rolling: the day, the 7 days or the month that end with each day; periods overlap, one closes every midnight.
 * - custom: pieces of so many days counted from a first one (a week from Saturday, ten days), or one span.
 */
export type PeriodRule =
  | { every: 'day' | 'week' | 'month'; kind: 'calendar' | 'rolling'; time_zone: string }
  | { every: 'custom'; days: number; starting: IsoDate; time_zone: string }
  | { every: 'custom'; from: IsoDate; to: IsoDate; time_zone: string };

export interface Period {
  /** Never changes for the same days under the same rule: `2020-02-03`, `2020-W06`, `2020-02`, `2020-02-03_2020-02-13`. */
  key: string;
  from: IsoDate;
  /** First day after the period. */
  to: IsoDate;
}

/** More periods than anyone would make at once: a typing error in a year would otherwise fill the memory. */
const PERIOD_LIMIT = 10_000;

/**
 * The period of which `date` is a day; for rolling rules the one of which it is the last day. Null outside the span of a
 * custom rule.
 */
export function periodContaining(rule: PeriodRule, date: IsoDate): Period | null {
  if (rule.every === 'custom') {
    if ('from' in rule) return rule.from <= date && date < rule.to ? span(rule.from, rule.to) : null;
    const nth = Math.floor((dayNumber(date) - dayNumber(rule.starting)) / rule.days);
    const from = addDays(rule.starting, nth * rule.days);
    return nth < 0 ? null : span(from, addDays(from, rule.days));
  }
  if (rule.kind === 'rolling') {
    const to = addDays(date, 1);
    return span(rule.every === 'month' ? monthsBefore(to, 1) : addDays(to, rule.every === 'week' ? -7 : -1), to);
  }
  switch (rule.every) {
    case 'day':
      return { key: date, from: date, to: addDays(date, 1) };
    case 'week': {
      const from = mondayOf(date);
      return { key: isoWeek(from), from, to: addDays(from, 7) };
    }
    case 'month': {
      const from = `${date.slice(0, 8)}01` as IsoDate;
      return { key: date.slice(0, 7), from, to: monthsBefore(from, -1) };
    }
  }
}

/** The period of a key that `periodContaining` gave; null when the rule has none of that key. */
export function periodOfKey(rule: PeriodRule, key: string): Period | null {
  const [first = '', week] = key.split('-W');
  const text = week ? `${first}-01-04` : key.length === 7 ? `${key}-01` : key.slice(0, 10);
  if (!isIsoDate(text) || (week !== undefined && !/^\d\d$/.test(week))) return null;
  const day = week ? addDays(text, 7 * (Number(week) - 1)) : text;
  const last =
    key.includes('_') && overlapping(rule) && isIsoDate(key.slice(11)) ? addDays(key.slice(11) as IsoDate, -1) : day;
  const period = periodContaining(rule, last);
  return period?.key === key ? period : null;
}

/**
 * The periods that lie wholly within `[from, to)`, in order of time.
 * @throws RangeError when there are more than `PERIOD_LIMIT`
 */
export function periodsBetween(rule: PeriodRule, from: IsoDate, to: IsoDate): Period[] {
  const periods: Period[] = [];
  for (let day = firstDay(rule, from); day !== null && day < to; ) {
    const period = periodContaining(rule, day);
    if (!period || period.to > to) break;
    if (period.from >= from) periods.push(period);
    if (periods.length > PERIOD_LIMIT) throw new RangeError(`more than ${PERIOD_LIMIT} periods from ${from} to ${to}`);
    day = overlapping(rule) ? addDays(day, 1) : period.to;
  }
  return periods;
}

/** The instant at which a period is over in a time zone: from then on the date there is never before `to` again. */
export function closesAt({ to }: Pick<Period, 'to'>, timeZone: string): Instant {
  // No clock is farther than 15 hours from UTC. Seen from the end, since a clock put back at midnight shows a date twice.
  const midnight = dayNumber(to) * DAY_MS;
  let before = midnight + 15 * HOUR_MS;
  while (wallAt(before, timeZone) >= midnight) before -= HOUR_MS / 4;
  let [open, closed] = [before, before + HOUR_MS / 4];
  while (closed - open > 1000) {
    const middle = Math.floor((open + closed) / 2000) * 1000;
    if (wallAt(middle, timeZone) >= midnight) closed = middle;
    else open = middle;
  }
  return instant(closed);
}

/** The calendar day at an instant in an IANA time zone. */
export const localDate = (at: Instant, timeZone: string): IsoDate =>
  dateOfDayNumber(Math.floor(wallAt(Date.parse(at), timeZone) / DAY_MS));

/** Is it a time zone that this machine knows? */
export function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 pass in newer engines, but have no daylight saving: a person who writes one is mistaken.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    wallAt(0, name);
    return true;
  } catch {
    return false;
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const span = (from: IsoDate, to: IsoDate): Period => ({ key: `${from}_${to}`, from, to });
const overlapping = (rule: PeriodRule) => rule.every !== 'custom' && rule.kind === 'rolling';

/** A day of the first period that may lie after `from`; null when there is none. */
function firstDay(rule: PeriodRule, from: IsoDate): IsoDate | null {
  if (rule.every !== 'custom') return from;
  const first = 'from' in rule ? rule.from : rule.starting;
  return first > from ? first : from;
}

/** Day 0 was a Thursday. */
const mondayOf = (date: IsoDate) => dateOfDayNumber(dayNumber(date) - ((((dayNumber(date) + 3) % 7) + 7) % 7));

/** The ISO 8601 week of a Monday: it belongs to the year that its Thursday lies in. */
function isoWeek(monday: IsoDate): string {
  const year = addDays(monday, 3).slice(0, 4);
  const first = mondayOf(`${year}-01-04` as IsoDate);
  return `${year}-W${String(1 + (dayNumber(monday) - dayNumber(first)) / 7).padStart(2, '0')}`;
}

/** The same day of another month, or the last day of that month where it is shorter. */
function monthsBefore(date: IsoDate, months: number): IsoDate {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const index = year * 12 + month - 1 - months;
  const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
  const length = new Date(Date.UTC(2000 + (y % 400), m, 0)).getUTCDate();
  return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(Math.min(day, length)).padStart(2, '0')}` as IsoDate;
}
