import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { lockFolder, lockHolder } from '../../src/store/embedded/folder-lock.js';
import { hasCluster, openEmbedded } from '../../src/store/embedded/open.js';
import { temporaryFolder } from '../setup/spawned.js';

const LOCK = new URL('../../src/store/embedded/folder-lock.ts', import.meta.url).href;

/** Another process that runs `script`, with `lockFolder` and `folder` in reach; resolves with what it printed. */
function elsewhere(
  folder: string,
  script: string,
  words: readonly string[] = [],
): { printed: Promise<string>; kill(): Promise<void> } {
  const source = `const { lockFolder } = await import(${JSON.stringify(LOCK)}); const folder = ${JSON.stringify(folder)}; ${script}`;
  const [command = '', ...rest] = [...words, process.execPath, '--import', 'tsx', '--input-type=module', '-e', source];
  const child = spawn(command, rest, {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const printed = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  return {
    printed,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A list of processes of its own, as a container has one. */
const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const CONTAINER = spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status === 0;

const HOLD = `lockFolder(folder).announce('http://127.0.0.1:1234'); console.log('held'); setInterval(() => {}, 1000);`;
const left = (folder: string, holder: object) => writeFileSync(join(folder, 'lock.json'), JSON.stringify(holder));

describe('the lock of a data folder', () => {
  it('keeps a second process out, and tells it who holds the folder and where it answers', async () => {
    const folder = temporaryFolder();
    const other = elsewhere(folder, HOLD);
    expect(await other.printed).toContain('held');
    const holder = lockHolder(folder);
    expect(holder).toMatchObject({ address: 'http://127.0.0.1:1234' });
    expect(() => lockFolder(folder)).toThrow(`in use by process ${holder?.pid}`);
    await other.kill();
  });

  it('of a process that was killed keeps nobody out', async () => {
    const folder = temporaryFolder();
    const other = elsewhere(folder, HOLD);
    await other.printed;
    await other.kill();
    expect(lockHolder(folder)).toBeNull();
    const lock = lockFolder(folder);
    expect(lockHolder(folder)).toMatchObject({ pid: process.pid, address: null });
    lock.release();
  });

  it.skipIf(!CONTAINER)(
    'holds between containers, which do not see each other’s processes, until its holder has ended',
    async () => {
      const folder = temporaryFolder();
      const other = elsewhere(folder, HOLD, UNSHARE);
      expect(await other.printed).toContain('held');
      expect(lockHolder(folder)).toMatchObject({ address: 'http://127.0.0.1:1234' });
      expect(() => lockFolder(folder)).toThrow('in use by process');
      await other.kill();
      lockFolder(folder).release();
    },
    40_000,
  );

  it('is not taken for live when its number belongs to another process now, or, in a container, to this one', () => {
    const folder = temporaryFolder();
    left(folder, { pid: process.pid, began: 'an-earlier-boot/1', nonce: 'x', address: null });
    expect(lockHolder(folder)).toBeNull();
    lockFolder(folder).release();
  });

  it('is taken for live when the system does not say when its process began', () => {
    const folder = temporaryFolder();
    left(folder, { pid: process.pid, began: null, nonce: 'x', address: null });
    expect(() => lockFolder(folder)).toThrow('in use by process');
  });

  it('that nobody can read is a left-over', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.json'), '{"pid":');
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back by its holder only', () => {
    const folder = temporaryFolder();
    const lock = lockFolder(folder);
    left(folder, { pid: process.pid, began: null, nonce: 'of another', address: null });
    lock.announce('http://127.0.0.1:1');
    lock.release();
    expect(lockHolder(folder)).toMatchObject({ nonce: 'of another', address: null });
  });

  it('goes to one of eight that start at once on a left-over', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    left(folder, { pid: 2 ** 22 + 1, began: null, nonce: 'x', address: null });
    // They wait for the same moment: starting takes longer than locking.
    const at = Date.now() + 6_000;
    const script = `while (Date.now() < ${at}); try { lockFolder(folder); console.log('held'); } catch (e) { console.log(e.code); } setInterval(() => {}, 1000);`;
    const starters = Array.from({ length: 8 }, () => elsewhere(folder, script));
    const answers = await Promise.all(starters.map(({ printed }) => printed));
    await Promise.all(starters.map(({ kill }) => kill()));
    expect(answers.map((text) => text.trim()).sort()).toEqual([
      'folder_locked',
      'folder_locked',
      'folder_locked',
      'folder_locked',
      'folder_locked',
      'folder_locked',
      'folder_locked',
      'held',
    ]);
  });
});

describe('an embedded database', () => {
  it('whose creation was cut off is created anew', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    await (await openEmbedded(folder)).close();
    expect(hasCluster(folder)).toBe(true);
    // As a kill leaves it: the mark, the version file, and a part of the rest.
    writeFileSync(join(folder, 'pg.unfinished'), '');
    rmSync(join(folder, 'pg', 'global'), { recursive: true });
    expect(hasCluster(folder)).toBe(false);
    // An image of which only a part can be unpacked leaves nothing of itself.
    const unpack = (cluster: string) => {
      mkdirSync(cluster);
      writeFileSync(join(cluster, 'PG_VERSION'), '18\n');
      throw new Error('no more');
    };
    const db = await openEmbedded(folder, undefined, { unpack });
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
    await db.close();
    expect(existsSync(join(folder, 'pg.unfinished'))).toBe(false);
  });

  it('stores nothing while its folder is away, refuses to end in order, and has everything when it is back', {
    timeout: 240_000,
  }, async () => {
    const folder = temporaryFolder();
    const db = await openEmbedded(folder);
    await db.query('create table kept (n int)');
    await db.query('insert into kept values (1)');
    renameSync(folder, `${folder}-away`);
    const away = { code: 'unavailable', message: expect.stringContaining('has gone') };
    const said = (statement: string) => db.query(statement).catch(({ code, message }) => ({ code, message }));
    await expect.poll(() => said('insert into kept values (2)'), { timeout: 30_000 }).toMatchObject(away);
    renameSync(`${folder}-away`, folder);
    await expect
      .poll(() => db.query('select min(n) from kept').catch(() => null), { timeout: 60_000, interval: 500 })
      .toEqual([{ min: 1 }]);
    renameSync(folder, `${folder}-away`);
    await expect.poll(() => said('select 1'), { timeout: 30_000 }).toMatchObject(away);
    await expect(db.close()).rejects.toMatchObject(away);
    renameSync(`${folder}-away`, folder);
    // This process lives on: its lock is not yet a left-over.
    rmSync(join(folder, 'lock.json'));
    const again = await openEmbedded(folder, 1500);
    expect(await again.query('select min(n) from kept')).toEqual([{ min: 1 }]);
    // A statement that nothing ends: the engine is started anew, and what was stored is there.
    const began = performance.now();
    const endless = again.transaction(async (tx) => {
      await tx.query('insert into kept values (3)');
      await tx.query('select count(*) from generate_series(1, 1000000000000)');
    });
    await expect(endless).rejects.toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('started anew'),
    });
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await again.query('select count(*) from kept where n = 3')).toEqual([{ count: 0 }]);
    await again.close();
  });

  it('that is damaged is never overwritten: the start says so and what to do', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'pg'));
    writeFileSync(join(folder, 'pg', 'PG_VERSION'), '18\n');
    await expect(openEmbedded(folder)).rejects.toMatchObject({
      code: 'database_unfit',
      message: expect.stringContaining('restore a copy of it'),
    });
    expect(readFileSync(join(folder, 'pg', 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect(lockHolder(folder)).toBeNull();
  });
});
