import cronParser from 'cron-parser';
import { addDays, type Instant, type IsoDate } from '../model/dates.js';
import { closesAt, localDate, type Period, type PeriodRule, periodsBetween } from './periods.js';

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

/** Five fields (minute hour day month weekday), or six with seconds before them. */
export function isCron(expression: string): boolean {
  if (![5, 6].includes(expression.trim().split(/\s+/).length)) return false;
  try {
    cronParser.parseExpression(expression);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant from which the report of a period is due: when the period is over in its own time zone or, with a
 * schedule, the first instant of the cron expression from then on. An hour that a clock skips is made up for at its end, one that
 * comes twice counts once.
 */
export function dueAt({ period: rule, schedule }: Schedulable, period: Pick<Period, 'to'>): Instant {
  const closed = closesAt(period, rule.time_zone);
  if (!schedule) return closed;
  // The parser looks strictly after its start: an instant earlier, so that the closing one itself counts.
  const from = new Date(Date.parse(closed) - 1000);
  const next = cronParser.parseExpression(schedule.cron, { currentDate: from, tz: schedule.time_zone }).next();
  return next.toDate().toISOString() as Instant;
}

/** How far a series reaches: `completeUntil` null while it goes on. */
export interface Reach {
  firstDate: IsoDate;
  completeUntil: IsoDate | null;
}

/**
 * Every period whose report is due at `now`, in order of time. A period that a series covers only in part is none of
 * them: it must lie within the series, from its first day to its last complete one. `since` null means: all of a series that has ended;
 * of one that goes on, those that were not yet over when the report was defined.
 */
export function duePeriods(definition: Schedulable, reach: Reach, definedAt: Instant, now: Instant): Period[] {
  const { period: rule, since } = definition;
  const today = localDate(now, rule.time_zone);
  const end = reach.completeUntil === null ? today : earlier(addDays(reach.completeUntil, 1), today);
  const begin = since && since > reach.firstDate ? since : reach.firstDate;
  const ended = reach.completeUntil !== null;
  return periodsBetween(rule, begin, end).filter(
    (period) =>
      (ended || since !== null || period.to > localDate(definedAt, rule.time_zone)) &&
      Date.parse(dueAt(definition, period)) <= Date.parse(now),
  );
}

const earlier = (a: IsoDate, b: IsoDate) => (a < b ? a : b);
