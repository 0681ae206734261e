import type { IsoDate } from '../model/dates.js';
import { knownUntil, lastKnowableDay } from '../series/coverage.js';
import type { Series } from './api.js';
import { type Day, onOrBefore } from './text/calendar.js';

type Stated = Pick<Series, 'complete_until' | 'max_age_days'>;

/** The last day that a map stands for, by the service's own rule: never one after today. */
export function lastDayOf({ complete_until, max_age_days }: Stated, map: Day): Day {
  const stated = { complete_until: complete_until as IsoDate | null, max_age_days };
  return knownUntil(stated, map as IsoDate, lastKnowableDay(null)) ?? map;
}

/** The last map before a day of which nothing is known; null: the day is known. `changes` are the days of the maps. */
export function lastMapBefore(series: Stated, changes: readonly Day[], day: Day): Day | null {
  const map = onOrBefore(changes, day);
  return map !== null && day > lastDayOf(series, map) ? map : null;
}
