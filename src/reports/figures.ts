import type { ClaimedChange } from '../change/disputed.js';
import { unknownClasses } from '../model/classes.js';
import type { Figure, MatrixPart, PartyChange, SeriesPart } from './content/content.js';
import type { Cell, Rounded } from './controlled-rounding.js';
import { controlledRounding } from './controlled-rounding.js';

/** Figures are stated to a thousandth: a thousand square metres, a metre. Engines agree on far more than that. */
export const reported = (value: number): number => {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded;
};

export function figure(
  value: number,
  unit: Figure['unit'],
  query: string,
  band: readonly [low: number, high: number] | null = null,
  sd: number | null = null,
): Figure {
  const of = { value: reported(value), low: band && reported(band[0]), high: band && reported(band[1]), unit, query };
  return sd === null ? of : { ...of, sd: reported(sd) };
}

/**
 * The unit of what readers see, km²: the power of ten nearest to the square of the map's accuracy, since nothing smaller
 * than that is known of any border, or of the error of the net change where that is larger; never coarser than a km², which
 * readers expect, nor finer than a hectare. A change of a hundred km² and more is reported in whole ones. Text, tables and charts of
 * a report all use this one unit.
 */
export function shownUnit(accuracyM: number, changedKm2 = 0, sdKm2 = 0): number {
  if (changedKm2 >= 100) return 1;
  const least = Math.max((accuracyM / 1000) ** 2, sdKm2);
  if (least <= 0) return 0.01;
  const power = Math.round(Math.log10(least));
  return 10 ** Math.min(0, Math.max(-2, power));
}

/** The matrix with its shown figures, which add up by rows, by columns and in all. */
export function shownMatrix(
  matrix: readonly { from: string; to: string; km2: number }[],
  unit: number,
  residual: number,
  query: string,
): MatrixPart {
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
    residual_km2: Math.abs(residual) < 1e-6 ? 0 : reported(residual),
    query,
  };
}

/** Whether some of the change is a map put right or drawn by other rules. */
export const isRedrawn = ({ kinds }: Pick<SeriesPart, 'kinds'>): boolean =>
  kinds.some(({ kind, changed }) => kind !== 'movement' && changed.value > 0);

/** Whole units as a number that prints without crumbs of binary fractions. */
const inUnits = (units: number, unit: number) => Number((units * unit).toFixed(unit < 1 ? 2 : 0));

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
