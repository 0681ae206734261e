import type { Transition } from '../model/transition.js';
import { type Balance, balance } from './balance.js';

/** Of the ground that passed from one class to another, what an opening leaves, m². */
export interface Opened {
  from: string;
  to: string;
  opened_m2: number;
}

export interface FilteredBalance extends Balance {
  opening_m: number;
  /** The later map with the slivers given back to who held them before: what the columns add up to. */
  area_t2_filtered: { class: string; km2: number }[];
  /** Ground that was given back. */
  given_back_km2: number;
  note: string;
}

const NOTE =
  'ground that changed its class only in slivers narrower than twice the opening is counted as its former owner’s; columns add up to area_t2_filtered, not to the later map';

/** The transition matrix without slivers, which go back to their former owner (methods B.4). */
export function filteredBalance(
  raw: readonly Transition[],
  opened: readonly Opened[],
  before: ReadonlyMap<string, number>,
  openingM: number,
): FilteredBalance {
  const left = new Map(opened.map(({ from, to, opened_m2 }) => [`${from} ${to}`, opened_m2]));
  const own = new Map<string, number>();
  const passed: Transition[] = [];
  let givenBack = 0;
  for (const { from, to, m2 } of raw) {
    const kept = from === to ? 0 : Math.min(m2, left.get(`${from} ${to}`) ?? 0);
    own.set(from, (own.get(from) ?? 0) + m2 - kept);
    if (kept > 0) passed.push({ from, to, m2: kept });
    if (from !== to) givenBack += m2 - kept;
  }
  const diagonal = [...own].filter(([, m2]) => m2 > 0).map(([name, m2]) => ({ from: name, to: name, m2 }));
  const transitions = [...diagonal, ...passed].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
  const after = new Map<string, number>();
  for (const { to, m2 } of transitions) after.set(to, (after.get(to) ?? 0) + m2);
  return {
    ...balance(transitions, before, after),
    opening_m: openingM,
    area_t2_filtered: [...after].map(([name, m2]) => ({ class: name, km2: m2 / 1e6 })).sort(byClass),
    given_back_km2: givenBack / 1e6,
    note: NOTE,
  };
}

const byClass = (a: { class: string }, b: { class: string }) => (a.class < b.class ? -1 : 1);
