/**
 * Salient for programmers: open a store, load or import maps, and get the same answers as over HTTP and on the command
 * line. Coordinates are CRS84 (lon, lat); areas km², lengths km or metres as the names state, unrounded; dates
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
import { log } from './log.js';
import { openStore as open, type Store } from './open-store.js';
import { definitionProblems } from './reports/definition.js';
import type { Bundle } from './series/bundle/bundle.js';
import { readBundles as readBundlesOf } from './series/bundle/load-bundle.js';

// The lines of a service are none of a program's that uses its functions.
log.level = 'silent';

export { askChange, askPatches, type ChangeRequest } from './change/ask.js';
export type { DisputedRow } from './change/disputed.js';
export type { NetChange, NoiseFloor } from './change/noise.js';
export { askSteps } from './change/steps.js';
export { askEncirclement, askPostHistory } from './encirclement/ask.js';
export { askPostEvidence } from './encirclement/ask-post.js';
export type { StatementBeside } from './encirclement/evidence/statements-beside.js';
export type { Evidence } from './encirclement/evidence/terms.js';
export { askTimeline } from './encirclement/timeline.js';
export type { Verdict } from './encirclement/verdict.js';
export { type ErrorCode, type Problem, SalientError } from './errors.js';
export { askFront } from './front/ask.js';
export type { PairLength } from './front/lengths.js';
export { askFrontMovement, askSalients } from './front/movement.js';
export { type Importer, importSnapshots, openImporter } from './maps/import.js';
export type { Imported, ImportRequest } from './maps/import-request.js';
export { type Instant, type IsoDate, parseDate, parseInstant } from './model/dates.js';
export { loadGeodata } from './open-store.js';
export { askRoute, askRouteHistory } from './routes/ask.js';
export type { Stretch } from './routes/stretches.js';
export type { AsOfRequest } from './series/as-of.js';
export { loadBundle, type Progress } from './series/bundle/load-bundle.js';
export { askClaims, askEvents } from './series/claims-and-events.js';
export { askControl, askPlaces } from './series/control.js';
export { type Derived, deriveSeries } from './series/derivation/derive.js';
export { askSeries } from './series/list.js';
export { stateStep } from './series/step-kind.js';
export type { Step, StepKind } from './series/step-kinds.js';
export { withdrawSeries } from './series/withdraw.js';
export { atWork, type Step as WorkStep, type Work } from './store/cancellation.js';
export type { Db } from './store/pool.js';

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

/**
 * Every bundle of a geodata folder, its report definitions checked.
 * @throws SalientError `invalid_geodata` with every problem of every file, as `file:line`
 */
export function readBundles(folder: string): Promise<Bundle[]> {
  return readBundlesOf(folder, definitionProblems);
}
