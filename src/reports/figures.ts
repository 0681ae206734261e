import type { ClaimedChange } from '../change/disputed.js';
import { unknownClasses } from '../model/classes.js';
import { CRUMB_KM2, coarsestUnit, decimalsOf, finestUnit, powerOfTen, withoutCrumbs } from '../model/shown-area.js';
import type { Figure, MatrixPart, PartyChange, SeriesPart } from './content/content.js';
import type { Cell, Rounded } from './controlled-rounding.js';
import { controlledRounding } from './controlled-rounding.js';

/** Lengths and shares are stated to a thousandth: a metre. Engines agree on far more than that. */
export const reported = (value: number): number => inSteps(value, 0.001);

/**
 * Areas are stated in the step of their ground (`statedStep`); what would be nothing in it and is more than a crumb, with its first two
 * digits: what is known to have changed is never stated as 0, and every later judgement can rest on that.
 */
export function reportedArea(km2: number, step: number): number {
  const rounded = inSteps(km2, step);
  return rounded === 0 && Math.abs(km2) >= CRUMB_KM2 ? Number(km2.toPrecision(2)) : rounded;
}

function inSteps(value: number, step: number): number {
  const rounded = Number((Math.round(value / step) * step).toFixed(decimalsOf(step)));
  return rounded === 0 ? 0 : rounded;
}

/** A length, which is stated to a metre. */
export function figure(value: number, unit: 'km' | 'm', query: string): Figure {
  return { value: reported(value), low: null, high: null, unit, query };
}

/** An area with its band and its standard deviation, where it has them. */
export type AreaFigure = (
  km2: number,
  band?: readonly [low: number, high: number] | null,
  sd?: number | null,
  unit?: 'km2' | 'km2/day',
) => Figure;

/** Areas that one question of the API yields, stated in steps of so many km². */
export function areasIn(step: number, query: string): AreaFigure {
  const stated = (km2: number) => reportedArea(km2, step);
  return (km2, band = null, sd = null, unit = 'km2') => {
    const of = { value: stated(km2), low: band && stated(band[0]), high: band && stated(band[1]), unit, query };
    return sd === null ? of : { ...of, sd: stated(sd) };
  };
}

/**
 * The unit of what readers see, km²: the power of ten nearest to the square of the map's accuracy, since nothing smaller
 * than that is known of any border, or of the error of the net change where that is larger; never coarser than a km², which
 * readers expect, nor finer than a hectare; of ground that is small as a whole, by its size (`coarsestUnit`, `finestUnit`). A change of
 * a hundred km² and more is reported in whole ones. Text, tables and charts of a report all use this one unit.
 */
export function shownUnit(
  accuracyM: number,
  changedKm2 = 0,
  sdKm2 = 0,
  groundKm2: number = Number.POSITIVE_INFINITY,
): number {
  if (changedKm2 >= 100) return 1;
  const least = Math.max((accuracyM / 1000) ** 2, sdKm2);
  const unit = least > 0 ? powerOfTen(Math.round(Math.log10(least))) : 0;
  return Math.min(coarsestUnit(groundKm2), Math.max(finestUnit(groundKm2), unit));
}

/** The matrix with its shown figures, which add up by rows, by columns and in all. */
export function shownMatrix(
  matrix: readonly { from: string; to: string; km2: number }[],
  { unit, step }: { unit: number; step: number },
  residual: number,
  query: string,
): MatrixPart {
  const reported = (km2: number) => reportedArea(km2, step);
  const cells: Cell[] = matrix.map(({ from, to, km2 }) => ({ from, to, value: km2 }));
  const rounded = controlledRounding(cells, unit);
  const sums = (side: 'from' | 'to', units: Rounded['rows']) =>
    [...units]
      .map(([name, shown]) => ({
        class: name,
        km2: reported(cells.filter((cell) => cell[side] === name).reduce((sum, { value }) => sum + value, 0)),
        shown: inUnits(shown, unit),
      }))
      .sort((a, b) => (a.class < b.class ? -1 : 1));
  return {
    unit_km2: unit,
    cells: rounded.cells.map(({ from, to, units }, i) => ({
      from,
      to,
      km2: reported(cells[i]?.value ?? 0),
      shown: inUnits(units, unit),
    })),
    before: sums('from', rounded.rows),
    after: sums('to', rounded.columns),
    total_km2: reported(cells.reduce((sum, { value }) => sum + value, 0)),
    total_shown: inUnits(rounded.total, unit),
    residual_km2: Math.abs(residual) < CRUMB_KM2 ? 0 : reported(residual),
    query,
  };
}

