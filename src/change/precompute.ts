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

/** What is being kept for each store: one step after the other, so that it takes one connection. */
const underWay = new WeakMap<Db, Promise<void>>();

/**
 * Keeps the whole answers to steps that have been committed, so that the first to ask reads as little as the second. Never
 * fails: what could not be kept is computed when it is asked for. To be called outside any transaction.
 * @param wait false: answers when the steps of earlier calls are kept, and these are while the caller goes on with the
 * next map. Not on the embedded engine, whose one connection would do neither any sooner.
 */
export async function precomputeChanges(db: Db, steps: readonly StoredStep[], wait: boolean): Promise<void> {
  const signal = workSignal();
  const earlier = whenPrecomputed(db);
  // Not cancelled with the caller's work: it is another map's by then.
  const keeping = earlier.then(() => atWork({}, () => keepEach(db, steps, signal)));
  underWay.set(db, keeping);
  await (wait || db.engine === 'embedded' ? keeping : earlier);
}

/** Resolves when all that `precomputeChanges` was given is kept: before the store is closed. */
export function whenPrecomputed(db: Db): Promise<void> {
  return underWay.get(db) ?? Promise.resolve();
}

async function keepEach(db: Db, steps: readonly StoredStep[], signal: AbortSignal | undefined): Promise<void> {
  // A map between two others parts their step: of those that end in one map the last is the one that stands.
  const standing = new Map(steps.map((step) => [step.to.id, step])).values();
  for (const step of standing) {
    if (signal?.aborted) return;
    await keepStep(db, step).catch(() => {});
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
