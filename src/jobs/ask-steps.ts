import type { Db } from '../db/pool.js';
import { stepRows } from '../db/steps.js';
import type { Step } from '../model/step-kinds.js';
import type { AskedChange } from './ask-change.js';
import { measuredSteps } from './measure-change.js';
import { resolve } from './resolve.js';

/**
 * The steps of a series between two days (`from` not after `to`), in order: each with its kind, why, and the matrix of
 * what passed from which class to which, m². From the map in force on `from` to the one in force on `to`.
 * @throws SalientError as `resolve`
 */
export async function askSteps(db: Db, { series, from, to, knownAt }: AskedChange): Promise<Step[]> {
  await resolve(db, { series, knownAt, date: from });
  return measuredSteps(db, await stepRows(db, series, from, to, knownAt));
}
