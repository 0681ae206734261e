import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import { balanceTolerance, difference, type Transition } from '../model/transition.js';

/**
 * What a step from one map of a series to the next was. `movement`: ground changed hands. `correction`: what had been
 * drawn wrongly was put right. `redefinition`: what is drawn came to mean something else (a class, a rule, a frame).
 */
export const STEP_KINDS = ['movement', 'correction', 'redefinition'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** One step with its transition matrix, m², the diagonal included. */
export interface Step {
  /** Day of the later map, from which the step is in force; `from_date` is the day of the map before it. */
  date: IsoDate;
  from_date: IsoDate;
  revision: number;
  from_revision: number;
  kind: StepKind;
  /** Null where nobody stated a kind: then it is movement. */
  why: string | null;
  matrix: Transition[];
}

export interface KindFigures {
  kind: StepKind;
  steps: number;
  /** Ground that changed its class in these steps, summed step by step: there and back counts twice. */
  changed_km2: number;
  /** Off the diagonal, summed step by step; `net_km2` is what is left of it after what went the other way. */
  matrix: { from: string; to: string; km2: number; net_km2: number }[];
  parties: { party: string; gained_km2: number; lost_km2: number; net_km2: number }[];
}

export interface KindsOfChange {
  /** All three kinds, in the order of `STEP_KINDS`; figures 0 where there is no such step. */
  kinds: KindFigures[];
  /** The steps whose kind somebody has stated. */
  stated_steps: { date: IsoDate; from_date: IsoDate; kind: StepKind; why: string; changed_km2: number }[];
}

const KM2 = 1e6;

/** The transition matrix the other way round. */
export function transposed(matrix: readonly Transition[]): Transition[] {
  return matrix.map(({ from, to, m2 }) => ({ from: to, to: from, m2 }));
}

/**
 * The steps of a span distinguished by kind. What each class gained less what it lost in all steps of all kinds is its net
 * change over the span (methods B.1, 4): asserted, each step adding its own rounding.
 * @param steps in order of date
 * @param netM2 of each class over the whole span, m², measured on its own
 * @throws SalientError `imbalance` when the kinds do not add up to the whole
 */
export function kindsOfChange(
  steps: readonly Step[],
  netM2: ReadonlyMap<string, number>,
  theatreM2: number,
): KindsOfChange {
  const kinds = STEP_KINDS.map((kind) => {
    const own = steps.filter((step) => step.kind === kind);
    return figuresOf(kind, own.length, summed(own.flatMap((step) => step.matrix)));
  });
  const allowed = balanceTolerance(theatreM2) * Math.max(1, steps.length);
  const classes = new Set([...netM2.keys(), ...kinds.flatMap(({ parties }) => parties.map(({ party }) => party))]);
  for (const name of classes) {
    const net = kinds.reduce((total, { parties }) => total + (parties.find((p) => p.party === name)?.net_km2 ?? 0), 0);
    const missed = net * KM2 - (netM2.get(name) ?? 0);
    if (!(Math.abs(missed) <= allowed)) {
      throw new SalientError('imbalance', `the steps between the two days miss the change of ${name} by ${missed} m²`);
    }
  }
  const stated_steps = steps.flatMap(({ date, from_date, kind, why, matrix }) =>
    why === null ? [] : [{ date, from_date, kind, why, changed_km2: changedKm2(matrix) }],
  );
  return { kinds, stated_steps };
}

/** Ground that changed its class, km². */
export function changedKm2(matrix: readonly Transition[]): number {
  return matrix.reduce((total, { from, to, m2 }) => (from === to ? total : total + m2), 0) / KM2;
}

/** Added up by pair of classes, off the diagonal, in order. */
function summed(all: readonly Transition[]): Transition[] {
  const pairs = new Map<string, Transition>();
  for (const { from, to, m2 } of all) {
    if (from === to) continue;
    const key = `${from} ${to}`;
    pairs.set(key, { from, to, m2: m2 + (pairs.get(key)?.m2 ?? 0) });
  }
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function figuresOf(kind: StepKind, steps: number, pairs: readonly Transition[]): KindFigures {
  const sum = (select: (pair: Transition) => boolean) =>
    pairs.reduce((total, pair) => (select(pair) ? total + pair.m2 : total), 0) / KM2;
  const classes = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].sort();
  return {
    kind,
    steps,
    changed_km2: sum(() => true),
    matrix: pairs.map(({ from, to, m2 }) => {
      const back = sum((pair) => pair.from === to && pair.to === from);
      return { from, to, km2: m2 / KM2, net_km2: difference(m2 / KM2, back) };
    }),
    parties: classes.map((party) => {
      const [gained, lost] = [sum((pair) => pair.to === party), sum((pair) => pair.from === party)];
      return { party, gained_km2: gained, lost_km2: lost, net_km2: difference(gained, lost) };
    }),
  };
}
