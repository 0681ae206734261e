import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { credentialOf } from '../setup/credential.js';
import { HAS_POSTGRES, type PrivateCluster, privateCluster } from '../setup/private-cluster.js';
import { spawnService, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

/*
 * A primary and a streaming standby of our own, a service on each: the standby answers what the primary answers and writes nothing;
 * when the primary is killed under load reads go on and writes are told when to come again; promoted, the standby takes writes.
 */
const READS = [
  '/series',
  '/series/m5/dates',
  '/control?series=m5&date=2020-02-01',
  '/change?series=m5&from=2020-01-01&to=2020-02-15',
  '/front?series=m5&date=2020-01-10',
  '/encirclement?series=m5&date=2020-02-01',
  '/tiles/m5.json?date=2020-02-01',
  '/tiles/m5/8/154/100.mvt?date=2020-02-01',
  '/ogc/collections/m5_control/items?datetime=2020-02-01',
  '/ogc/collections/m5_control/items?datetime=2020-02-01&f=csv',
  '/snapshots/m5/2020-02-15.gpkg',
  '/reports',
];

async function ask<Row extends object>(cluster: PrivateCluster, database: string, text: string): Promise<Row[]> {
  const client = new pg.Client(cluster.url(database));
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const clusters: PrivateCluster[] = [];
afterAll(() => {
  for (const cluster of clusters) cluster.remove();
});

it.skipIf(!HAS_POSTGRES)('a standby answers readers, through the death of its primary', async () => {
  const primary = await privateCluster();
  clusters.push(primary);
  await ask(primary, 'postgres', 'create database salient');
  const quiet = { SALIENT_LOG_LEVEL: 'fatal' };
  const [folderA, folderB] = [temporaryFolder(), temporaryFolder()];
  const a = spawnService({ ...quiet, SALIENT_DATA: folderA, DATABASE_URL: primary.url('salient') });
  const atA = await a.address;
  const send = (base: string, folder: string, n: number) => {
    const date = new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
    const create = n === 0 ? '&create=true&title=Followed&publisher=T&licence=CC0-1.0&accuracy=60' : '';
    return fetch(`${base}/series/followed/snapshots?date=${date}&accept=x${create}`, {
      method: 'POST',
      headers: { 'content-type': 'application/geo+json', ...credentialOf(folder) },
      body: JSON.stringify(strips([Number((36.2 + (n % 700) * 0.001).toFixed(3))], ['west', 'east'])),
      signal: AbortSignal.timeout(60_000),
    });
  };
  expect((await send(atA, folderA, 0)).status).toBe(201);
  // What needs temporary tables is computed once on the primary: `docs/operating.md`.
  for (const path of READS) expect([path, (await fetch(atA + path)).status]).toEqual([path, 200]);

  const standby = await primary.follow();
  clusters.push(standby);
  const onStandby = { ...quiet, SALIENT_GEODATA: '', SALIENT_DATA: folderB, DATABASE_URL: standby.url('salient') };
  const b = spawnService(onStandby);
  const atB = await b.address;
  expect(await ask(standby, 'salient', 'select pg_is_in_recovery() as follows')).toEqual([{ follows: true }]);

  // The same answers, byte by byte but for the address in links.
  for (const path of READS) {
    const [one, other] = await Promise.all([fetch(atA + path), fetch(atB + path)]);
    expect([path, other.status]).toEqual([path, 200]);
    const [mine, theirs] = [Buffer.from(await one.arrayBuffer()), Buffer.from(await other.arrayBuffer())];
    const [here, there] = [atA, atB].map((base) => base.replace('http://', ''));
    const same =
      mine
        .toString('latin1')
        .replace(/"timeStamp":"[^"]*"/, '')
        .replaceAll(here as string, 'X') ===
      theirs
        .toString('latin1')
        .replace(/"timeStamp":"[^"]*"/, '')
        .replaceAll(there as string, 'X');
    expect([path, same]).toEqual([path, true]);
  }
  expect((await fetch(`${atB}/ready`)).status).toBe(200);
  const refused = await send(atB, folderB, 1);
  expect([refused.status, (await refused.json()) as object, refused.headers.get('retry-after')]).toMatchObject([
    503,
    { code: 'unavailable' },
    expect.stringMatching(/^\d+$/),
  ]);

  // How soon a map that the primary has acknowledged is there.
  let last = 0;
  const lags: number[] = [];
  for (let n = 1; n <= 10; n++) {
    expect((await send(atA, folderA, n)).status).toBe(201);
    last = n;
    const date = new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
    const began = performance.now();
    while (!(await fetch(`${atB}/series/followed/dates`).then((answer) => answer.text())).includes(date))
      await sleep(5);
    lags.push(performance.now() - began);
  }

  // Readers on the standby and a writer on the primary, which is killed in the middle.
  const statuses: Record<string, number> = {};
  let over = false;
  let longest = 0;
  const readers = Array.from({ length: 4 }, async (_, reader) => {
    for (let n = reader; !over; n++) {
      const began = performance.now();
      const status = await fetch(atB + READS[n % READS.length], { signal: AbortSignal.timeout(60_000) })
        .then((answer) => answer.arrayBuffer().then(() => String(answer.status)))
        .catch((error: Error) => error.name);
      longest = Math.max(longest, performance.now() - began);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  });
  const acknowledged: number[] = [];
  const writer = (async () => {
    for (let n = last + 1; !over; n++) {
      const answer = await send(atA, folderA, n).catch(() => null);
      if (answer?.status === 201) acknowledged.push(n);
      else return { status: answer?.status, retry: answer?.headers.get('retry-after'), body: await answer?.text() };
    }
    return null;
  })();
  while (acknowledged.length < 5) await sleep(20);
  await sleep(300);
  primary.kill();
  const killed = performance.now();
  const firstRefusal = await writer;
  const toldAfter = performance.now() - killed;
  const later = await send(atA, folderA, 999);
  const told = {
    status: later.status,
    code: ((await later.json()) as { code: string }).code,
    retry: later.headers.get('retry-after'),
  };
  const readyOfA = (await fetch(`${atA}/ready`)).status;
  await sleep(5000);
  over = true;
  await Promise.all(readers);
  const [row] = await ask<{ days: string[] }>(
    standby,
    'salient',
    `select array_agg(valid_on::text) as days from revision where series = 'followed'`,
  );
  const lost = acknowledged.filter(
    (n) => !row?.days.includes(new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10)),
  );

  // Promoted, it takes writes, without a restart of its service.
  standby.promote();
  const promoted = performance.now();
  let first = await send(atB, folderB, 1000);
  while (first.status !== 201 && performance.now() - promoted < 30_000) {
    await sleep(200);
    first = await send(atB, folderB, 1000);
  }
  const writesAfter = performance.now() - promoted;

  console.log(
    JSON.stringify({
      load: loadavg()[0]?.toFixed(1),
      lag_ms: { median: Math.round(lags.sort((x, y) => x - y)[5] ?? 0), worst: Math.round(lags.at(-1) ?? 0) },
      reads_through_the_kill: statuses,
      slowest_read_ms: Math.round(longest),
      acknowledged: acknowledged.length,
      lost: lost.length,
      first_refusal: { ...firstRefusal, after_ms: Math.round(toldAfter) },
      told,
      ready_of_primary: readyOfA,
      first_write_after_promotion_ms: Math.round(writesAfter),
    }),
  );
  expect(Object.keys(statuses)).toEqual(['200']);
  expect(told).toMatchObject({ status: 503, code: 'unavailable', retry: expect.stringMatching(/^\d+$/) });
  expect(readyOfA).toBe(503);
  expect(first.status).toBe(201);
  // Asynchronous: only what was under way at the moment of the kill may be lost.
  expect(lost.length).toBeLessThanOrEqual(1);
  expect((await b.end('SIGTERM')).code).toBe(0);
  await a.end('SIGTERM');
});
