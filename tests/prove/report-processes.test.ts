import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { type Spawned, spawnService, temporaryFolder } from '../setup/spawned.js';
import { valley } from '../setup/valley.js';

/*
 * Three service processes on one PostGIS look every two seconds for five minutes at what is due: a daily report of a year,
 * sent to a receiver that fails one time in five. A process is killed (SIGKILL) at random moments and started again.
 */
const MINUTES = Number(process.env.PROVE_MINUTES ?? 5);
const PROCESSES = 3;
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!SERVER_URL)('three processes, killed at random', () => {
  const returned = new Map<string, number>();
  let receiver: Server;
  let database: pg.Client;
  let environment: Record<string, string>;

  beforeAll(async () => {
    let calls = 0;
    receiver = createServer((request, response) => {
      const key = String(request.headers['idempotency-key']);
      request.resume().on('end', () => {
        if (++calls % 5 === 0) return void response.writeHead(503).end();
        returned.set(key, (returned.get(key) ?? 0) + 1);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const geodata = temporaryFolder();
    mkdirSync(join(geodata, 'valley'));
    for (const [name, text] of valley('valley')) writeFileSync(join(geodata, 'valley', name), text);
    const url = await freshDatabase(SERVER_URL);
    database = new pg.Client({ connectionString: url });
    await database.connect();
    environment = {
      DATABASE_URL: url,
      SALIENT_GEODATA: geodata,
      SALIENT_REPORT_EVERY_S: '2',
      SALIENT_WEBHOOK_SECRET: 'secret',
      SALIENT_WEBHOOK_PRIVATE: `127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    };
  });
  afterAll(async () => {
    receiver.close();
    await database.end();
  });

  it('make each period exactly once, and each edition arrives', async () => {
    const running: Spawned[] = [spawnService(environment)];
    const base = await (running[0] as Spawned).address;
    while (running.length < PROCESSES) running.push(spawnService(environment));
    const port = (receiver.address() as AddressInfo).port;
    const definition = {
      id: 'daily',
      title: 'The valley, day by day',
      series: 'valley',
      period: { every: 'day' },
      recipients: { webhooks: [`http://127.0.0.1:${port}/hook`] },
    };
    const posted = await fetch(`${base}/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...CREDENTIAL },
      body: JSON.stringify(definition),
    });
    expect(posted.status).toBe(200);

    let kills = 0;
    for (const end = Date.now() + MINUTES * 60_000; Date.now() < end; ) {
      await later(3000 + Math.random() * 12_000);
      const victim = Math.floor(Math.random() * PROCESSES);
      await (running[victim] as Spawned).end('SIGKILL');
      running[victim] = spawnService(environment);
      kills++;
    }
    // Whatever is left is finished in peace.
    const count = async (sql: string) => Number((await database.query(sql)).rows[0].n);
    const open = `select count(*) as n from delivery d where not exists (
      select from delivery_attempt a where a.delivery = d.no and a.outcome = 'delivered')`;
    for (const end = Date.now() + 15 * 60_000; Date.now() < end; await later(2000)) {
      if ((await count('select count(*) as n from report_edition')) >= 365 && (await count(open)) === 0) break;
    }
    for (const service of running) await service.end('SIGTERM');

    const { rows } = await database.query('select period, count(*)::integer as n from report_edition group by period');
    expect(rows).toHaveLength(365);
    expect(rows.filter(({ n }) => n !== 1)).toEqual([]);
    expect(returned.size).toBe(365);
    const twice = [...returned.values()].filter((times) => times > 1).length;
    // Only a process killed between the receiver's answer and writing it down may send again, under the same key.
    expect(twice).toBeLessThanOrEqual(kills);
    const failed = await count("select count(*) as n from delivery_attempt where outcome = 'failed'");
    const open2 = await count(`select count(*) as n from report_due where owner is not null`);
    process.stdout.write(
      `${kills} kills; 365 periods once each; ${failed} failed tries; ${twice} sent again after a kill; ${open2} pieces of work still taken\n`,
    );
  });
});
