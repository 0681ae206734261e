import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { verifyAudit } from '../../src/desk/audit.sql.js';
import { approve, propose } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { listen } from '../../src/http/server.js';
import { openImporter } from '../../src/maps/import.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { writeBackup } from '../../src/store/backup.js';
import { openEmbedded } from '../../src/store/embedded/open.js';
import { migrate } from '../../src/store/migrate.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { restoreBackup } from '../../src/store/restore.js';
import { openTiles } from '../../src/tiles/service.js';
import { CREDENTIAL } from '../setup/credential.js';
import { database, freshDatabase, SERVER_URL } from '../setup/databases.js';
import { ENGINE } from '../setup/engine.js';
import { storeHash } from '../setup/fingerprint.js';
import { instantBetween } from '../setup/instant-between.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { DATA_FOLDER } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

const MIGRATIONS = join(PROJECT_ROOT, 'migrations');
const CREATE = 'create=true&title=Kept&publisher=Test&licence=CC0-1.0&accuracy=60';
const MAP = 'date=2020-01-28';

/** Questions of every kind; what they answer must not depend on the database that is asked. */
const RECORDED = [
  '/series?withdrawn=true',
  '/series/m5/dates',
  '/series/m5/snapshots',
  `/control?series=m5&${MAP}`,
  `/control?series=m5&${MAP}&cells=true`,
  `/places?series=m5&${MAP}`,
  '/change?series=m5&from=2019-08-01&to=2020-02-15',
  '/change?series=m5&from=2019-08-01&to=2020-02-15&f=geojson',
  '/encirclement?series=m5&date=2019-08-24',
  '/posts/9/encirclement?series=m5',
  `/front?series=m5&${MAP}`,
  '/routes/M5?series=m5&date=2020-02-11',
  '/routes/M5/history?series=m5',
  '/claims?series=m5',
  '/events?series=m5&from=2019-04-01&to=2020-04-01',
  `/tiles/m5.json?${MAP}`,
  `/tiles/m5/8/154/100.mvt?${MAP}`,
  '/tiles/m5/change/8/154/100.mvt?from=2019-08-01&to=2020-02-15',
  '/series/backup-kept/dates',
  '/series/backup-kept/snapshots',
  '/series/backup-kept/held?decided=true',
  '/control?series=backup-kept&date=2020-01-02',
  '/control?series=backup-kept&date=2020-01-02&known-at={known}',
  '/change?series=backup-kept&from=2020-01-01&to=2020-01-03&known-at={known}',
  '/change?series=backup-kept&from=2020-01-01&to=2020-01-03',
  // Of the members' record: a map is withdrawn under embargo.
  '/control?series=backup-kept&date=2020-01-02&known-at={approved}',
];

async function backedUp(db: Db): Promise<Buffer> {
  const sink = new PassThrough();
  const [bytes] = await Promise.all([buffer(sink), writeBackup(db, sink)]);
  return bytes;
}

async function emptyServer(): Promise<Db> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return openPool({ connectionString: await freshDatabase(SERVER_URL), max: 4 }, 'server');
}

async function ownServer(): Promise<Db> {
  const db = await emptyServer();
  await migrate(db, MIGRATIONS);
  return db;
}

