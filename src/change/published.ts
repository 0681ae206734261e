import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { balanceTolerance, type Transition } from '../model/transition.js';
import { changedKm2, STEP_KINDS, type Step, type StepKind } from '../series/step-kinds.js';

/** The ground of one day as it was known then and as it is known now, m² from class to class. */
export interface RevisedDay {
  date: IsoDate;
  /** What the map in force then became: its own day as known now. All of it is correction. */
  putRight: readonly Transition[];
  /** Maps of later days, not after `date`, that were not known then: step by step, each of its kind. */
  since: readonly Step[];
  /** The map in force on `date` as known then, to the one as known now: measured on its own. */
  whole: readonly Transition[];
}

/** Net change of a class, km²; `difference_km2` is now less then, and the sum of the three kinds. */
export interface PublishedParty {
  party: string;
  then_net_km2: number;
  now_net_km2: number;
  difference_km2: number;
  movement_km2: number;
  correction_km2: number;
  redefinition_km2: number;
}

export interface PublishedDifference {
  /** Ground of the first and of the last day that is of another class than was known then, by pair of classes. */
  at_from: { date: IsoDate; revised_km2: number; matrix: { from: string; to: string; km2: number }[] };
  at_to: { date: IsoDate; revised_km2: number; matrix: { from: string; to: string; km2: number }[] };
  parties: PublishedParty[];
}

const KM2 = 1e6;

function netOf(matrix: readonly Transition[], name: string): number {
  let [gained, lost] = [0, 0];
  for (const { from, to, m2 } of matrix) {
    if (from === to) continue;
    if (to === name) gained += m2;
    if (from === name) lost += m2;
  }
  return gained - lost;
}

function netByKind({ putRight, since }: RevisedDay, name: string): Record<StepKind, number> {
  const net = { movement: 0, correction: netOf(putRight, name), redefinition: 0 };
  for (const { kind, matrix } of since) net[kind] += netOf(matrix, name);
  return net;
}

/**
 * How much of the difference between a change published earlier and the same change now is movement (maps of later days
 * that came since) and how much correction (maps that were drawn anew). Of every class, net now − net then is what
 * became of the last day less what became of the first: asserted, and so is that the kinds add up to it.
 * @param then,now transition matrices of the two days, m², as known at the earlier instant and now
 * @throws SalientError `imbalance` when an identity misses by more than `balanceTolerance` of the theatre for each matrix in it
 */
export function publishedDifference(
  then: readonly Transition[],
  now: readonly Transition[],
  first: RevisedDay,
  last: RevisedDay,
): PublishedDifference {
  const theatreM2 = now.reduce((sum, { m2 }) => sum + m2, 0);
  const matrices = 6 + first.since.length + last.since.length;
  const same = (name: string, one: number, other: number) => {
    if (Math.abs(one - other) <= balanceTolerance(theatreM2) * matrices) return;
    throw new SalientError(
      'imbalance',
      `of ${name}, now less then is ${one} m², and what became of the two days ${other} m²`,
    );
  };
  const all = [then, now, first.whole, last.whole, first.putRight, last.putRight];
  const pairs = [...all, ...[first, last].flatMap(({ since }) => since.map(({ matrix }) => matrix))].flat();
  const classes = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].sort();
  const parties = classes.map((party) => {
    const difference = netOf(now, party) - netOf(then, party);
    same(party, difference, netOf(last.whole, party) - netOf(first.whole, party));
    const [before, after] = [netByKind(first, party), netByKind(last, party)];
    const kinds = Object.fromEntries(STEP_KINDS.map((kind) => [kind, after[kind] - before[kind]])) as typeof after;
    same(party, difference, kinds.movement + kinds.correction + kinds.redefinition);
    return {
      party,
      then_net_km2: netOf(then, party) / KM2,
      now_net_km2: netOf(now, party) / KM2,
      difference_km2: difference / KM2,
      movement_km2: kinds.movement / KM2,
      correction_km2: kinds.correction / KM2,
      redefinition_km2: kinds.redefinition / KM2,
    };
  });
  return { at_from: reported(first), at_to: reported(last), parties };
}

function reported({ date, whole }: RevisedDay): PublishedDifference['at_from'] {
  const matrix = whole.filter(({ from, to }) => from !== to).map(({ from, to, m2 }) => ({ from, to, km2: m2 / KM2 }));
  return { date, revised_km2: changedKm2(whole), matrix };
}

const signed = (km2: number) => `${Math.abs(km2) < 0.005 ? '' : km2 < 0 ? '−' : '+'}${Math.abs(km2).toFixed(2)} km²`;

/** The difference in a sentence, of the class of which it is greatest. */
export function publishedSentence(
  { parties, at_from, at_to }: PublishedDifference,
  from: IsoDate,
  to: IsoDate,
  thenAt: Instant,
): string {
  const [most] = [...parties].sort((a, b) => Math.abs(b.difference_km2) - Math.abs(a.difference_km2));
  const redrawn = Math.max(at_from.revised_km2, at_to.revised_km2);
  if (!most || Math.abs(most.difference_km2) < 0.005) {
    const where =
      redrawn < 0.005 ? '' : ', though ground of the two days was drawn anew (at_from, at_to) and cancels out';
    return `No net change from ${from} to ${to} differs by 0.01 km² or more from what was known at ${thenAt}${where}.`;
  }
  const { party, then_net_km2, now_net_km2, difference_km2, movement_km2, correction_km2, redefinition_km2 } = most;
  const kinds = [`${signed(movement_km2)} is movement`, `${signed(correction_km2)} correction`];
  if (Math.abs(redefinition_km2) >= 0.005) kinds.push(`${signed(redefinition_km2)} redefinition`);
  return `As known at ${thenAt}, the net change of ${party} from ${from} to ${to} was ${signed(then_net_km2)}; it is ${signed(now_net_km2)} now. Of the difference of ${signed(difference_km2)}, ${kinds.join(' and ')}.`;
}
