import { addDays, type IsoDate } from '../model/dates.js';

/** The days between which something came about: `earliest` null means on or before `latest`. */
export interface Span {
  earliest: IsoDate | null;
  latest: IsoDate;
}

/** How a series comes to know: from dated reports, or by maps; and of its maps, which edge of their day they show. */
export interface Observed {
  kind: 'derived' | 'imported';
  date_means?: 'start' | 'end' | null;
}

/**
 * The day on which what the map of a day shows may first have been so. A published map states nothing about the days since the
 * map before it: what it shows came about on one of them. A series made from dated reports knows each of its days. What
 * the first map shows was so on its day or before it: null. A map that shows the start of its day leaves that day open.
 * @param mapDays days of all maps up to the requested one, in order
 */
export function firstPossibleDay(
  { kind, date_means }: Observed,
  mapDays: readonly IsoDate[],
  day: IsoDate,
): IsoDate | null {
  const before = mapDays.findLast((other) => other < day);
  if (before === undefined) return null;
  if (kind === 'derived') return day;
  return date_means === 'start' ? before : addDays(before, 1);
}