async function emptyEmbedded(): Promise<Db> {
  const folder = mkdtempSync(join(tmpdir(), 'salient-restored-'));
  const db = await openEmbedded(folder);
  return {
    ...db,
    async close() {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const OTHER = { server: emptyEmbedded, embedded: emptyServer } as const;

function fromTo(kind: 'server' | 'embedded') {
  // On a server a store of its own: what other tests plant there (ground no import would take) is none of a backup's business.
  let opened: Promise<Db> | undefined;
  const source = () => (opened ??= (kind === 'server' ? ownServer() : database(kind)).then(m5));
  const service = serviceOn(source);
  let bytes: Buffer | undefined;
  let known = '';
  let approved = '';
  const recorded = new Map<string, string>();
  const target: { db?: Promise<Db> } = {};
  afterAll(async () => (await target.db)?.close());

  const answerOf = async (base: string, path: string) => {
    const asked = path
      .replace('{known}', encodeURIComponent(known))
      .replace('{approved}', encodeURIComponent(approved));
    // Of the series whose members have a record of their own, as one of them; of the other as everybody.
    const headers = /m5/i.test(path) ? {} : CREDENTIAL;
    const response = await fetch(base + asked, { headers });
    const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
    // TileJSON names the address it was asked at.
    return `${response.status} ${body.replaceAll(base, 'http://service')}`;
  };

  it('is taken while maps are imported', async () => {
    const post = (id: string, day: number, lon: number, more = '') =>
      service.post(`/series/${id}/snapshots?date=2020-01-0${day}${more}`, strips([lon], ['west', 'east']));
    await post('backup-kept', 1, 36.3, `&${CREATE}`);
    await post('backup-kept', 2, 36.31);
    await post('backup-kept', 3, 36.32);
    known = await instantBetween();
    await post('backup-kept', 2, 36.35);
    await service.post('/series/backup-kept/snapshots/2020-01-03/withdraw?why=wrong', '');
    await service.post('/series/backup-kept/snapshots/2020-01-03/withdraw?restore=true', '');
    await service.post('/series/backup-kept/steps/2020-01-02?kind=correction&why=drawn%20twice', '');
    const words = { kind: 'withdrawal', date: '2020-01-02', why: 'a hoax' };
    const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
    const { proposal } = await propose(
      await source(),
      'backup-kept',
      parseProposal({ ...words, sources }),
      'token:ann',
    );
    const embargo = { until: 'release' as const };
    await approve(await source(), 'backup-kept', proposal, { why: 'a hoax', by: 'token:ben', embargo });
    approved = await databaseClock(await source());
    for (const path of RECORDED) recorded.set(path, await answerOf(service.base, path));
    const ofMembers = recorded.get(RECORDED.at(-1) as string) ?? '';
    expect(ofMembers).toContain('"valid_from":"2020-01-01"');
    expect(await (await service.get(`/control?series=backup-kept&date=2020-01-02`)).text()).toContain(
      '"valid_from":"2020-01-02"',
    );

    let writing = true;
    const writes = (async () => {
      for (let n = 0; writing; n++) await post('backup-kept', 4 + (n % 3), 36.33 + n / 1000);
    })();
    const sink = new PassThrough();
    [bytes] = await Promise.all([buffer(sink), writeBackup(await source(), sink)]);
    writing = false;
    await writes;
  });

  it('restores into the other kind of database, which answers every recorded question as before', async () => {
    target.db = OTHER[kind]();
    const db = await target.db;
    const summary = await restoreBackup(db, Readable.from(bytes as Buffer), MIGRATIONS);
    expect(summary.rows).toBeGreaterThan(5_000);
    const differing: string[] = [];
    const config = { ...readConfig({}), dataFolder: DATA_FOLDER };
    const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
    const { address, close } = await listen({ db, tiles, importer: openImporter(db), config }, '127.0.0.1', 0);
    const restored = new Map<string, string>();
    for (const path of RECORDED) restored.set(path, await answerOf(address, path));
    await close();
    await tiles.close();
    for (const [path, before] of recorded) {
      // Of the series that was written to meanwhile, what it had before is asked as known then.
      if (/backup-kept/.test(path) && !path.includes('known') && !/control|change/.test(path)) continue;
      const after = restored.get(path) ?? '';
      if (!/^20[04] /.test(before) || after !== before) differing.push(path);
    }
    expect(differing).toEqual([]);
    const audit = await verifyAudit(db);
    expect([audit.broken_at, audit.entries > 0]).toEqual([null, true]);
    // Whole maps only (one that was purged has no partition): every one of the series that was written to during the backup balances.
    const [torn] = await db.query<{ torn: number }>(
      'select count(*) as torn from revision r where plane is not null and not exists (select from area where revision = r.id)',
    );
    expect(torn?.torn).toBe(0);
  }, 400_000);

  it('goes on numbering where it stopped, and back again is the same to the last row', async () => {
    const db = (await target.db) as Db;
    const [next] = await db.query<{ next: number; last: number }>(
      `select nextval(pg_get_serial_sequence('revision', 'id')) as next, max(id) as last from revision`,
    );
    expect(next?.next).toBeGreaterThan(next?.last ?? 0);
    const again = kind === 'server' ? await emptyServer() : null;
    if (again) {
      await restoreBackup(again, Readable.from(await backedUp(db)), MIGRATIONS);
      expect(await storeHash(again)).toBe(await storeHash(db));
      await again.close();
    }
  });

  it('is refused by a store that is not empty, and when it is damaged, cut off, or of a newer schema', async () => {
    const whole = bytes as Buffer;
    const into = async (db: Db, file: Buffer) =>
      restoreBackup(db, Readable.from(file), MIGRATIONS).then(
        () => 'restored',
        ({ code }) => code,
      );
    expect(await into((await target.db) as Db, whole)).toBe('not_empty');
    const empty = await emptyServer();
    const text = gunzipSync(whole).toString('utf8');
    const [head = ''] = text.split('\n', 1);
    const newer = JSON.parse(head);
    newer.migrations.push({ number: 9999, name: '9999_from_the_future.sql', sha256: '' });
    for (const [file, code] of [
      [whole.subarray(0, whole.length / 2), 'invalid_backup'],
      [gzipSync(text.slice(0, text.length / 2)), 'invalid_backup'],
      [gzipSync(text.replace('Test', 'Tost')), 'invalid_backup'],
      [gzipSync(text.split('\n').slice(0, -2).join('\n')), 'invalid_backup'],
      [Buffer.from('no backup'), 'invalid_backup'],
      [gzipSync('{"type": "FeatureCollection"}\n'), 'invalid_backup'],
      [gzipSync(text.replace(head, JSON.stringify(newer))), 'database_ahead'],
    ] as const) {
      expect(await into(empty, file)).toBe(code);
    }
    // None of them left anything: the whole one is still taken, by one of two that try at once.
    const both = await Promise.all([into(empty, whole), into(empty, whole)]);
    expect(both.sort()).toEqual(['not_empty', 'restored']);
    await empty.close();
  });
}

if (ENGINE !== 'embedded') {
  describe.skipIf(!SERVER_URL)('a backup of a server [needs TEST_DATABASE_URL]', () => fromTo('server'));
}
if (ENGINE !== 'server') {
  describe.skipIf(!SERVER_URL)('a backup of the embedded database [needs TEST_DATABASE_URL]', () => fromTo('embedded'));
}

it.skipIf(!SERVER_URL)('is of the schema that the migrations yield [needs TEST_DATABASE_URL]', async () => {
  const db = await emptyServer();
  await migrate(db, MIGRATIONS, 5);
  const [list] = await db.query<{ n: number }>('select max(number) as n from migration');
  expect(list?.n).toBe(5);
  const older = await backedUp(db);
  const newer = await emptyServer();
  await restoreBackup(newer, Readable.from(older), MIGRATIONS);
  const [brought] = await newer.query<{ n: number }>('select max(number) as n from migration');
  expect(brought?.n).toBeGreaterThan(5);
  await db.close();
  await newer.close();
});
