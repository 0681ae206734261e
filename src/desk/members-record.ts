import { SalientError } from '../errors.js';
import { log } from '../log.js';
import { copyRevision } from '../maps/withdrawal/withdrawals.sql.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import { asMember } from '../store/members-record.js';
import type { Db, Queryable } from '../store/pool.js';
import { within } from '../store/rehearsal.js';
import { makeProposed } from './make-proposed.js';
import {
  adopt,
  adoptReference,
  type Branch,
  hasOwnMaps,
  heldBack,
  lateBranches,
  lockBranch,
  openBranch,
  publicMarkOf,
  stateBranch,
  stoppedKinds,
  waitingReleases,
  writeAhead,
  writePublic,
} from './members-record.sql.js';
import { isReference, isReferenceKind } from './proposal.js';
import { type ProposalRow, proposals } from './proposals.sql.js';
import { deriveTheatre } from './reference-proposal.js';

/*
 * The record of members (migration 38): what is approved under embargo is in it from the approval, in the public record from the
 * release. It is the public record and, on top of it, the changes that wait, in the order of their approvals; whenever the public record
 * changes meanwhile, they are made again.
 */

/** A waiting change that the members' record is without, and why. */
export interface Unfit {
  series: string;
  proposal: number;
  why: string;
}

/** After an approval under embargo, in its transaction: the change is in the members' record. */
export async function goAhead(inside: Db, theatre: string): Promise<void> {
  await openBranch(inside, theatre);
  await keepUp(inside, theatre);
}

/**
 * Brings the members' record up to date, in a transaction that took its turn as a writer of the whole theatre (`recordingInstant`). What
 * fails is tried again with the next look: neither an approval nor a release waits for it.
 * @returns what was tried again and does not fit now
 */
export async function keepUp(inside: Db, theatre: string): Promise<Unfit[]> {
  const branch = await lockBranch(inside, theatre);
  if (!branch?.active) return [];
  await inside.query('savepoint ahead');
  try {
    const unfit = await bringUp(inside, theatre, branch);
    await inside.query('release savepoint ahead');
    return unfit;
  } catch (error) {
    await inside.query('rollback to savepoint ahead');
    log.warn({ theatre, error: (error as Error).message }, 'the record of members is not up to date');
    return [];
  }
}

/** Brings up to date what others have left behind: an import, a pull, an older process. */
export async function keepAllUp(db: Db): Promise<void> {
  for (const theatre of await lateBranches(db)) {
    await db.transaction(async (tx) => {
      await recordingInstant(tx);
      if ((await waitingReleases(tx, theatre)).length > 0) await openBranch(tx, theatre);
      await keepUp(within(tx), theatre);
    });
  }
}

async function bringUp(inside: Db, theatre: string, branch: Branch): Promise<Unfit[]> {
  const waiting = await waitingReleases(inside, theatre);
  const held = await heldBack(inside, theatre);
  const followed = await publicMarkOf(inside, theatre);
  const stopped = (await stoppedKinds(inside, branch.applied)).some(isReferenceKind);
  const goesOn = !held.any && followed === branch.followed && branch.applied.every((id, n) => waiting[n]?.id === id);
  const rows: ProposalRow[] = [];
  const unfit: Unfit[] = [];
  for (const { id, series } of waiting) rows.push(...(await proposals(inside, series, { id })));

  const path = await writeAhead(inside, theatre);
  await asMember({ theatres: [theatre], mark: `bring up ${theatre} ${branch.version}` }, async () => {
    if (!goesOn) {
      for (const revision of await adopt(inside, theatre)) {
        await copyRevision(inside, revision, await recordingInstant(inside));
      }
      if (stopped) await adoptReference(inside, theatre, await recordingInstant(inside));
    }
    // Reference data is a version of its own: it stands until a newer one is adopted, and what is derived by it is derived again.
    const stands = ({ id, content }: ProposalRow) =>
      branch.applied.includes(id) && (goesOn || (isReference(content) && !held.editions && !stopped));
    if (!goesOn && rows.some(stands)) await deriveTheatre(inside, theatre);
    for (const row of rows) {
      if (stands(row)) continue;
      const why = await makeAhead(inside, row);
      if (why !== null) unfit.push({ series: row.series, proposal: row.id, why });
    }
  });
  await writePublic(inside, path);
  await stateBranch(inside, theatre, {
    active: rows.length > 0 || (await hasOwnMaps(inside, theatre)),
    version: branch.version + 1,
    applied: rows.map(({ id }) => id),
    followed,
  });
  return unfit;
}

/** Makes one change; where it no longer fits (why), the members' record is without it until somebody settles that. Null: it is made. */
async function makeAhead(tx: Queryable, row: ProposalRow): Promise<string | null> {
  if ('purged' in row.content) return null;
  try {
    await makeProposed(within(tx), row, [], { keep: true });
    return null;
  } catch (error) {
    if (!(error instanceof SalientError)) throw error;
    log.info({ series: row.series, proposal: row.id, why: error.message }, 'an approved change does not fit now');
    return error.message;
  }
}
