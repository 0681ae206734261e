import { CRUMB_KM2, decimalsOf, plainUnit } from '../model/shown-area.js';
import { controlledRounding } from '../reports/controlled-rounding.js';
import type { Change } from './api.js';
import { t } from './text/language.js';

/** From so much changed ground on figures are whole, km²; of less a village is told, with a decimal, on a small map with more. As in reports. */
const WHOLE = 100;

type Counted = Pick<Change, 'parties'> & Partial<Pick<Change, 'matrix'>> & { theatre_km2?: number | undefined };

/** The figures of a change as readers see them: rounded in both directions at once, so that cells and sums agree. */
export interface Figures {
  passed(from: string, to: string): number;
  gained(party: string): number;
  lost(party: string): number;
  net(party: string): number;
  /** Of the day alone: what is held on it is the same whichever day it is compared with. */
  after(party: string): number;
  /** An area; of `exact` that is something though it rounds to nothing, that it is less than the unit. */
  words(km2: number, exact?: number): string;
  signed(km2: number, exact?: number): string;
}

/** A sign, which from right to left would stand behind its number but for a mark that runs from left to right. */
const signOf = (value: number) => `${t.code === 'ar' ? '\u200e' : ''}${value < 0 ? '−' : '+'}`;

export function figuresOf({ parties, matrix = [], theatre_km2 }: Counted): Figures {
  const moved = matrix.reduce((sum, { from, to, km2 }) => (from === to ? sum : sum + km2), 0);
  const unit = moved >= WHOLE ? 1 : plainUnit(theatre_km2 ?? Number.POSITIVE_INFINITY);
  const rounded = controlledRounding(
    matrix.map(({ from, to, km2 }) => ({ from, to, value: km2 })),
    unit,
  );
  const held = addingUp(new Map(parties.map(({ party, after_km2 }) => [party, after_km2])), unit);
  const cells = rounded.cells.map(({ from, to, units }) => ({ from, to, km2: units * unit }));
  const sum = (which: (cell: (typeof cells)[number]) => boolean) =>
    cells.reduce((total, cell) => (which(cell) ? total + cell.km2 : total), 0);
  const row = (party: string) => parties.find((one) => one.party === party);
  /** Without the matrix the sums are all there is. */
  const either = (exact: number | undefined, added: number) => (matrix.length === 0 ? (exact ?? 0) : added);
  const gained = (party: string) =>
    either(
      row(party)?.gained_km2,
      sum(({ from, to }) => to === party && from !== party),
    );
  const lost = (party: string) =>
    either(
      row(party)?.lost_km2,
      sum(({ from, to }) => from === party && to !== party),
    );
  const plain = (km2: number) => {
    const size = Math.abs(km2).toLocaleString(t.locale, { maximumFractionDigits: decimalsOf(unit) });
    return `${size} ${t.units.km2}`;
  };
  const words = (km2: number, exact = km2) =>
    Math.abs(km2) < unit / 2 && Math.abs(exact) >= CRUMB_KM2 ? `< ${plain(unit)}` : plain(km2);
  return {
    passed: (from, to) => sum((cell) => cell.from === from && cell.to === to),
    gained,
    lost,
    net: (party) => gained(party) - lost(party),
    after: (party) => held.get(party) ?? 0,
    words,
    signed: (km2, exact = km2) => (Math.abs(km2) < unit / 2 ? words(0, exact) : `${signOf(km2)}${words(km2)}`),
  };
}

/** Kilometres of a route by who holds them, whole and adding up to those of the route. */
export function wholeKilometres<Held extends { id: string; km: number }>(held: readonly Held[]): Held[] {
  const whole = addingUp(new Map(held.map(({ id, km }) => [id, km])), 1);
  return held.map((one) => ({ ...one, km: whole.get(one.id) ?? 0 }));
}

/** Parts of a whole, rounded so that they add up to it. */
function addingUp(parts: ReadonlyMap<string, number>, unit: number): Map<string, number> {
  const { columns } = controlledRounding(
    [...parts].map(([to, value]) => ({ from: 'whole', to, value })),
    unit,
  );
  return new Map([...columns].map(([part, units]) => [part, units * unit]));
}
