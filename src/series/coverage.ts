import { addDays, dayNumber, type Instant, type IsoDate } from '../model/dates.js';
import type { SeriesStatement } from './series.sql.js';

/*
 * The one rule of how far a map reaches: what a series does not cover is not known, and is never answered as "the same as
 * before" or as zero. A map is carried at most `max_age_days` beyond its day; where a series states until when it is
 * complete, days up to that one are covered by the statement. No day after today is covered.
 */

/** How many days a map is carried where its series states no limit. */
const DEFAULT_MAX_AGE_DAYS = 14;

type Stated = Pick<SeriesStatement, 'kind' | 'complete_until' | 'max_age_days' | 'date_means'>;
type Reach = Pick<Stated, 'complete_until' | 'max_age_days'>;

/** Why nothing is known of a day. */
export type DayReason = 'future' | 'map_too_old';

/** Why nothing is known of the day of a collection; before the first map other answers are refused. */
export type UnknownReason = DayReason | 'before_first_map' | 'no_map';

/** Whether a day of a series is known, and how old the map is that answers it. */
export interface DayCoverage {
  /** False: an answer must state that nothing is known of the day, with `reason`. */
  known: boolean;
  reason: DayReason | null;
  /** Days from the map's own day to the day of the question. */
  map_age_days: number;
  max_age_days: number;
  /** The series does not claim to be complete on the day: not `known`, or later than its `complete_until`. */
  stale: boolean;
}

/** Why nothing is known of a period. */
export type PeriodReason = 'future' | 'not_over' | 'before_first_map' | 'no_map' | 'map_too_old';

/** Whether a series knows what changed in a period. */
export interface PeriodCoverage {
  known: boolean;
  reason: PeriodReason | null;
  /** The last map up to the period's last day; null when there is none. */
  last_map: IsoDate | null;
  /** The map that is too old for the day that the period is counted from; absent where that is not why nothing is known. */
  before_map?: IsoDate;
  /** The first map after the period; null when there is none. */
  next_map: IsoDate | null;
  max_age_days: number;
}

/**
 * The two days whose maps stand for the ends of `[from, to)`. A map that shows the end of its day (also where a series does
 * not state what its days mean) counts from the day before to the last one; one that shows the start of its day counts from
 * the first day to the day after the last.
 */
export function endsOfPeriod(
  { date_means }: Pick<Stated, 'date_means'>,
  { from, to }: { from: IsoDate; to: IsoDate },
): { before: IsoDate; after: IsoDate } {
  const shift = date_means === 'start' ? 0 : -1;
  return { before: addDays(from, shift), after: addDays(to, shift) };
}

/** The days `[from, to)` that two maps stand for the ends of. */
export function periodBetween(
  { date_means }: Pick<Stated, 'date_means'>,
  { before, after }: { before: IsoDate; after: IsoDate },
): { from: IsoDate; to: IsoDate } {
  const shift = date_means === 'start' ? 0 : 1;
  return { from: addDays(before, shift), to: addDays(after, shift) };
}

/** The age limit of a series, stated or by default, in days. */
export const maxAgeDays = ({ max_age_days }: Pick<Stated, 'max_age_days'>): number =>
  max_age_days ?? DEFAULT_MAX_AGE_DAYS;

/** The last day, in UTC, that can be known at an instant of recording (null: now): never a day after today. */
export function lastKnowableDay(knownAt: Instant | null, now = new Date().toISOString()): IsoDate {
  const at = knownAt === null || Date.parse(knownAt) > Date.parse(now) ? now : new Date(knownAt).toISOString();
  return at.slice(0, 10) as IsoDate;
}

/**
 * Whether a day is known by the map that is in force on it.
 * @param mapDay the day of that map
 * @param today `lastKnowableDay` of the question
 */
