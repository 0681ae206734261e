import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { judgeDatabase } from '../../src/store/boot-checks.js';
import { migrate, readFunctions, readMigrations } from '../../src/store/migrate.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { freshDatabase, onEachDatabase, onServer, SERVER_URL } from '../setup/databases.js';
import { temporaryFolder } from '../setup/spawned.js';

const REAL = join(PROJECT_ROOT, 'migrations');
const newest = readMigrations(REAL).length;
const functions = readFunctions(REAL).length;

/** The project's migrations in a folder of their own, with more files or others in their place. */
function withFiles(files: Record<string, string>): string {
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  cpSync(REAL, folder, { recursive: true });
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return folder;
}

const numbered = (number: number, rest: string) => `${String(number).padStart(4, '0')}_${rest}.sql`;
const applied = (db: Db) => db.query('select number, name, sha256 from migration order by number');

onEachDatabase('migrations', (db) => {
  it('applied twice change nothing the second time', async () => {
    const store = await db();
    const before = await applied(store);
    expect(await migrate(store, REAL)).toEqual([]);
    expect(await applied(store)).toEqual(before);
  });

  it('refuse a file that was edited after it had been applied, and name it', async () => {
    const [first] = readMigrations(REAL);
    const edited = withFiles({ [first?.name ?? '']: `${first?.sql}\n-- a remark` });
    await expect(migrate(await db(), edited)).rejects.toMatchObject({
      code: 'migration_changed',
      message: expect.stringContaining(first?.name ?? '-'),
    });
  });

  it('one that fails leaves nothing, not even those before it', async () => {
    const store = await db();
    const before = await applied(store);
    const failing = withFiles({
      [numbered(newest + 1, 'create_half')]: 'create table half (id integer primary key);',
      [numbered(newest + 2, 'fail')]: 'create table other_half (id integer); select 1 / 0;',
    });
    await expect(migrate(store, failing)).rejects.toThrow('division by zero');
    expect(await applied(store)).toEqual(before);
    expect(await store.query(`select to_regclass('half') as a, to_regclass('other_half') as b`)).toEqual([
      { a: null, b: null },
    ]);
  });

  it('apply a function again when its file changed, and only then', async () => {
    const store = await db();
    const rounded = `create or replace function planar_km2(geom geometry, projection text) returns double precision
      language sql immutable parallel safe as $$ select 42.0::double precision $$;`;
    const changed = withFiles({ 'functions/planar_km2.sql': rounded });
    const area = `select planar_km2(st_makeenvelope(0, 0, 1, 1, 4326), '+proj=laea +lat_0=0 +lon_0=0') as km2`;
    try {
      expect(await migrate(store, changed)).toEqual(['functions/planar_km2.sql']);
      expect(await store.query(area)).toEqual([{ km2: 42 }]);
      expect(await migrate(store, changed)).toEqual([]);
    } finally {
      expect(await migrate(store, REAL)).toEqual(['functions/planar_km2.sql']);
    }
    expect(await store.query(area)).toEqual([{ km2: expect.closeTo(12308.8, 0) }]);
  });

  it('refuse a function file that does not hold the function of its name', async () => {
    const other = withFiles({ 'functions/class_of.sql': 'create or replace function other() returns int as $$ $$' });
    await expect(migrate(await db(), other)).rejects.toThrow('functions/class_of.sql');
  });

  it('refuse a database that a newer version has migrated', async () => {
    const store = await db();
    const name = numbered(newest + 1, 'invent_tomorrow');
    await store.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [
      newest + 1,
      name,
      '0'.repeat(64),
    ]);
    try {
      await expect(migrate(store, REAL)).rejects.toMatchObject({
        code: 'database_ahead',
        message: expect.stringContaining(name),
      });
    } finally {
      await store.query('delete from migration where number > $1', [newest]);
    }
  });
});

describe('migration files', () => {
  it('are numbered from 1 without a gap', () => {
    expect(() => readMigrations(withFiles({ [numbered(newest + 2, 'skip_one')]: 'select 1' }))).toThrow(
      'expected number',
    );
    expect(() => readMigrations(withFiles({ [numbered(newest, 'zz_taken_twice')]: 'select 1' }))).toThrow(
      `expected number ${newest + 1}, because it follows`,
    );
    expect(() => readMigrations(withFiles({ 'notes.sql': 'select 1' }))).toThrow('notes.sql');
  });
});

onServer('two services that start at once on an empty database', () => {
  it('take turns: one migrates, the other finds it done', async () => {
    const url = await freshDatabase(SERVER_URL);
    const stores = [1, 2, 3].map(() => openPool({ connectionString: url, max: 1 }, 'server'));
    const results = await Promise.all(stores.map((store) => migrate(store, REAL)));
    expect(results.map((names) => names.length).sort()).toEqual([0, 0, newest + functions]);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('the checks at start', () => {
  const good = { server: 150019, serverName: '15.19 (Debian)', postgis: '3.3.2', btree_gist: '1.7', encoding: 'UTF8' };

  it('accept the oldest database that is supported, and name it', () => {
    expect(judgeDatabase(good)).toEqual({ problems: [], summary: 'PostgreSQL 15.19, PostGIS 3.3.2' });
  });

  it.each([
    ['an old PostgreSQL', { server: 140011, serverName: '14.11' }, '/server', 'multiranges'],
    ['no PostGIS', { postgis: null }, '/postgis', 'postgresql-15-postgis-3'],
    ['an old PostGIS', { postgis: '3.2.9' }, '/postgis', 'encirclement'],
    ['no btree_gist', { btree_gist: null }, '/btree_gist', 'two current maps of one day'],
    ['names that are not Unicode', { encoding: 'SQL_ASCII' }, '/encoding', 'UTF8'],
  ])('refuse %s, and say what would break', (_, fault, at, breaks) => {
    expect(judgeDatabase({ ...good, ...fault }).problems).toEqual([
      { code: 'database_unfit', at, message: expect.stringContaining(breaks) },
    ]);
  });

  it('take PostGIS 3.10 for newer than 3.3', () => {
    expect(judgeDatabase({ ...good, postgis: '3.10.0' }).problems).toEqual([]);
  });

  it('say all that is missing at once', () => {
    expect(judgeDatabase({ ...good, server: 130000, postgis: null, btree_gist: null }).problems).toHaveLength(3);
  });
});
