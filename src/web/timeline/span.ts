import type { SeriesDates } from '../api.js';
import { type Day, inWords, onOrBefore } from '../text/calendar.js';
import { t } from '../text/language.js';

/** The span of a series, and the days on which its map changes. */
export interface Span {
  first: Day;
  last: Day;
  changes: readonly Day[];
}

/** From the first map to the last day for which the series has an answer, or which was requested. */
export function spanOf({ dates, complete_until }: SeriesDates, requested: Day | null): Span {
  const [first] = dates;
  if (first === undefined) throw new Error('the series has no map yet');
  const ends = [dates.at(-1), complete_until, requested].filter((day) => day !== null && day !== undefined).sort();
  return { first, last: ends.at(-1) ?? first, changes: dates };
}

export const within = ({ first, last }: Span, day: Day): Day => (day < first ? first : day > last ? last : day);

/** The day before or after on which the map changes; null at either end. */
export function neighbour(span: Span, day: Day, direction: -1 | 1): Day | null {
  if (direction > 0) return span.changes.find((change) => change > day) ?? null;
  const current = onOrBefore(span.changes, day);
  return span.changes.findLast((change) => change < (current ?? day)) ?? null;
}

/** `Map of 23 Aug, next change 29 Aug`. */
export function mapInWords(span: Span, day: Day): string {
  const from = onOrBefore(span.changes, day);
  if (!from) return t.beginsLater;
  const until = neighbour(span, day, 1);
  const short = (other: Day) => inWords(other, { short: true, year: other.slice(0, 4) !== day.slice(0, 4) });
  const begun = from === day ? t.newMap : t.mapOf(short(from));
  return until ? `${begun}, ${t.nextChange(short(until))}` : begun;
}
