import { SalientError } from '../errors.js';
import type { Db } from '../store/pool.js';
import { tentatively } from '../store/savepoint.js';
import { applyChange } from './apply.js';
import type { Applied } from './change.js';
import type { ProposalRow } from './proposals.sql.js';
import { changeOf } from './proposed-change.js';
import { applyWaiting, tryResting, type Waiting } from './resting.js';

/** Tries it on the public record, or upon what it rests on. @throws SalientError as `applyChange` */
export const tryProposed = (inside: Db, row: ProposalRow) =>
  tryResting(inside, row, (upon) => makeProposed(inside, row, upon, { keep: false }));

/**
 * Makes a proposed change upon others that wait; `keep`: to stay. Refused, it leaves the transaction as it was, to be gone on with.
 * @throws SalientError as `applyChange`
 */
export async function makeProposed(
  inside: Db,
  row: ProposalRow,
  upon: readonly Waiting[],
  { keep }: { keep: boolean },
): Promise<Applied> {
  const change = await changeOf(inside, row);
  const made = await tentatively(inside, async () => {
    try {
      await applyWaiting(inside, upon);
      return { undo: !keep, applied: await applyChange(inside, row.series, change) };
    } catch (error) {
      if (!(error instanceof SalientError)) throw error;
      return { undo: true, refusal: error };
    }
  });
  if (made.refusal) throw made.refusal;
  return made.applied;
}
