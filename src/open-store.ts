import { setTimeout } from 'node:timers/promises';
import { judgeAhead } from './encirclement/verdicts.js';
import { SalientError } from './errors.js';
import { followBoundary } from './maps/theatre/cut-anew.js';
import { defineReport } from './reports/define.js';
import { definitionProblems, parseReportDefinition } from './reports/definition.js';
import { reportDefinition } from './reports/definitions.sql.js';
import { loadBundle, type Progress, readBundles } from './series/bundle/load-bundle.js';
import { derivedSince } from './series/derivation/derivation.sql.js';
import { deriveSeries } from './series/derivation/derive.js';
import { allSeries } from './series/series.sql.js';
import { checkDatabase, checkOwnSessions } from './store/boot-checks.js';
import { stopIfCancelled } from './store/cancellation.js';
import { databaseName } from './store/database-url.js';
import { hasCluster, openEmbedded } from './store/embedded/open.js';
import { clusterImage } from './store/embedded/prebuilt.js';
import { appliedCount, migrate, readMigrations } from './store/migrate.js';
import { type Db, openPool } from './store/pool.js';
import { wordsOf } from './store/standing-failures.js';

/** An open store; on the embedded engine `announce` shows the command line where the service listens. */
export interface Store {
  db: Db;
  announce(address: string): void;
}

/** Where the store is: a server, or the embedded engine on a folder. */
export interface StoreSettings {
  databaseUrl: string | null;
  dataFolder: string;
}

/**
 * Opens the database (a server when `databaseUrl` is set, else the embedded engine), checks that it is fit, and migrates.
 * @param mayCreate whether one that is not there is made; else it is refused, and nothing is written
 * @throws SalientError `unavailable`, `folder_locked`, `database_unfit`, `database_ahead`, `migration_changed`
 */
export async function openStore(
  settings: StoreSettings,
  migrations: string,
  progress: Progress,
  mayCreate = true,
): Promise<Store> {
  if (!mayCreate && !settings.databaseUrl && !hasCluster(settings.dataFolder)) throw noStore(settings);
  const store = await openDatabase(settings, progress, migrations);
  try {
    if (!mayCreate && (await appliedCount(store.db)) === 0) throw noStore(settings);
    progress(await checkDatabase(store.db));
    if (settings.databaseUrl) await checkOwnSessions({ connectionString: settings.databaseUrl });
    const applied = await migrate(store.db, migrations);
    if (applied.length > 0) progress(`applied ${applied.join(', ')}`);
    return store;
  } catch (error) {
    await store.db.close();
    throw error;
  }
}

/** Why a command that only reads goes no further: one letter of a folder's name must not make a store. */
function noStore({ databaseUrl, dataFolder }: StoreSettings): SalientError {
  const where = databaseUrl
    ? `the database at ${databaseName(databaseUrl)} has no tables of Salient: DATABASE_URL says which database`
    : `there is no database in ${dataFolder}: SALIENT_DATA says which folder`;
  const makers = 'serve, migrate, restore, import --create, access, role give and token create make one';
  return new SalientError('database_unfit', `${where}; ${makers}`);
}

/**
 * Opens the database as it is, without a look at its schema: to restore a backup into it.
 * @param migrations a new embedded database is a copy of the image that was made by them; it is left empty without them
 */
export async function openDatabase(
  settings: StoreSettings,
  progress: Progress,
  migrations: string | null = null,
): Promise<Store> {
  const { databaseUrl, dataFolder } = settings;
  return databaseUrl ? openServer(databaseUrl, progress) : openFolder(dataFolder, migrations, progress);
}

function openServer(url: string, progress: Progress): Store {
  progress(`using the database at ${databaseName(url)}`);
  return { db: openPool({ connectionString: url }, 'server'), announce: () => {} };
}

async function openFolder(folder: string, migrations: string | null, progress: Progress): Promise<Store> {
  const isThere = hasCluster(folder);
  const image = isThere || migrations === null ? null : clusterImage(readMigrations(migrations));
  const isUsable = image !== null && !('why' in image);
  if (isThere) progress(`opening the embedded database in ${folder}`);
  else if (isUsable) progress(`creating the embedded database in ${folder}`);
  else progress(`creating the embedded database in ${folder} (about 20 s, once${image ? `: ${image.why}` : ''})`);
  const db = await openEmbedded(folder, undefined, isUsable ? image : null);
  return { db, announce: db.announce };
}

const BREATH_MS = 20;

/** Loads every bundle of the folder, and derives its series where something new was recorded since their maps were. */
export async function loadGeodata(db: Db, folder: string, progress: Progress): Promise<void> {
  for (const bundle of await readBundles(folder, definitionProblems, progress)) {
    for (const series of await loadBundle(db, bundle, progress, followBoundary)) {
      if (await derivedSince(db, series)) continue;
      const { states, stored, retired } = await deriveSeries(db, series, {}, progress);
      progress(`${series}: ${states} maps, ${stored} new, ${retired} retired`);
    }
    await defineBundledReports(db, bundle.reports);
  }
  progress(`${(await allSeries(db)).length} series in the store`);
}

/** Defines the reports that a bundle brings. From then on they belong to whoever runs the service: no start undoes a change. */
async function defineBundledReports(db: Db, reports: readonly unknown[]): Promise<void> {
  for (const given of reports) {
    if (!(await reportDefinition(db, parseReportDefinition(given).id))) await defineReport(db, given);
  }
}

/**
 * Computes the verdicts of every map that has none yet, the newest first, so that nobody waits for them. A series of which that fails does not stop
 * the others; returns those.
 */
export async function warmVerdicts(db: Db): Promise<{ series: string; why: string }[]> {
  const series = (await allSeries(db)).filter((row) => row.withdrawn_why === null);
  const failed: { series: string; why: string }[] = [];
  for (const { series: id } of series) {
    try {
      await judgeAhead(db, id);
    } catch (error) {
      stopIfCancelled();
      failed.push({ series: id, why: wordsOf(error) });
    }
    // A person's request goes first: the embedded engine does one thing after the other.
    await setTimeout(BREATH_MS);
  }
  return failed;
}
