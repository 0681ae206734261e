import type { BorderEdges } from '../coverage/border-edges.js';
import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import type { Transition } from '../model/transition.js';
import type { Step } from '../series/step-kinds.js';
import type { StepRow } from '../series/steps.sql.js';
import { keepWhereWritable } from '../store/keep.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { balance } from './balance.js';
import { type ComparedBorders, comparedBorders, type MovedRow, type RedrawnRow } from './borders.js';
import { differenceOf } from './difference.js';
import { borderEdges } from './digitising-noise.sql.js';
import { type DisputedRow, disputedBands } from './disputed.js';
import { type ClaimedTransition, cacheChange, cachedChange, changeByFace, changeByOverlay } from './overlay.sql.js';
import { classAreasOver } from './region.sql.js';

/** A revision and the partition it is measured in. */
export interface Mapped {
  id: number;
  partition: number;
}

export const mapOf = ({ revision: id, partition }: { revision: number; partition: number }): Mapped => ({
  id,
  partition,
});

/** What two maps make of each other: all that needs their geometry except places and routes. */
export interface MeasuredPair {
  /** Square metres. */
  matrix: Transition[];
  /** Square metres of each class on either day, measured on their own: what rows and columns add up to. */
  areas: { before: [string, number][]; after: [string, number][] };
  /** Null where both maps have the same partition: no border was drawn anew. */
  borders: RedrawnRow[] | null;
  /** Borders of each class that are not in both maps. */
  moved: MovedRow[];
  straight: ComparedBorders['straight'];
  disputed: DisputedRow[];
}

/** What of it comes of one overlay. */
export interface MeasuredMatrix extends Pick<MeasuredPair, 'matrix' | 'areas' | 'disputed'> {
  /** The borders of both maps, where they came with it. */
  compared: ComparedBorders | null;
}

/**
 * Measures all of the change between two revisions once and keeps it: neither can change any more. An import does so for
 * both neighbours of a new map, any other pair is measured on request.
 * @param measured what `measureMatrix` returned, where that has just been done
 * @throws SalientError `imbalance` when it does not add up to the areas of either map
 */
export function measuredPair(
  db: Queryable,
  before: Mapped,
  after: Mapped,
  measured: MeasuredMatrix | null = null,
): Promise<MeasuredPair> {
  return once(db, 'change-5', [before.id, after.id], async () => {
    const { matrix, areas, disputed, compared } = measured ?? (await measureMatrix(db, before, after));
    const { redrawn, moved, straight } = compared ?? comparedBorders(await borderEdges(db, before.id, after.id));
    const borders = before.partition === after.partition ? null : redrawn;
    return { matrix, areas, borders, moved, straight, disputed };
  });
}

/**
 * Measures what passed between two revisions, and keeps the transition matrix.
 * @throws SalientError `imbalance` when it does not add up to the areas of either map
 */
export async function measureMatrix(db: Queryable, before: Mapped, after: Mapped): Promise<MeasuredMatrix> {
  const { rows, borders, matrix, areas } = await overlaid(db, before, after);
  return {
    matrix,
    compared: borders && comparedBorders(borders),
    areas: { before: [...areas.before], after: [...areas.after] },
    disputed: disputedBands(rows),
  };
}

/**
 * What passed between two revisions with who claims what, balanced, and the borders of both maps where they came with it; the matrix is kept.
 * @throws SalientError `imbalance` when it does not add up to the areas of either map
 */
export const overlaid = (db: Queryable, before: Mapped, after: Mapped) =>
  balanced(db, before.id, after.id, before.partition === after.partition);

/**
 * The transition matrix of two revisions alone, m²: computed and balanced once for the pair and kept.
 * @throws SalientError `imbalance` when it does not add up to the areas of either map
 */
export async function measuredChange(
  db: Queryable,
  from: number,
  to: number,
  samePartition: boolean,
): Promise<Transition[]> {
  const kept = await cachedChange(db, from, to);
  if (kept.length === 0) return (await balanced(db, from, to, samePartition)).matrix;
  return kept.map(({ from_class, to_class, m2 }) => ({ from: from_class, to: to_class, m2 }));
}

async function balanced(db: Queryable, from: number, to: number, samePartition: boolean) {
  const sums = await classAreasOver(db, [from, to], null);
  const areasOf = (id: number) => new Map(sums.flatMap((row) => (row.revision === id ? [[row.class, row.m2]] : [])));
  const areas = { before: areasOf(from), after: areasOf(to) };
  const inBalance = (rows: ClaimedTransition[], borders: BorderEdges | null) => {
    if (rows.length === 0) throw new SalientError('imbalance', 'the overlay of the two maps came back empty');
    const matrix = byClass(rows);
    balance(matrix, areas.before, areas.after);
    return { rows, borders, matrix, areas };
  };
  const measured = samePartition
    ? inBalance(await changeByFace(db, from, to), null)
    : ((await byDifference(db, from, to, inBalance)) ?? inBalance(await changeByOverlay(db, from, to), null));
  await keepWhereWritable(() => cacheChange(db, from, to, measured.rows));
  return measured;
}

/** Null where the maps are too large for it, or where lines that should meet do not: the whole maps are overlaid then. */
async function byDifference<T>(
  db: Queryable,
  from: number,
  to: number,
  inBalance: (rows: ClaimedTransition[], borders: BorderEdges) => T,
): Promise<T | null> {
  const found = await differenceOf(db, from, to);
  try {
    return found && inBalance(found.rows, found.borders);
  } catch (error) {
    if (error instanceof SalientError && error.code === 'imbalance') return null;
    throw error;
  }
}

function byClass(rows: readonly ClaimedTransition[]): Transition[] {
  const sums = new Map<string, Transition>();
  for (const { from_class: from, to_class: to, m2 } of rows) {
    const key = JSON.stringify([from, to]);
    const sum = sums.get(key);
    if (sum) sum.m2 += m2;
    else sums.set(key, { from, to, m2 });
  }
  return [...sums.values()];
}

/** Steps with the matrices that had not been measured yet. */
export async function measuredChangeSets(db: Queryable, rows: readonly StepRow[]): Promise<Step[]> {
  const steps: Step[] = [];
  for (const { same_partition, matrix, ...row } of rows) {
    steps.push({
      ...row,
      matrix: matrix ?? (await measuredChange(db, row.from_revision, row.revision, same_partition)),
    });
  }
  return steps;
}

/** A step that is stated to be no movement, in the requested direction. */
export interface OtherStep {
  date: IsoDate;
  from_date: IsoDate;
  kind: 'correction' | 'redefinition';
  why: string | null;
  /** Revisions: the later day's first where the days run backwards. */
  before: number;
  after: number;
}

/** Those of the steps between two days, as `stepRows` gives them, that are corrections or redefinitions. */
export function otherSteps(rows: readonly StepRow[], forward: boolean): OtherStep[] {
  return rows.flatMap(({ date, from_date, kind, why, revision, from_revision }) => {
    if (kind === 'movement') return [];
    const [before, after] = forward ? [from_revision, revision] : [revision, from_revision];
    return [{ date, from_date, kind, why, before, after }];
  });
}
