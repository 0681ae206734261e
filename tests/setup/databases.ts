import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { log } from '../../src/log.js';
import { openEmbedded } from '../../src/store/embedded/open.js';
import { clusterImage } from '../../src/store/embedded/prebuilt.js';
import { migrate, readMigrations } from '../../src/store/migrate.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { ENGINE } from './engine.js';

// What the log says is tested in processes of their own.
log.level = 'silent';

/**
 * The two databases every store test runs on. The process that runs the store tests opens each once and every file
 * shares it; a file works in theatres and series of its own (`tests/setup/m5.ts` loads the bundled one, once).
 */
const opened = new Map<string, Promise<Db>>();

const MIGRATIONS = join(PROJECT_ROOT, 'migrations');

export const SERVER_URL = process.env.TEST_DATABASE_URL ?? '';

/** The one database that tests in a browser stand on: SALIENT_TEST_ENGINE chooses it, else the server where there is one. */
export const BROWSED: 'embedded' | 'server' = ENGINE === 'embedded' || SERVER_URL === '' ? 'embedded' : 'server';

const open: Record<string, () => Promise<Db>> = {
  async embedded() {
    const folder = mkdtempSync(join(tmpdir(), 'salient-test-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    // As a first start of the program that was built has it; a migration that was written since is applied to it.
    const image = clusterImage(readMigrations(MIGRATIONS));
    return openEmbedded(folder, undefined, 'why' in image ? null : image);
  },
  async server() {
    return openPool({ connectionString: await freshDatabase(SERVER_URL), max: 4 }, 'server');
  },
};

/** @param sharing those who name the same share one; by default all do. For tests of what depends on every series there is */
export function database(engine: 'embedded' | 'server', sharing = ''): Promise<Db> {
  const key = `${engine} ${sharing}`;
  let db = opened.get(key);
  if (!db) {
    db = (open[engine] as () => Promise<Db>)().then(async (fresh) => {
      await migrate(fresh, MIGRATIONS);
      return fresh;
    });
    opened.set(key, db);
  }
  return db;
}

/** Creates an empty database on the server at `url`, dropped when the process exits; returns its connection string. */
export async function freshDatabase(url: string): Promise<string> {
  const name = `salient_test_${process.pid}_${Date.now().toString(36)}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const left = await admin.query(`select datname from pg_database where datname like 'salient_test_%'`);
  for (const { datname } of left.rows) {
    if (!isRunning(Number(datname.split('_')[2])))
      await admin.query(`drop database if exists "${datname}" with (force)`);
  }
  await admin.query(`create database "${name}"`);
  await admin.end();
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  return fresh.href;
}

/** Whether the process that named a database still runs: an ended one left it behind. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs the same tests on the embedded database and, when TEST_DATABASE_URL is set, on that server.
 * @param sharing as of `database`: for tests of what depends on every series there is
 */
export function onEachDatabase(name: string, tests: (db: () => Promise<Db>) => void, sharing = ''): void {
  if (ENGINE !== 'server') describe(`${name} [embedded]`, () => tests(() => database('embedded', sharing)));
  onServer(name, () => tests(() => database('server', sharing)));
}

/** Runs tests that only make sense on a server; skipped by name without TEST_DATABASE_URL. */
export function onServer(name: string, tests: () => void): void {
  if (ENGINE !== 'embedded') describe.skipIf(!SERVER_URL)(`${name} [server: needs TEST_DATABASE_URL]`, tests);
}
