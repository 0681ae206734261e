import type { IsoDate } from '../model/dates.js';
import type { EventTotal, NotSummed } from './content/content.js';

/** A number that somebody counted, as an event states it. */
export interface Count {
  measure: string;
  value: number | null;
  /** exact, at_least, more_than, about, nearly, claimed. */
  qualifier: string;
  /** Days over which it was counted, where that is not the event's own; both inclusive. */
  period_from: IsoDate | null;
  period_to: IsoDate | null;
  /** Measure of the same event of which this is a part: five children of ten killed. */
  part_of: string | null;
}

export interface CountedEvent {
  id: string;
  /** Days of the event, inclusive. */
  earliest: IsoDate | null;
  latest: IsoDate | null;
  /** The event whose counts include this one's. */
  part_of: string | null;
  counts: readonly Count[];
}

/** What people suffer adds up over events; how far a town is, or how many there are of something, does not. */
const ADDITIVE = /^(killed|injured|wounded|displaced|detained|missing|abducted|destroyed|strikes|attacks)(_|$)/;

export type Counted = 'summed' | NotSummed;

/**
 * Which counts of a period's events may be added up, by event and in the order of its counts: each person once. Left out
 * are a part of another count of the same event, a count that an enclosing event of the period includes, what was
 * counted over days outside `[from, to)`, and of two counts over more than a day that share days the smaller one (both
 * may speak of the same people).
 */
export function countedOnce(events: readonly CountedEvent[], from: IsoDate, to: IsoDate): Map<string, Counted[]> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const verdicts = new Map(
    events.map((event) => [event.id, event.counts.map((count) => reasonOf(event, count, byId, from, to))]),
  );
  const long = events.flatMap((event) =>
    event.counts.flatMap((count, i) => {
      const days = daysOf(event, count);
      return days && days[0] < days[1] && verdicts.get(event.id)?.[i] === 'summed' ? [{ event, count, i, days }] : [];
    }),
  );
  long.sort((a, b) => (b.count.value ?? 0) - (a.count.value ?? 0) || (a.event.id < b.event.id ? -1 : 1));
  const taken: typeof long = [];
  for (const one of long) {
    const shares = taken.some(
      ({ count, days }) => count.measure === one.count.measure && days[0] <= one.days[1] && one.days[0] <= days[1],
    );
    const reported = verdicts.get(one.event.id);
    if (shares && reported) reported[one.i] = 'overlapping_period';
    else taken.push(one);
  }
  return verdicts;
}

function reasonOf(
  event: CountedEvent,
  count: Count,
  byId: ReadonlyMap<string, CountedEvent>,
  from: IsoDate,
  to: IsoDate,
): Counted {
  if (!ADDITIVE.test(count.measure)) return 'not_additive';
  if (count.value === null) return 'no_number';
  if (count.part_of !== null) return 'part_of_count';
  const days = daysOf(event, count);
  if (!days || days[0] < from || days[1] >= to) return 'other_period';
  const seen = new Set([event.id]);
  for (let whole = byId.get(event.part_of ?? ''); whole && !seen.has(whole.id); whole = byId.get(whole.part_of ?? '')) {
    seen.add(whole.id);
    const including = whole.counts.find(({ measure, value }) => measure === count.measure && value !== null);
    if (including)
      return reasonOf({ ...whole, part_of: null }, including, byId, from, to) === 'summed'
        ? 'part_of_event'
        : 'other_period';
  }
  return 'summed';
}

function daysOf(event: CountedEvent, count: Count): [IsoDate, IsoDate] | null {
  const [first, last] = [count.period_from ?? event.earliest, count.period_to ?? event.latest];
  return first && last ? [first, last] : null;
}

const QUALIFIERS: Record<string, EventTotal['qualifier']> = {
  exact: 'exact',
  at_least: 'at_least',
  more_than: 'at_least',
  about: 'about',
  nearly: 'about',
  claimed: 'claimed',
};

/**
 * Sums by measure, keeping how sure they are: what is only claimed by a side stands by itself; one rounded count makes
 * the sum rounded, one lower bound makes it a lower bound.
 */
export function eventTotals(
  events: readonly CountedEvent[],
  counted: ReadonlyMap<string, readonly Counted[]>,
): Omit<EventTotal, 'query'>[] {
  const totals = new Map<string, Omit<EventTotal, 'query'>>();
  for (const event of events) {
    for (const [i, { measure, value, qualifier }] of event.counts.entries()) {
      if (counted.get(event.id)?.[i] !== 'summed' || value === null) continue;
      const sure = QUALIFIERS[qualifier] ?? 'about';
      const key = `${measure} ${sure === 'claimed'}`;
      const sum = totals.get(key);
      if (!sum) totals.set(key, { measure, qualifier: sure, value, reports: 1 });
      else
        totals.set(key, {
          measure,
          qualifier: weaker(sum.qualifier, sure),
          value: sum.value + value,
          reports: sum.reports + 1,
        });
    }
  }
  return [...totals.values()].sort((a, b) => (`${a.measure} ${a.qualifier}` < `${b.measure} ${b.qualifier}` ? -1 : 1));
}

const WEAKNESS = ['exact', 'at_least', 'about', 'claimed'] as const;
const weaker = (a: EventTotal['qualifier'], b: EventTotal['qualifier']) =>
  WEAKNESS.indexOf(a) < WEAKNESS.indexOf(b) ? b : a;
