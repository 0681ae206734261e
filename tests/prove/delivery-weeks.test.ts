import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import { openStore } from '../../src/open-store.js';
import { askAlert, defineAlert } from '../../src/reports/alerts/ask.js';
import { askFeed, askReport } from '../../src/reports/ask.js';
import { defineReport } from '../../src/reports/define.js';
import { openScheduler } from '../../src/reports/scheduler.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { openMailServer } from '../setup/mail-server.js';

/*
 * Two schedulers on one database, with a clock that runs an hour a step: weekly maps, one corrected now and then,
 * one week without any; a weekly report and an alert rule go to a webhook, by e-mail and into feeds. One message in three is
 * refused, the receivers are away for hours, one scheduler is closed and opened anew. A subscriber looks into the feed now and
 * then. At the end each edition and each alert has arrived once at each.
 */
const MINUTES = Number(process.env.PROVE_MINUTES ?? 5);
const STEP_MS = 3_600_000;

it.skipIf(!SERVER_URL)(
  'weeks of maps with failures: nothing is lost and nothing comes twice',
  { timeout: 90 * 60_000 },
  async () => {
    const settingsOfStore = { databaseUrl: await freshDatabase(SERVER_URL), dataFolder: '' };
    const { db } = await openStore(settingsOfStore, join(PROJECT_ROOT, 'migrations'), () => {});
    const mail = await openMailServer();
    const returned = new Map<string, number>();
    let [calls, away] = [0, false];
    const receiver = createServer((request, response) => {
      const key = String(request.headers['idempotency-key']);
      request.resume().on('end', () => {
        if (away || ++calls % 3 === 0) return void response.writeHead(503).end();
        returned.set(key, (returned.get(key) ?? 0) + 1);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;

    const clock = { now: Date.parse('2024-01-01T00:00:00Z') };
    const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [host], publicUrl: 'https://maps.example.org', smtpUrl: mail.url, mailFrom: 'maps@example.org', timeoutMs: 2000, clock: async () => new Date(clock.now).toISOString() as Instant }; // biome-ignore format: one line
    const open = () => openScheduler(db, settings, { info() {}, warn() {} });
    let pair = [open(), open()];

    const square = (edge: number) => JSON.stringify({ type: 'FeatureCollection', features: [['a', 10, edge], ['b', edge, 11]].map(([party, w, e]) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } })) }); // biome-ignore format: one map
    const sent = (date: IsoDate, edge: number, create = false) =>
    importSnapshots(db, { series: 'weeks', map: square(edge), options: { date }, source: null, accept: 'a proof', create: create ? { title: 'Weeks', publisher: 'us', licence: 'CC0', accuracyM: 200, theatre: null } : null }); // biome-ignore format: one line
    const first = parseDate('2024-01-01');
    await sent(first, 10.5, true);
    const recipients = { webhooks: [`http://${host}/hook`], emails: ['desk@example.org'] };
    await defineReport(db, { id: 'weekly', title: 'Weeks', series: 'weeks', period: { every: 'week' }, since: '2024-01-01', recipients }); // biome-ignore format: one line
    await defineAlert(db, { id: 'moves', title: 'Moves', series: 'weeks', when: { kind: 'area', more_than_km2: 5, days: 7 }, recipients }); // biome-ignore format: one line

    const seen = new Set<string>();
    const end = Date.now() + MINUTES * 60_000;
    let weeks = 0;
    let corrections = 0;
    for (let step = 1; Date.now() < end; step++) {
      clock.now += STEP_MS;
      const day = new Date(clock.now).toISOString().slice(0, 10) as IsoDate;
      const hour = new Date(clock.now).getUTCHours();
      const sunday = new Date(clock.now).getUTCDay() === 0 && hour === 12;
      if (sunday) {
        weeks++;
        // Every ninth week nobody draws a map.
        if (weeks % 9 !== 0) await sent(day, 10.5 + 0.02 * Math.sin(weeks));
        if (weeks % 4 === 3 && weeks > 4) {
          corrections++;
          await sent(addDays(day, -14), 10.5 + 0.03 * Math.cos(weeks));
        }
      }
      away = hour >= 2 && hour < 5;
      if (step % 5 === 0) mail.refuse = 1;
      if (step % 97 === 0) {
        await pair[0]?.close();
        pair = [open(), pair[1] as (typeof pair)[number]];
      }
      await Promise.all(pair.map((scheduler) => scheduler.tick().then(() => scheduler.drain())));
      if (step % 25 === 0)
        for (const { period, edition } of (await askFeed(db, 'weekly')).editions) seen.add(`${period}/${edition}`);
      // Nights and working days without anything go by faster.
      if (!sunday && hour > 5 && step % 4 === 3 && new Date(clock.now).getUTCDay() > 1) clock.now += 12 * STEP_MS;
    }
    // Whatever is left is finished in peace.
    away = false;
    for (let n = 0; n < 120; n++) {
      clock.now += STEP_MS;
      mail.refuse = 0;
      for (const scheduler of pair) await scheduler.tick().then(() => scheduler.drain());
    }
    const look = async () => {
      for (const { period, edition } of (await askFeed(db, 'weekly')).editions) seen.add(`${period}/${edition}`);
    };
    await look();
    for (const scheduler of pair) await scheduler.close();

    const { editions } = await askReport(db, 'weekly');
    const { alerts } = await askAlert(db, 'moves');
    const names = editions.map(({ period, edition }) => `${period}/${edition}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(weeks - 1);
    for (const name of names) expect(seen).toContain(name);
    const keys = [...returned.keys()];
    expect(keys.filter((key) => key.startsWith('weekly/'))).toHaveLength(names.length);
    expect([...returned.values()].filter((times) => times !== 1)).toEqual([]);
    const ids = mail.received.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id?.startsWith('<weekly.'))).toHaveLength(names.length);
    const reported = await db.query<{ n: number }>('select count(*)::integer as n from alert_message');
    expect(ids.filter((id) => id?.startsWith('<alerts.'))).toHaveLength(reported[0]?.n ?? -1);
    expect(keys.filter((key) => key.startsWith('alerts/'))).toHaveLength(reported[0]?.n ?? -1);
    expect(reported[0]?.n).toBeGreaterThanOrEqual(alerts.length > 0 ? 1 : 0);
    const failed = await db.query<{ n: number }>(
      "select count(*)::integer as n from delivery_attempt where outcome = 'failed'",
    );
    process.stdout.write(
      `${weeks} weeks, ${corrections} corrections, ${names.length} editions, ${reported[0]?.n} alerts, ${failed[0]?.n} failed tries: each arrived once by webhook and e-mail\n`,
    );
    await db.close();
    await mail.close();
    receiver.close();
  },
);
