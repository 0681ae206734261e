import type { Instant, IsoDate } from '../model/dates.js';
import { atWork, workSignal } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { balance } from './balance.js';
import { type Mapped, type MeasuredMatrix, measuredPair } from './matrix.js';
import { placesAndRoutesBetween } from './places-and-routes.js';

/** A step from map to map that has been stored with its matrix: what is left to measure of it can wait for the commit. */
export interface StoredStep {
  series: string;
  edition: number;
  /** When the later of its maps was recorded: what is kept is what was known then. */
  at: Instant;
  from: Mapped & { valid_on: IsoDate };
  to: Mapped & { valid_on: IsoDate };
  measured: MeasuredMatrix;
}

/**
 * Keeps the whole answers to steps that have been committed, so that the first request reads as little as the second. Never
 * fails: what could not be kept is computed on request. To be called outside any transaction.
 */
export async function precomputeChanges(
  db: Db,
  steps: readonly StoredStep[],
  signal: AbortSignal | undefined = workSignal(),
): Promise<void> {
  // A map between two others parts their step: of those that end in one map the last is the one that stands.
  const standing = new Map(steps.map((step) => [step.to.id, step])).values();
  for (const step of standing) {
    if (signal?.aborted) return;
    await atWork({}, () => keepStep(db, step)).catch(() => {});
  }
}

async function keepStep(db: Db, { series, edition, at, from, to, measured }: StoredStep): Promise<void> {
  const { matrix, areas } = await measuredPair(db, from, to, measured);
  const onItsDay = ({ id: revision, valid_on: date }: StoredStep['to']) => {
    return { series, date, knownAt: at, edition, revision };
  };
  const figures = balance(matrix, new Map(areas.before), new Map(areas.after));
  await placesAndRoutesBetween(db, onItsDay(from), onItsDay(to), figures);
}
