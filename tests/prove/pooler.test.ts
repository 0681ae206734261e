import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { atWork } from '../../src/store/cancellation.js';
import { openPool } from '../../src/store/pool.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { spawnService, temporaryFolder } from '../setup/spawned.js';

/*
 * PgBouncer before the server, as the Debian package has it: session mode serves, transaction mode is refused at the start. What
 * start-up options it is told to ignore makes no difference.
 */
const HAS_POOLER = spawnSync('pgbouncer', ['--version']).status === 0;

let pooler: ChildProcess | null = null;
afterEach(() => pooler?.kill('SIGKILL'));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a pooler before the server at `url`; the same address through it. */
async function through(url: string, mode: 'session' | 'transaction', more = ''): Promise<string> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const port = await freePort();
  const { hostname, port: server, username } = new URL(url);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]\n* = host=${hostname} port=${server || 5432} user=${username}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}
auth_type = any\npool_mode = ${mode}\nunix_socket_dir =\ndefault_pool_size = 40\n${more}`,
  );
  // It does not run as root.
  const words = process.getuid?.() === 0 ? ['-u', 'postgres', file] : [file];
  pooler = spawn('pgbouncer', words, { stdio: 'ignore' });
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await answers())) await sleep(100);
  const there = new URL(url);
  [there.hostname, there.port] = ['127.0.0.1', String(port)];
  return there.href;
}

describe.skipIf(!SERVER_URL || !HAS_POOLER)('a pooler before the server', () => {
  it.each(['', 'ignore_startup_parameters = options,extra_float_digits'])(
    'in session mode serves, with settings and time-outs of each connection, and statements end (%s)',
    async (more) => {
      const url = await through(await freshDatabase(SERVER_URL), 'session', more);
      const db = openPool({ connectionString: url }, 'server');
      const settings = () =>
        db.query(`select current_setting('jit') as jit, current_setting('statement_timeout') as longest`);
      expect(await settings()).toEqual([{ jit: 'off', longest: '0' }]);
      expect(await atWork({ lane: 'light' }, settings)).toEqual([{ jit: 'off', longest: '20s' }]);
      const stop = new AbortController();
      const began = performance.now();
      const sleeping = atWork({ signal: stop.signal, lane: 'heavy' }, () => db.query('select pg_sleep(60)'));
      setTimeout(() => stop.abort(), 300);
      await expect(sleeping).rejects.toMatchObject({ code: 'cancelled' });
      expect(performance.now() - began).toBeLessThan(10_000);
      await db.close();
      const service = spawnService({ DATABASE_URL: url, SALIENT_DATA: temporaryFolder() });
      const answer = await fetch(`${await service.address}/control?series=m5&date=2020-02-01`);
      expect(answer.status).toBe(200);
      expect((await service.end('SIGTERM')).code).toBe(0);
    },
  );

  it('in transaction mode is refused at the start', async () => {
    const url = await through(await freshDatabase(SERVER_URL), 'transaction');
    const { code, stderr } = await spawnService({ DATABASE_URL: url, SALIENT_DATA: temporaryFolder() }).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('a pooler in transaction mode stands before the database'),
    ]);
  });
});
