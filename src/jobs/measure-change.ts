import { changeByFace, changeByOverlay, keepChange, keptChange } from '../db/change.js';
import { classAreas } from '../db/control.js';
import type { Queryable } from '../db/pool.js';
import type { StepRow } from '../db/steps.js';
import { SalientError } from '../errors.js';
import { balance, type Transition } from '../model/balance.js';
import type { Step } from '../model/step-kinds.js';

/**
 * The transition matrix of two revisions, m²: computed and balanced once for the pair and kept, for neither can change.
 * @throws SalientError `imbalance` when it does not add up to the areas of either map
 */
export async function measuredChange(
  db: Queryable,
  from: number,
  to: number,
  samePlane: boolean,
): Promise<Transition[]> {
  const kept = await keptChange(db, from, to);
  const rows = kept.length > 0 ? kept : await (samePlane ? changeByFace : changeByOverlay)(db, from, to);
  if (rows.length === 0) throw new SalientError('imbalance', 'the overlay of the two maps came back empty');
  const matrix = rows.map(({ from_class, to_class, m2 }) => ({ from: from_class, to: to_class, m2 }));
  if (kept.length > 0) return matrix;
  balance(matrix, await areasOf(db, from), await areasOf(db, to));
  await keepChange(db, from, to, rows);
  return matrix;
}

const areasOf = async (db: Queryable, revision: number) =>
  new Map((await classAreas(db, revision)).map((row) => [row.class, row.m2]));

/** Steps with the matrices that had not been measured yet. */
export async function measuredSteps(db: Queryable, rows: readonly StepRow[]): Promise<Step[]> {
  const steps: Step[] = [];
  for (const { same_plane, matrix, ...row } of rows) {
    steps.push({ ...row, matrix: matrix ?? (await measuredChange(db, row.from_revision, row.revision, same_plane)) });
  }
  return steps;
}
