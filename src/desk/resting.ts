import { SalientError } from '../errors.js';
import type { Db } from '../store/pool.js';
import { applyChange } from './apply.js';
import type { Change } from './change.js';
import { waitingReleases } from './members-record.sql.js';
import { isReference } from './proposal.js';
import { proposals } from './proposals.sql.js';
import { changeOf } from './proposed-change.js';

/*
 * A change may name a party, place, post or route that is approved and not out. It rests on that: it is tried upon it, is approved
 * under embargo only, and goes out after it.
 */

/** Reference data of a theatre that is approved and not out. */
export interface Waiting {
  id: number;
  series: string;
  change: Change;
}

/** What is tried: a change of a series, as a proposal where it is one. */
export interface Proposable {
  series: string;
  theatre: string;
  id: number | null;
}

/** In the order of the approvals, but for what is tried itself. */
async function waitingReferenceData(db: Db, { theatre, id: own }: Proposable): Promise<Waiting[]> {
  const found: Waiting[] = [];
  for (const { id, series } of await waitingReleases(db, theatre)) {
    if (id === own) continue;
    const [row] = await proposals(db, series, { id });
    if (row && isReference(row.content)) found.push({ id, series, change: await changeOf(db, row) });
  }
  return found;
}

/**
 * Tries a change on the public record; where that refuses it, upon what waits there.
 * @param attempt tries it upon some waiting changes, and takes all of it back
 * @returns with the numbers of what it rests on: one of those that wait where one will do, else all
 * @throws SalientError as on the public record, where it is refused upon what waits too
 */
export async function tryResting<T>(
  db: Db,
  of: Proposable,
  attempt: (upon: readonly Waiting[]) => Promise<T>,
): Promise<{ result: T; restsOn: number[] }> {
  try {
    return { result: await attempt([]), restsOn: [] };
  } catch (refusal) {
    if (!(refusal instanceof SalientError)) throw refusal;
    const waiting = await waitingReferenceData(db, of);
    const each = waiting.map((one) => [one]);
    for (const upon of waiting.length > 1 ? [...each, waiting] : each) {
      try {
        return { result: await attempt(upon), restsOn: upon.map(({ id }) => id) };
      } catch (error) {
        if (!(error instanceof SalientError)) throw error;
      }
    }
    throw refusal;
  }
}

/** Makes what waits, for a change that may rest on it. */
export async function applyWaiting(inside: Db, waiting: readonly Waiting[]): Promise<void> {
  for (const { series, change } of waiting) await applyChange(inside, series, change);
}

const numbers = (restsOn: readonly number[]) => `proposal ${restsOn.join(', ')}`;

export const restingNote = (restsOn: readonly number[]) =>
  `it rests on ${numbers(restsOn)}, approved and not out: it is approved under embargo only, and goes out after that`;

/** A change that would go out before what it rests on. */
export const restingConflict = (id: number, restsOn: readonly number[]) =>
  new SalientError(
    'proposal_conflict',
    `proposal ${id} rests on ${numbers(restsOn)}, approved and not out: release that first, or approve this one under embargo`,
  );