/** Whether some of the change is a map put right or drawn by other rules. */
export const isRedrawn = ({ kinds }: Pick<SeriesPart, 'kinds'>): boolean =>
  kinds.some(({ kind, changed }) => kind !== 'movement' && changed.value > 0);

/** Whole units as a number that prints without crumbs of binary fractions. */
const inUnits = (units: number, unit: number) => withoutCrumbs(units * unit);

/** The changes of the parties that hold ground on either of the maps. */
const shownOnEither = <Row extends Pick<PartyChange, 'before' | 'after'>>(changes: readonly Row[]): Row[] =>
  changes.filter(({ before, after }) => before.value > 0 || after.value > 0);

/** How many parties hold ground on either of the maps: with fewer than two there is no line between them. */
export const sidesShown = (changes: readonly Pick<PartyChange, 'before' | 'after'>[]): number =>
  shownOnEither(changes).length;

/** The parties that hold ground on either of the maps. */
export const sides = (changes: readonly Pick<PartyChange, 'party' | 'before' | 'after'>[]): string[] =>
  shownOnEither(changes).map(({ party }) => party);

/** The change with all ground whose holder is not known as such. */
export function unstatedAsUnknown(rows: readonly ClaimedChange[], sides: number): ClaimedChange[] {
  const unknown = unknownClasses(sides);
  const known = (of: string) => (unknown.includes(of) ? 'unknown' : of);
  return rows.map((row) => ({ ...row, from_class: known(row.from_class), to_class: known(row.to_class) }));
}

/**
 * Parts of a whole as shares of it, to a thousandth; finer where the least part would be nothing so. They add up to what all parts are of
 * the whole: each goes to the step just below or above it, those with the largest remainders above.
 */
export function sharesOf(parts: readonly number[], whole: number): number[] {
  if (parts.length === 0 || whole <= 0) return parts.map(() => 0);
  const least = Math.min(...parts.filter((part) => part > 0)) / whole;
  const decimals = least < 0.0005 ? Math.min(9, Math.ceil(-Math.log10(least)) + 1) : 3;
  const steps = parts.map((part) => (part / whole) * 10 ** decimals);
  const floors = steps.map(Math.floor);
  const rest = (i: number) => (steps[i] ?? 0) - (floors[i] ?? 0);
  const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0);
  const lacking = Math.round(sum(steps)) - sum(floors);
  const above = new Set([...steps.keys()].sort((a, b) => rest(b) - rest(a) || a - b).slice(0, lacking));
  return floors.map((floor, i) => Number(((floor + (above.has(i) ? 1 : 0)) / 10 ** decimals).toFixed(decimals)));
}

type Band = [low: number, high: number];

/** Ground that was disputed in the same way on both days is no change of the period. */
const changed = (row: ClaimedChange) => row.from_class !== row.to_class || row.from_claimant !== row.to_claimant;
const surely = (name: string, party: string) => name === party;
/** Who holds contested ground is disputed; who holds unknown ground, nobody knows. */
const perhaps = (name: string, party: string) => name === party || name === 'contested' || name === 'unknown';

const km2Of = (rows: readonly ClaimedChange[], which: (row: ClaimedChange) => boolean) =>
  rows.reduce((sum, row) => (changed(row) && which(row) ? sum + row.m2 : sum), 0) / 1e6;

/**
 * What disputed claims and ground of unknown holders leave open of what a party gained and lost: at least what cannot be read
 * otherwise, at most all that may be, whoever is right (methods B.6). km².
 */
export function disputedChange(rows: readonly ClaimedChange[], party: string): { gained: Band; lost: Band; net: Band } {
  const gross = (was: 'from_class' | 'to_class', is: 'from_class' | 'to_class'): Band => [
    km2Of(rows, (row) => !perhaps(row[was], party) && surely(row[is], party)),
    km2Of(rows, (row) => !surely(row[was], party) && perhaps(row[is], party)),
  ];
  const gained = gross('from_class', 'to_class');
  const lost = gross('to_class', 'from_class');
  return { gained, lost, net: [gained[0] - lost[1], gained[1] - lost[0]] };
}

/** What passed from one party to another: surely, and at most. km². */
export function disputedPair(rows: readonly ClaimedChange[], from: string, to: string): Band {
  return [
    km2Of(rows, (row) => surely(row.from_class, from) && surely(row.to_class, to)),
    km2Of(rows, (row) => perhaps(row.from_class, from) && perhaps(row.to_class, to)),
  ];
}

/** A band made wider by what drawing may differ by; what was gained or lost is never less than nothing. */
export function widened([low, high]: Band, byKm2: number, atLeast = Number.NEGATIVE_INFINITY): Band {
  return [Math.max(atLeast, low - byKm2), high + byKm2];
}
