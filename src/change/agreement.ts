import { SalientError } from '../errors.js';
import { HOLDER_UNKNOWN } from '../model/classes.js';
import { balanceTolerance } from '../model/transition.js';

/** Square metres that one series has as class `a` and the other as class `b`, under their own names. */
export interface Meeting {
  a: string;
  b: string;
  m2: number;
}

/** What two maps of one day make of the ground that both speak of. */
export interface Agreement {
  /** Ground inside both theatres. */
  shared_km2: number;
  /** Both give it the same class (the other series' parties by the mapping); of `shared_km2`. */
  agree_km2: number;
  agree_share: number;
  differ_km2: number;
  /** Neither states `unknown` or leaves it `unassigned`: what is left when silence is no agreement. */
  said_km2: number;
  said_agree_km2: number;
  /** Null where no ground is covered by both. */
  said_agree_share: number | null;
  /** By class of the first series: where the two agree about it, and how much they do (intersection over union). */
  classes: ClassAgreement[];
  matrix: { a: string; b: string; km2: number; agrees: boolean }[];
  /** What the pairs miss of the shared ground and of each class in it: rounding, or a defect. */
  residual_km2: number;
}

/** How far two maps agree about one class, inside both theatres. */
export interface ClassAgreement {
  class: string;
  series_km2: number;
  with_km2: number;
  both_km2: number;
  /** Jaccard: what both give to the class by what either does; 1 where they are the same. */
  iou: number;
  /** Of the area that the first, and the second, gives to the class, the share that the other gives to it too; null: none. */
  share_of_series: number | null;
  share_of_with: number | null;
}

const KM2 = 1e6;

/**
 * How far two maps agree (an agreement matrix; overall agreement after Congalton 1991). The matrix is balanced: its rows
 * add up to the ground of each class of the one map inside both theatres, its columns to that of the other.
 * @param matches the class of the first series that a class of the second means
 * @param areas m² of each class inside both theatres, measured on their own
 * @throws SalientError `imbalance` when the pairs do not add up, `no_data` when the theatres share no ground
 */
export function agreement(
  meetings: readonly Meeting[],
  areas: { a: ReadonlyMap<string, number>; b: ReadonlyMap<string, number>; sharedM2: number },
  matches: (b: string) => string,
): Agreement {
  const { sharedM2 } = areas;
  if (!(sharedM2 > 0)) throw new SalientError('no_data', 'the theatres of the two series share no ground');
  const sum = (select: (row: Meeting) => boolean) =>
    meetings.reduce((total, row) => (select(row) ? total + row.m2 : total), 0);
  const missed = [
    sum(() => true) - sharedM2,
    ...[...areas.a].map(([name, m2]) => sum(({ a }) => a === name) - m2),
    ...[...areas.b].map(([name, m2]) => sum(({ b }) => b === name) - m2),
  ];
  const residual = missed.reduce((worst, value) => (Math.abs(value) > Math.abs(worst) ? value : worst), 0);
  if (!(Math.abs(residual) <= balanceTolerance(sharedM2))) {
    throw new SalientError(
      'imbalance',
      `the pairs of classes miss the shared ground by ${residual} m² of ${sharedM2} m²`,
    );
  }
  const agrees = ({ a, b }: Meeting) => a === matches(b);
  const stated = ({ a, b }: Meeting) => !HOLDER_UNKNOWN.includes(a) && !HOLDER_UNKNOWN.includes(b);
  const [agree, statedM2, statedAgree] = [sum(agrees), sum(stated), sum((row) => stated(row) && agrees(row))];
  return {
    shared_km2: sharedM2 / KM2,
    agree_km2: agree / KM2,
    agree_share: agree / sharedM2,
    differ_km2: sum((row) => !agrees(row)) / KM2,
    said_km2: statedM2 / KM2,
    said_agree_km2: statedAgree / KM2,
    said_agree_share: statedM2 > 0 ? statedAgree / statedM2 : null,
    classes: classAgreements(meetings, matches),
    matrix: meetings.map((row) => ({ a: row.a, b: row.b, km2: row.m2 / KM2, agrees: agrees(row) })),
    residual_km2: residual / KM2,
  };
}

function classAgreements(meetings: readonly Meeting[], matches: (b: string) => string): ClassAgreement[] {
  const names = [...new Set(meetings.flatMap(({ a, b }) => [a, matches(b)]))].sort();
  return names.map((name) => {
    const sum = (select: (row: Meeting) => boolean) =>
      meetings.reduce((total, row) => (select(row) ? total + row.m2 : total), 0);
    const ours = sum(({ a }) => a === name);
    const theirs = sum(({ b }) => matches(b) === name);
    const both = sum(({ a, b }) => a === name && matches(b) === name);
    return {
      class: name,
      series_km2: ours / KM2,
      with_km2: theirs / KM2,
      both_km2: both / KM2,
      iou: both / (ours + theirs - both),
      share_of_series: ours > 0 ? both / ours : null,
      share_of_with: theirs > 0 ? both / theirs : null,
    };
  });
}

/**
 * Reads `b1:a1,b2:a2`: which party of the second series is which of the first. What is not named keeps its own id.
 * @throws SalientError `invalid_parameter` for what is not of that form, names a party that is none, or one twice
 */
export function partyMapping(
  text: string | null,
  parties: { a: readonly string[]; b: readonly string[] },
): ReadonlyMap<string, string> {
  const mapping = new Map<string, string>();
  for (const pair of text?.split(',') ?? []) {
    const [b = '', a = '', more] = pair.split(':');
    const wrong = (why: string) => new SalientError('invalid_parameter', `match: ${JSON.stringify(pair)}: ${why}`);
    if (a === '' || b === '' || more !== undefined) throw wrong('write theirs:ours, separated by commas');
    if (!parties.b.includes(b)) throw wrong(`the second series has ${parties.b.join(', ')}`);
    if (!parties.a.includes(a)) throw wrong(`the first series has ${parties.a.join(', ')}`);
    if (mapping.has(b)) throw wrong(`${b} is named twice`);
    mapping.set(b, a);
  }
  return mapping;
}