export function coverageOfDay(statement: Reach, mapDay: IsoDate, date: IsoDate, today: IsoDate): DayCoverage {
  const limit = maxAgeDays(statement);
  const reason = date > today ? 'future' : date > reachOf(statement, mapDay) ? 'map_too_old' : null;
  const incomplete = statement.complete_until !== null && date > statement.complete_until;
  return {
    known: reason === null,
    reason,
    map_age_days: dayNumber(date) - dayNumber(mapDay),
    max_age_days: limit,
    stale: reason !== null || incomplete,
  };
}

/** Why an answer about these days is unknown; null: all of them are known. The last one is judged first. */
export const unknownOn = (...days: readonly { coverage: DayCoverage }[]): DayReason | null =>
  days.map(({ coverage }) => coverage.reason).findLast((reason) => reason !== null) ?? null;

/**
 * The day that is written over a map, in words: the day of the question where it is known; else the map's own, and what it is not.
 * @param of the day of the question, and of the map that is drawn for it
 */
export function dayDrawn(of: {
  date: IsoDate;
  valid_from: IsoDate;
  stale: boolean;
  unknown: DayReason | null;
}): string {
  const { date, valid_from, stale, unknown } = of;
  if (unknown) return `${valid_from} (the last map; nothing is known of ${date})`;
  return stale ? `${date} (not complete; the last map is of ${valid_from})` : date;
}

/** Days, half-open. */
export interface DaySpan {
  from: IsoDate;
  to: IsoDate;
}

/**
 * The days between the maps of a series of which it knows nothing: the map before them is too old, and another one ends them.
 * @param mapDays days of all its maps, in order
 */
export function unknownBetween(statement: Stated, mapDays: readonly IsoDate[]): DaySpan[] {
  return mapDays.slice(1).flatMap((to, index) => {
    const from = addDays(reachOf(statement, mapDays[index] as IsoDate), 1);
    return from < to ? [{ from, to }] : [];
  });
}

/** The last day that a series knows, by its last map: never one after today. Later days are not known. */
export function knownUntil(statement: Reach, lastMap: IsoDate | undefined, today: IsoDate): IsoDate | null {
  if (lastMap === undefined) return null;
  const reach = reachOf(statement, lastMap);
  return reach < today ? reach : today;
}

/**
 * Whether a series knows what changed in `[from, to)`: the period is over, it is known on both of its ends, and two
 * maps (or one map and the claim to be complete) stand for them. A series of published maps that has none in the period
 * says nothing of it; one made from dated reports says that nothing was reported.
 * @param mapDays days of all its maps, in order
 * @param today the first day that is not over
 */
export function coverageOfPeriod(
  statement: Stated,
  mapDays: readonly IsoDate[],
  { from, to }: { from: IsoDate; to: IsoDate },
  today: IsoDate,
): PeriodCoverage {
  const { before: eve, after: last } = endsOfPeriod(statement, { from, to });
  const lastMap = mapDays.findLast((day) => day <= last) ?? null;
  const before = mapDays.findLast((day) => day <= eve) ?? null;
  const answer = (reason: PeriodReason | null): PeriodCoverage => ({
    known: reason === null,
    reason,
    last_map: lastMap,
    next_map: mapDays.find((day) => day > last) ?? null,
    max_age_days: maxAgeDays(statement),
  });
  if (from >= today) return answer('future');
  if (to > today) return answer('not_over');
  if (lastMap === null) return answer('before_first_map');
  if (last > reachOf(statement, lastMap)) return answer('map_too_old');
  if (before === null) {
    const inside = mapDays.filter((day) => day > eve && day <= last).length;
    // One map compares with nothing; a series made from reports begins with what was so on its first day.
    return answer(inside > 1 || (statement.kind === 'derived' && lastMap === from) ? null : 'before_first_map');
  }
  if (statement.kind === 'imported' && lastMap <= eve) return answer('no_map');
  return eve > reachOf(statement, before) ? { ...answer('map_too_old'), before_map: before } : answer(null);
}

/** The last day that a map may stand for, whatever today is. */
function reachOf(statement: Reach, mapDay: IsoDate): IsoDate {
  const { complete_until: until } = statement;
  const from = until !== null && until > mapDay ? until : mapDay;
  return addDays(from, maxAgeDays(statement));
}
