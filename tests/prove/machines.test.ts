import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, mayMakeMachines, type Network, openNetwork, postgresOn } from '../setup/machines.js';
import { HAS_POSTGRES } from '../setup/private-cluster.js';
import { entranceOf, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

/*
 * Seven machines in network namespaces: a database, a streaming standby of it, three services behind nginx as docs/operating.md has it, and a
 * service on the standby. Cables are pulled: packets go nowhere, and nobody is told. Needs root, nginx and PostgreSQL 15. AWAY_S (30): how long
 * a machine is away.
 */
const AWAY_MS = Number(process.env.AWAY_S ?? 30) * 1000;
const TOKEN = 'a-token-of-the-machines';
const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
const CREATE = '&create=true&title=Machines&publisher=Test&licence=CC0-1.0&accuracy=60';
const READS = [
  '/series',
  '/series/machines/dates',
  '/control?series=machines&date=2020-01-01',
  '/tiles/machines/7/76/50.mvt?date=2020-01-01',
];

interface Noted {
  statuses: Record<string, number>;
  /** Milliseconds. */
  longest: number;
}

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;

describe.skipIf(!HAS_POSTGRES || !hasNginx || !mayMakeMachines())('machines of their own', () => {
  let network: Network | undefined;
  const machines = new Map<string, Machine>();
  const at = (name: string) => machines.get(name) as Machine;
  const stops: (() => void)[] = [];
  const services = ['one', 'two', 'three'];
  const addressOf = (name: string) => `http://${at(name).address}:3000`;
  let through = '';
  let sent = 0;

  function serviceOn(name: string, url: string, more: Record<string, string> = {}) {
    const child = at(name).run(process.execPath, entranceOf('main.ts'), {
      ...{ HOST: at(name).address, PORT: '3000', DATABASE_URL: url, SALIENT_DATA: temporaryFolder() },
      ...{ SALIENT_WRITE_TOKEN: TOKEN, SALIENT_GEODATA: '', SALIENT_REPORT_EVERY_S: '0', SALIENT_LOG_LEVEL: 'fatal' },
      ...more,
    });
    child.stdout?.resume();
    child.stderr?.resume();
    stops.push(() => child.kill('SIGKILL'));
  }
  const answers = async (address: string) => {
    for (let tries = 0; tries < 600; tries++) {
      const ready = await fetch(address, { signal: AbortSignal.timeout(2000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await sleep(100);
    }
    throw new Error(`${address} does not answer`);
  };
  const post = (base: string, n: number) =>
    fetch(`${base}/series/machines/snapshots?date=${day(n)}&accept=x${n === 0 ? CREATE : ''}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/geo+json' },
      body: JSON.stringify(strips([Number((36.2 + (n % 700) * 0.001).toFixed(3))], ['west', 'east'])),
      signal: AbortSignal.timeout(150_000),
    });
  /** Asks until it is over; what was answered, and the longest wait. */
  async function asking(base: string, path: string, isOver: () => boolean): Promise<Noted> {
    const noted: Noted = { statuses: {}, longest: 0 };
    while (!isOver()) {
      const began = performance.now();
      const status = await fetch(base + path, { signal: AbortSignal.timeout(120_000) })
        .then(async (answer) => {
          const { code = '' } = answer.ok ? {} : ((await answer.json().catch(() => ({}))) as { code?: string });
          await answer.arrayBuffer().catch(() => {});
          return `${answer.status} ${code}`.trim();
        })
        .catch((error: Error) => error.name);
      noted.longest = Math.round(Math.max(noted.longest, performance.now() - began));
      noted.statuses[status] = (noted.statuses[status] ?? 0) + 1;
      await sleep(20);
    }
    return noted;
  }
  /** Sends maps until it is over: those that were acknowledged. */
  async function writing(isOver: () => boolean) {
    const acknowledged: number[] = [];
    const statuses: Record<string, number> = {};
    while (!isOver()) {
      const n = sent++;
      const status = await post(through, n).then(
        ({ status }) => status,
        (error: Error) => error.name,
      );
      // A request that nginx sent once more finds its map stored: 200, unchanged.
      if (status === 201 || status === 200) acknowledged.push(n);
      statuses[status] = (statuses[status] ?? 0) + 1;
      await sleep(50);
    }
    return { acknowledged, statuses };
  }
  const storedDays = async (base: string) =>
    ((await (await fetch(`${base}/series/machines/dates`)).json()) as { dates: string[] }).dates;

  beforeAll(async () => {
    const opened = openNetwork();
    network = opened;
    for (const name of ['db', 'standby', ...services, 'reader', 'proxy']) machines.set(name, opened.machine(name));
    const primary = postgresOn(at('db'));
    stops.push(primary.stop);
    const admin = new pg.Client(primary.url('postgres'));
    await admin.connect();
    await admin.query('create database salient');
    await admin.end();
    serviceOn('one', primary.url('salient'));
    await answers(`${addressOf('one')}/ready`);
    for (const name of services.slice(1)) serviceOn(name, primary.url('salient'));
    const folder = temporaryFolder();
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const upstream = services.map((name) => `server ${at(name).address}:3000 max_fails=1 fail_timeout=3s;`).join(' ');
    const conf = join(folder, 'nginx.conf');
    writeFileSync(
      conf,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
       http { access_log off; ${temp.join(' ')} upstream salient { ${upstream} keepalive 16; }
         server { listen ${at('proxy').address}:8080; client_max_body_size 50m;
           location / { proxy_pass http://salient; proxy_http_version 1.1; proxy_set_header connection "";
             proxy_connect_timeout 1s; proxy_read_timeout 120s;
             proxy_next_upstream error timeout http_503 non_idempotent; proxy_next_upstream_tries 3; } } }`,
    );
    stops.push(() => nginx.kill('SIGTERM'));
    const nginx = at('proxy').run('nginx', ['-e', `${folder}/error.log`, '-c', conf]);
    through = `http://${at('proxy').address}:8080`;
    for (const name of services) await answers(`${addressOf(name)}/ready`);
    await answers(`${through}/ready`);
    expect((await post(through, sent++)).status).toBe(201);
    for (const path of READS) expect([path, (await fetch(addressOf('one') + path)).status]).toEqual([path, 200]);
    const follower = postgresOn(at('standby'), at('db'));
    stops.push(follower.stop);
    serviceOn('reader', follower.url('salient'));
    await answers(`${addressOf('reader')}/ready`);
  }, 300_000);
  afterAll(() => {
    for (const stop of stops.reverse()) stop();
    network?.remove();
  });

  it('a map that one of them has acknowledged is served by all at once', async () => {
    for (let n = 0; n < 20; n++) {
      const mine = sent++;
      expect((await post(through, mine)).status).toBe(201);
      const seen = await Promise.all(services.map((name) => storedDays(addressOf(name))));
      expect(seen.map((days) => days.includes(day(mine)))).toEqual([true, true, true]);
      const tiles = await Promise.all(
        services.map(async (name) =>
          Buffer.from(
            await (await fetch(`${addressOf(name)}/tiles/machines/7/76/50.mvt?date=${day(mine)}`)).arrayBuffer(),
          ).toString('hex'),
        ),
      );
      expect(new Set(tiles).size).toBe(1);
    }
  });

  it('one service away: whoever asks through nginx is answered by the others', { timeout: 300_000 }, async () => {
    let over = false;
    const reading = READS.map((path) => asking(through, path, () => over));
    const writer = writing(() => over);
    await sleep(2000);
    at('two').unplug();
    await sleep(AWAY_MS);
    at('two').plug();
    await sleep(3000);
    over = true;
    const [noted, written] = [await Promise.all(reading), await writer];
    process.stdout.write(`one service away: ${JSON.stringify({ noted, writes: written.statuses })}\n`);
    for (const { statuses } of noted) expect(Object.keys(statuses)).toEqual(['200']);
    await answers(`${addressOf('two')}/ready`);
    const days = await storedDays(addressOf('two'));
    for (const n of written.acknowledged) expect(days).toContain(day(n));
    expect(new Set(days).size).toBe(days.length);
  });

  it('the database away: told within deadlines, read on the standby, and as before when it is back', {
    timeout: 400_000,
  }, async () => {
    let over = false;
    const reading = READS.map((path) => asking(addressOf('one'), path, () => over));
    const live = asking(addressOf('one'), '/live', () => over);
    const onStandby = READS.map((path) => asking(addressOf('reader'), path, () => over));
    const writer = writing(() => over);
    await sleep(2000);
    at('db').unplug();
    const pulled = performance.now();
    await sleep(3000);
    const ready = await fetch(`${addressOf('one')}/ready`, { signal: AbortSignal.timeout(5000) });
    expect(ready.status).toBe(503);
    await sleep(Math.max(0, AWAY_MS - (performance.now() - pulled)));
    at('db').plug();
    const plugged = performance.now();
    for (const name of services) {
      await answers(`${addressOf(name)}/ready`);
      await answers(`${addressOf(name)}/series/machines/dates`);
    }
    const back = Math.round(performance.now() - plugged);
    await sleep(5000);
    over = true;
    const [noted, alive, standby] = [await Promise.all(reading), await live, await Promise.all(onStandby)];
    const written = await writer;
    process.stdout.write(
      `database away: ${JSON.stringify({ noted, alive, standby, writes: written.statuses, back_ms: back })}\n`,
    );
    expect(Object.keys(alive.statuses)).toEqual(['200']);
    for (const { statuses } of standby) expect(Object.keys(statuses)).toEqual(['200']);
    // The deadlines of the classes, and what it takes to notice that nobody answers: also while the database is away for longer.
    for (const [n, path] of READS.entries()) {
      const most = path.startsWith('/control') ? 75_000 : 50_000;
      expect([path, noted[n]?.longest]).toEqual([path, expect.toSatisfy((ms: number) => ms < most)]);
    }
    for (const { statuses } of noted)
      for (const status of Object.keys(statuses))
        expect(status).toMatch(/^200$|^503 (unavailable|overloaded)$|^504 timed_out$/);
    expect(back).toBeLessThan(30_000);
    for (const name of services) {
      const days = await storedDays(addressOf(name));
      for (const n of written.acknowledged) expect(days).toContain(day(n));
      expect(new Set(days).size).toBe(days.length);
    }
  });
});
