import { Cron } from 'croner';
import { addDays, type Instant, type IsoDate } from '../model/dates.js';
import { closesAt, localDate, type Period, type PeriodRule, periodsBetween } from './periods.js';
import { instant, instantOf, wallAt } from './wall-clock.js';

/** When a report is made after its period is over, as a cron expression in a time zone. */
export interface CronSchedule {
  cron: string;
  time_zone: string;
}

/** What of a definition decides when it is due. */
export interface Schedulable {
  period: PeriodRule;
  schedule: CronSchedule | null;
  since: IsoDate | null;
}

/** Any expression that has an instant at all has one within these eight years (29 February around 1900 or 2100). */
const FARTHEST_MS = 8.1 * 365.25 * 86_400_000;

/**
 * Five fields (minute hour day month weekday), or six with seconds before them, of which a clock shows some instant: `0 0 31 4 *`
 * is none.
 */
export function isCron(expression: string): boolean {
  if (![5, 6].includes(expression.trim().split(/\s+/).length)) return false;
  const start = Date.UTC(2000, 0, 1);
  const next = nextReading(expression, start);
  return next !== null && next - start < FARTHEST_MS;
}

/** The next reading of a clock after `wall` that an expression names; null when there is none, or it is no expression. */
function nextReading(expression: string, wall: number): number | null {
  try {
    return new Cron(expression, { timezone: 'UTC' }).nextRun(new Date(wall))?.getTime() ?? null;
  } catch {
    // Of an expression without any instant the library runs out of stack.
    return null;
  }
}

/**
 * The instant from which the report of a period is due: when the period is over in its own time zone or, with a
 * schedule, the first instant of the cron expression from then on. A reading that a clock skips is made up for at its end, one
 * that comes twice counts once.
 * @throws Error when the expression names no instant (`isCron`)
 */
export function dueAt({ period: rule, schedule }: Schedulable, period: Pick<Period, 'to'>): Instant {
  const closed = closesAt(period, rule.time_zone);
  if (!schedule) return closed;
  return nextInstant(schedule, Date.parse(closed));
}

/**
 * The first instant of a schedule, not before another.
 * @throws Error when the expression names no instant (`isCron`)
 */
export function nextInstant({ cron, time_zone: zone }: CronSchedule, from: number): Instant {
  // The library knows calendars; what clocks make of a reading is judged here: it is a week late where they skip midnight.
  let wall = wallAt(from - 1000, zone);
  for (;;) {
    const next = nextReading(cron, wall);
    if (next === null) throw new Error(`schedule ${JSON.stringify(cron)} names no instant`);
    const at = instantOf(next, zone, from);
    if (at !== null) return instant(at);
    wall = next;
  }
}

/** How far a series reaches: `completeUntil` null while it goes on. */
export interface Reach {
  firstDate: IsoDate;
  completeUntil: IsoDate | null;
}

/**
 * Every period whose report is due at `now`, in order of time. A period that a series covers only in part is none of
 * them: it must lie within the series, from its first day to its last complete one. `since` null means: all of a series that
 * has ended; of one that goes on, those that were not yet over when the report was defined.
 * @param after only those that begin later than this day
 * @throws RangeError for more than `PERIOD_LIMIT`
 */
export function duePeriods(
  definition: Schedulable,
  reach: Reach,
  definedAt: Instant,
  now: Instant,
  after: IsoDate | null = null,
): Period[] {
  const { period: rule, since } = definition;
  const today = localDate(now, rule.time_zone);
  const end = reach.completeUntil === null ? today : earlier(addDays(reach.completeUntil, 1), today);
  const first = since && since > reach.firstDate ? since : reach.firstDate;
  const begin = after !== null && after >= first ? addDays(after, 1) : first;
  const ended = reach.completeUntil !== null;
  const defined = localDate(definedAt, rule.time_zone);
  // Of a series that goes on what was over before the definition is not even counted.
  const start = ended || since !== null ? begin : later(begin, addDays(defined, -longest(rule)));
  const periods = periodsBetween(rule, start, end).filter((period) => ended || since !== null || period.to > defined);
  return periods.slice(0, countDue(definition, periods, now));
}

/** How many of the periods, in order of time, are due: the later a period ends, the later it is due. */
function countDue(definition: Schedulable, periods: readonly Period[], now: Instant): number {
  let [low, high] = [0, periods.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(dueAt(definition, periods[middle] as Period)) <= Date.parse(now)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Days of the longest period of a rule. */
function longest(rule: PeriodRule): number {
  if (rule.every !== 'custom') return { day: 1, week: 7, month: 31 }[rule.every];
  return 'days' in rule ? rule.days : 366_000;
}

const earlier = (a: IsoDate, b: IsoDate) => (a < b ? a : b);
const later = (a: IsoDate, b: IsoDate) => (a > b ? a : b);
