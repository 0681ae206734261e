import { SalientError } from '../errors.js';
import { approveMap, type Decided, mapsUnderReview, refuseDecided } from '../maps/review/review.js';
import type { StepKind } from '../series/step-kinds.js';
import type { Db } from '../store/pool.js';
import { within } from '../store/rehearsal.js';
import { appendAudit } from './audit.sql.js';
import { approvalsStated, heldApprovals, insertHeldApproval, lockHeld } from './held-maps.sql.js';

/** The maps of a series that wait for a person (`decided`: and the others), with who has approved each, of how many. */
export async function heldMaps(db: Db, series: string, decided: boolean) {
  const { held } = await mapsUnderReview(db, series, decided);
  const given = await heldApprovals(
    db,
    held.map(({ id }) => id),
  );
  return {
    series,
    /** Null: no rule of the series is about such maps, and one person decides. */
    approvals_needed: await approvalsStated(db, series, 'held'),
    held: held.map((map) => ({
      ...map,
      approvals: given.filter(({ held: of }) => of === map.id).map(({ held: _, ...rest }) => rest),
    })),
  };
}

/**
 * Approves a map under review. Where a rule of the series is about such maps, it is as with proposals: who sent it, or stated the
 * subscription that did, does not approve it,
 * and it counts when as many others as the rule says have approved and still may; without one, one person decides.
 * @throws SalientError `unknown_held`, `decided`, `own_proposal`, `withdrawn`
 */
export async function approveHeld(
  db: Db,
  series: string,
  id: number,
  { kind, why, by, principal }: { kind: StepKind; why: string; by: string | null; principal: string },
): Promise<Decided> {
  const needed = await approvalsStated(db, series, 'held');
  if (needed === null) return approveMap(db, series, id, { kind, why, by });
  return db.transaction(async (tx) => {
    const inside = within(tx);
    const sender = await lockHeld(tx, series, id);
    await refuseDecided(tx, series, id);
    if (sender?.principal === principal || sender?.stated_by === principal) {
      const how = sender.principal === principal ? 'sent' : `stated ${sender.principal}, which sent`;
      throw new SalientError('own_proposal', `${principal} ${how} this map: somebody else approves it`);
    }
    const before = (await heldApprovals(tx, [id])).filter(({ lapsed }) => lapsed === null);
    if (before.some((given) => given.by === principal)) {
      throw new SalientError('decided', `${principal} has approved held map ${id} already`);
    }
    await insertHeldApproval(tx, id, principal, why);
    await appendAudit(inside, { principal, action: 'approve', subject: `${series}/held/${id}`, detail: { why, kind } });
    const given = before.length + 1;
    if (given >= needed) return approveMap(inside, series, id, { kind, why, by });
    const notes = [`${given} of ${needed} approvals: it waits for another person's`];
    return { series, held: id, decision: 'open', revision: null, released: [], notes };
  });
}

/**
 * An import that decides by itself (`accept`) would leave the rule of the series out.
 * @throws SalientError `not_allowed`
 */
export async function refuseAcceptance(db: Db, series: string): Promise<void> {
  if ((await approvalsStated(db, series, 'held')) === null) return;
  throw new SalientError(
    'not_allowed',
    `a rule of series ${series} is about maps under review: leave accept and kind out, and others approve the map if it waits`,
  );
}
