import type { IsoDate } from '../model/dates.js';
import type { Span } from '../series/observed.js';
import { type ControlState, isolated } from './verdict.js';

/** Half-open: `to` is the first day on which the value no longer held; null while it holds. */
export interface Interval<Value> {
  value: Value;
  from: IsoDate;
  to: IsoDate | null;
  /** When the value came about: a day after the last map that showed another, `from` at the latest. */
  began: Span;
}

/** A value that holds from its date until the next entry of the list. */
export interface Dated<Value> {
  date: IsoDate;
  value: Value;
  /** The first day on which it may have come to hold (`series/observed.ts`); null: before anything was seen. */
  possible: IsoDate | null;
}

/**
 * What held when: neighbours of equal value become one half-open interval, so the state on a date of change is the new
 * one (methods T4). The list is in order of dates; its last value is still open.
 */
export function intervals<Value extends string>(entries: readonly Dated<Value>[]): Interval<Value>[] {
  const merged: Interval<Value>[] = [];
  for (const { date, value, possible } of entries) {
    const last = merged.at(-1);
    if (last?.value === value) continue;
    if (last) last.to = date;
    merged.push({ value, from: date, to: null, began: { earliest: possible, latest: date } });
  }
  return merged;
}

/** The states of a post under both masks; null while it is not in place or nothing is mapped there. */
export type States = { strict: ControlState; lenient: ControlState } | null;

/**
 * Since when a post has been isolated, and engulfed, on a date (methods D5), each by the current unbroken run only:
 * `latest` is the first day of the run in which the lenient mask has it so, which is certain; `earliest` the first day on
 * which at least the strict mask may have: a day after the last map by which the post was certainly not. Null when the
 * lenient mask does not have it so on that date.
 */
export function sinceOn(
  history: readonly Dated<States>[],
  on: IsoDate,
): { isolated: Span | null; engulfed: Span | null } {
  const past = history.filter(({ date }) => date <= on);
  return {
    isolated: runStart(past, isolated),
    engulfed: runStart(past, (state) => state === 'engulfed'),
  };
}

function runStart(past: readonly Dated<States>[], holds: (state: ControlState) => boolean): Span | null {
  const latest = firstOfRun(past, (states) => holds(states.lenient));
  // What is certain by the lenient mask holds by the strict one, which is smaller: its run is never the shorter.
  const earliest = firstOfRun(past, (states) => holds(states.lenient) || holds(states.strict));
  return latest && earliest ? { earliest: earliest.possible, latest: latest.date } : null;
}

/** The first entry of the unbroken run at the end of the list; null when its last entry is not in it. */
function firstOfRun(
  past: readonly Dated<States>[],
  holds: (states: NonNullable<States>) => boolean,
): Dated<States> | null {
  let first: Dated<States> | null = null;
  for (let i = past.length - 1; i >= 0; i--) {
    const entry = past[i];
    if (!entry?.value || !holds(entry.value)) break;
    first = entry;
  }
  return first;
}
