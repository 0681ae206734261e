/**
 * Salient for programmers: open a store, load or import maps, and ask the same questions as over HTTP and on the command
 * line. Coordinates are CRS84 (lon, lat); areas km², lengths km or metres as the names say, unrounded; dates
 * `YYYY-MM-DD` strings; intervals half-open. docs/programming.md has an example that runs.
 *
 * ```ts
 * import { askChange, openStore, parseDate } from 'salient';
 * const { db } = await openStore({ databaseUrl: process.env.DATABASE_URL ?? null, dataFolder: '.salient' });
 * const change = await askChange(db, { series: 'm5', from: parseDate('2019-08-01'), to: parseDate('2020-02-15'), knownAt: null });
 * await db.close();
 * ```
 */
import { join } from 'node:path';
import { PROJECT_ROOT } from './config.js';
import { openStore as open, type Store } from './jobs/open-store.js';

export type { Db } from './db/pool.js';
export { atWork, type Step as WorkStep, type Work } from './db/work.js';
export { type ErrorCode, type Problem, SalientError } from './errors.js';
export { type AskedChange, askChange, askPatches } from './jobs/ask-change.js';
export { askControl, askPlaces } from './jobs/ask-control.js';
export { askEncirclement, askPostHistory } from './jobs/ask-encirclement.js';
export { askFront } from './jobs/ask-front.js';
export { askFrontMovement, askSalients } from './jobs/ask-front-movement.js';
export { askPostEvidence } from './jobs/ask-post.js';
export { askRoute, askRouteHistory } from './jobs/ask-route.js';
export { askSeries } from './jobs/ask-series.js';
export { askClaims, askEvents } from './jobs/ask-statements.js';
export { askSteps } from './jobs/ask-steps.js';
export { askTimeline } from './jobs/ask-timeline.js';
export { type Derived, deriveSeries } from './jobs/derive-series.js';
export { type Imported, type ImportRequest, importSnapshots } from './jobs/import-snapshots.js';
export { loadBundle, type Progress, readBundles } from './jobs/load-bundle.js';
export { loadGeodata } from './jobs/open-store.js';
export type { Asked } from './jobs/resolve.js';
export { stateStep } from './jobs/state-step.js';
export { withdrawSeries } from './jobs/withdraw-series.js';
export { type Instant, type IsoDate, parseDate, parseInstant } from './model/dates.js';
export type { DisputedRow } from './model/disputed.js';
export type { Evidence } from './model/evidence.js';
export type { PairLength } from './model/front.js';
export type { NetChange, NoiseFloor } from './model/noise.js';
export type { StatementBeside } from './model/statements-beside.js';
export type { Step, StepKind } from './model/step-kinds.js';
export type { Stretch } from './model/stretches.js';
export type { Verdict } from './model/verdict.js';

/**
 * Opens the database and brings its schema up to date: a server when `databaseUrl` is set, else the embedded engine in
 * `dataFolder`. Close it with `store.db.close()`.
 * @throws SalientError `unavailable`, `folder_locked`, `database_unfit`, `database_ahead`, `migration_changed`
 */
export function openStore(
  settings: { databaseUrl: string | null; dataFolder: string },
  progress: (line: string) => void = () => {},
): Promise<Store> {
  return open(settings, join(PROJECT_ROOT, 'migrations'), progress);
}
