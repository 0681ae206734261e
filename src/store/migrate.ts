import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SalientError } from '../errors.js';
import type { Db, Queryable } from './pool.js';

interface Migration {
  number: number;
  name: string;
  sql: string;
  sha256: string;
}

/** One SQL function in its current text, applied again whenever the text changes. */
interface FunctionFile {
  name: string;
  sql: string;
  sha256: string;
}

const NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const FUNCTIONS = 'functions';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Reads `migrations/NNNN_verb_noun.sql` in order. Numbers start at 1 and leave no gap. */
export function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file, index) => {
    const match = NAME.exec(file);
    if (!match || Number(match[1]) !== index + 1) {
      const before = files[index - 1];
      const after = before === undefined ? '' : `, because it follows ${before}`;
      throw new Error(`migrations/${file}: expected number ${index + 1}${after}`);
    }
    const sql = readFileSync(join(folder, file), 'utf8');
    return { number: index + 1, name: file, sql, sha256: sha256(sql) };
  });
}

/**
 * Reads `migrations/functions/*.sql`: each holds one SQL function under its name, as `create or replace function` (a changed
 * signature needs `drop function if exists` before it). The order does not matter: bodies are not checked when they are created.
 */
export function readFunctions(folder: string): FunctionFile[] {
  const files = readdirSync(join(folder, FUNCTIONS)).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    const sql = readFileSync(join(folder, FUNCTIONS, file), 'utf8');
    const name = file.slice(0, -'.sql'.length);
    if (!sql.includes(`create or replace function ${name}(`))
      throw new Error(`migrations/${FUNCTIONS}/${file}: expected "create or replace function ${name}("`);
    return { name: `${FUNCTIONS}/${file}`, sql, sha256: sha256(sql) };
  });
}

/**
 * Brings the database to the newest migration (or to number `upTo`, when it is not there yet), in one transaction under a
 * lock (on the embedded engine the folder lock is the exclusion: its advisory locks exclude nobody). At the newest migration
 * every function whose file changed is applied again.
 * @returns the names applied now
 * @throws SalientError `migration_changed` when an applied file was edited, `database_ahead` when a newer service was here
 */
export async function migrate(db: Db, folder: string, upTo = Number.POSITIVE_INFINITY): Promise<string[]> {
  const wanted = readMigrations(folder);
  return db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('salient migrations'))`);
    await createList(tx);
    const applied = await appliedMigrations(tx);
    for (const row of applied) {
      const file = wanted[row.number - 1];
      if (!file) {
        throw new SalientError(
          'database_ahead',
          `the database has migration ${row.number} (${row.name}), which this version does not know: run the newer service`,
        );
      }
      if (file.sha256 !== row.sha256) {
        throw new SalientError(
          'migration_changed',
          `${file.name} was edited after it had been applied: restore it, and put the change into a new migration`,
        );
      }
    }
    const missing = wanted.slice(applied.length, Math.max(applied.length, upTo));
    for (const { number, name, sql, sha256 } of missing) {
      await tx.query(sql);
      await tx.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [number, name, sha256]);
    }
    const newest = Math.max(applied.length, upTo) >= wanted.length;
    const replaced = newest ? await applyFunctions(tx, readFunctions(folder)) : [];
    // Of the tables as they are now; a store at an older migration (a backup that is being restored) has none yet.
    if (newest && missing.length + replaced.length > 0) await tx.query('select make_ahead_views()');
    return [...missing, ...replaced].map(({ name }) => name);
  });
}

/** Applies the functions whose text is not the one that the database has. @returns those applied now */
async function applyFunctions(tx: Queryable, files: readonly FunctionFile[]): Promise<FunctionFile[]> {
  const rows = await tx.query<{ name: string; sha256: string }>('select name, sha256 from function_file');
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  const changed = files.filter((file) => applied.get(file.name) !== file.sha256);
  if (changed.length > 0) await tx.query('set local check_function_bodies = off');
  for (const { name, sql, sha256 } of changed) {
    await tx.query(sql);
    await tx.query(
      `insert into function_file (name, sha256) values ($1, $2)
       on conflict (name) do update set sha256 = excluded.sha256, applied_at = clock_timestamp()`,
      [name, sha256],
    );
  }
  return changed;
}

/** What was applied: not part of a backup, because a store gets its schema from the files of its version. */
async function createList(tx: Queryable): Promise<void> {
  // Not even `if not exists` is granted to a role that may only read and record (docs/operating/roles.sql).
  const [lists] = await tx.query<{ there: boolean }>(
    `select to_regclass('migration') is not null and to_regclass('function_file') is not null as there`,
  );
  if (lists?.there) return;
  await tx.query(`create table if not exists migration (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
  )`);
  await tx.query(`create table if not exists function_file (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
  )`);
}

/** The migrations of a database that has a list of them, in order. */
export function appliedMigrations(db: Queryable): Promise<{ number: number; name: string; sha256: string }[]> {
  return db.query('select number, name, sha256 from migration order by number');
}

/** How many migrations a database has; 0 for one that has never been opened. */
export async function appliedCount(db: Queryable): Promise<number> {
  const [list] = await db.query<{ there: boolean }>(`select to_regclass('migration') is not null as there`);
  return list?.there ? (await appliedMigrations(db)).length : 0;
}
