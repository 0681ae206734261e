import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { credentialOf } from '../setup/credential.js';
import { HAS_POSTGRES, type PrivateCluster, privateCluster } from '../setup/private-cluster.js';
import { salient, spawnService, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

/* The two roles of docs/operating/roles.sql: the owner migrates, and the service answers and records with the rights of the other. */
let cluster: PrivateCluster | undefined;
afterAll(() => cluster?.remove());

const as = (url: string, role: string) => {
  const address = new URL(url);
  address.username = role;
  address.password = 'secret';
  return address.href;
};

it.skipIf(!HAS_POSTGRES)('a service whose role may neither change nor drop a table answers and records', async () => {
  cluster = await privateCluster();
  const admin = new pg.Client(cluster.url('postgres'));
  await admin.connect();
  await admin.query('create database salient');
  await admin.end();
  const url = cluster.url('salient');
  const roles = join(PROJECT_ROOT, 'docs/operating/roles.sql');
  const passwords = ['-v', 'owner_password=secret', '-v', 'app_password=secret'];
  execFileSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', ...passwords, '-f', roles, url]);
  const migrated = await salient(['migrate'], { DATABASE_URL: as(url, 'salient_owner') });
  expect([migrated.code, migrated.stderr]).toEqual([0, expect.anything()]);

  const folder = temporaryFolder();
  const app = as(url, 'salient_app');
  const service = spawnService({
    DATABASE_URL: app,
    SALIENT_DATA: folder,
    SALIENT_LOG_LEVEL: 'error',
  });
  const base = await service.address;
  const send = async (day: string, words: string) => {
    const answer = await fetch(`${base}/series/own/snapshots?date=${day}${words}`, {
      method: 'POST',
      headers: { 'content-type': 'application/geo+json', ...credentialOf(folder) },
      body: JSON.stringify(strips([36.5], ['west', 'east'])),
    });
    return [answer.status, await answer.text()];
  };
  const create = '&create=true&title=T&publisher=P&licence=CC0-1.0&accuracy=60';
  expect(await send('2024-01-01', create)).toEqual([201, expect.anything()]);
  expect(await send('2024-01-02', '&accept=x')).toEqual([201, expect.anything()]);
  for (const path of [
    '/control?series=m5&date=2020-02-01',
    '/ready',
    '/control?series=own&date=2024-01-02',
    '/change?series=own&from=2024-01-01&to=2024-01-02',
  ])
    expect([path, (await fetch(base + path)).status]).toEqual([path, 200]);
  expect((await service.end('SIGTERM')).code).toBe(0);

  const client = new pg.Client(app);
  await client.connect();
  for (const statement of [
    'drop table revision',
    'alter table revision add column x int',
    'create table other (n int)',
  ])
    await expect(client.query(statement)).rejects.toThrow(/must be owner|permission denied/);
  await client.end();
});
