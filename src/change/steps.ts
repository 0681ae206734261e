import { resolve } from '../series/as-of.js';
import type { Step } from '../series/step-kinds.js';
import { stepRows } from '../series/steps.sql.js';
import type { Db } from '../store/pool.js';
import type { ChangeRequest } from './ask.js';
import { measuredChangeSets } from './matrix.js';

/**
 * The steps of a series between two days (`from` not after `to`), in order: each with its kind, why, and the matrix of
 * what passed from which class to which, m². From the map in force on `from` to the one in force on `to`.
 * @throws SalientError as `resolve`
 */
export async function askSteps(db: Db, { series, from, to, knownAt }: ChangeRequest): Promise<Step[]> {
  await resolve(db, { series, knownAt, date: from });
  return measuredChangeSets(db, await stepRows(db, series, from, to, knownAt));
}
