import { chmodSync, chownSync, statSync } from 'node:fs';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { certificates } from '../setup/certificates.js';
import { HAS_POSTGRES, type PrivateCluster, privateCluster } from '../setup/private-cluster.js';
import { salient, spawnService, temporaryFolder } from '../setup/spawned.js';

/* TLS to PostgreSQL as docs/operating.md states it: the server is known by its authority and its name, or nothing is sent to it. */
let cluster: PrivateCluster | undefined;
afterAll(() => cluster?.remove());

it.skipIf(!HAS_POSTGRES)('the service speaks TLS to a server that it can verify, and to no other', async () => {
  cluster = await privateCluster();
  const { authority, cert, key } = certificates(cluster.folder);
  const { uid, gid } = statSync(cluster.folder);
  for (const file of [cert, key]) chownSync(file, uid, gid);
  chmodSync(key, 0o600);
  const admin = new pg.Client(cluster.url('postgres'));
  await admin.connect();
  await admin.query('create database salient');
  for (const [name, value] of Object.entries({ ssl_cert_file: cert, ssl_key_file: key, ssl: 'on' }))
    await admin.query(`alter system set ${name} = '${value}'`);
  await admin.query('select pg_reload_conf()');

  const url = (host: string, ca: string) =>
    `postgres://postgres@${host}:${cluster?.port}/salient?sslmode=verify-full&sslrootcert=${ca}`;
  const service = spawnService({ DATABASE_URL: url('localhost', authority), SALIENT_DATA: temporaryFolder() });
  const base = await service.address;
  expect((await fetch(`${base}/control?series=m5&date=2020-02-01`)).status).toBe(200);
  const { rows } = await admin.query(
    `select ssl, count(*)::int from pg_stat_ssl join pg_stat_activity using (pid) where datname = 'salient' group by ssl`,
  );
  expect(rows).toEqual([{ ssl: true, count: expect.any(Number) }]);
  await service.end('SIGTERM');

  const stranger = certificates(temporaryFolder()).authority;
  for (const wrong of [url('localhost', stranger), url('127.0.0.1', authority)]) {
    const { code, stderr } = await salient(['series', 'list'], { DATABASE_URL: wrong });
    expect([code, stderr]).toEqual([1, expect.stringContaining('the database does not answer')]);
  }
  await admin.end();
});
