import { SalientError } from '../errors.js';
import { balanceTolerance, difference, type Transition } from '../model/transition.js';

export interface ClassBalance {
  party: string;
  before_km2: number;
  after_km2: number;
  gained_km2: number;
  lost_km2: number;
  net_km2: number;
  /** 2·min(gained, lost): ground that was exchanged for other ground (Pontius 2004). */
  swap_km2: number;
  /** |net| + swap: gained and lost together. */
  total_change_km2: number;
}

export interface Balance {
  matrix: { from: string; to: string; km2: number }[];
  parties: ClassBalance[];
  theatre_km2: number;
  /** Ground that changed its class, each once. */
  changed_km2: number;
  /** What rows and columns miss of the areas on either day: rounding, or a defect. */
  residual_km2: number;
}

const KM2 = 1e6;

/**
 * The transition matrix with its row and column sums checked against the areas of either day (methods B.1).
 * @param before,after square metres of each class on either day, measured on their own
 * @throws SalientError `imbalance` when an identity fails
 */
export function balance(
  transitions: readonly Transition[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Balance {
  const classes = [...new Set([...before.keys(), ...after.keys()])].sort();
  const sum = (select: (t: Transition) => boolean) =>
    transitions.filter(select).reduce((total, { m2 }) => total + m2, 0);
  const theatre = [...before.values()].reduce((total, m2) => total + m2, 0);
  const residuals = classes.flatMap((name) => [
    sum((t) => t.from === name) - (before.get(name) ?? 0),
    sum((t) => t.to === name) - (after.get(name) ?? 0),
  ]);
  // An area that is no number is no smaller than any other: it must not be taken for balanced.
  const largest = residuals.reduce((worst, value) => (Math.abs(value) > Math.abs(worst) ? value : worst), 0);
  const residual = residuals.find(Number.isNaN) ?? largest;
  if (!(Math.abs(residual) <= balanceTolerance(theatre))) {
    throw new SalientError(
      'imbalance',
      `rows and columns of the change miss the areas by ${residual} m² of ${theatre} m²`,
    );
  }
  const parties = classes.map((name) => {
    const gained = sum((t) => t.to === name && t.from !== name);
    const lost = sum((t) => t.from === name && t.to !== name);
    return {
      party: name,
      before_km2: (before.get(name) ?? 0) / KM2,
      after_km2: (after.get(name) ?? 0) / KM2,
      gained_km2: gained / KM2,
      lost_km2: lost / KM2,
      net_km2: difference(gained, lost) / KM2,
      swap_km2: (2 * Math.min(gained, lost)) / KM2,
      total_change_km2: (gained + lost) / KM2,
    };
  });
  return {
    matrix: transitions.map(({ from, to, m2 }) => ({ from, to, km2: m2 / KM2 })),
    parties,
    theatre_km2: theatre / KM2,
    changed_km2: sum((t) => t.from !== t.to) / KM2,
    residual_km2: residual / KM2,
  };
}
