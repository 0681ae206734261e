import { afterAll, beforeAll, expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { purge } from '../../src/maps/withdrawal/purge.js';
import { withdrawSnapshot } from '../../src/maps/withdrawal/withdraw.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import { askAlert, askAlertLog, defineAlert } from '../../src/reports/alerts/ask.js';
import { openScheduler } from '../../src/reports/scheduler.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { withdrawSeries } from '../../src/series/withdraw.js';
import { onEachDatabase } from '../setup/databases.js';
import { type MailServer, openMailServer } from '../setup/mail-server.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/* What is removed for good goes with the alerts that were measured from it: wherever they are read, and on their way. */

let mail: MailServer;
beforeAll(async () => {
  mail = await openMailServer();
});
afterAll(() => mail.close());

const quiet = () => {};
const HOUR_MS = 3_600_000;
const day = (n: number) => `2024-01-0${n}` as IsoDate;
const half = (party: string, w: number, e: number) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } }); // biome-ignore format: a half

onEachDatabase('alerts measured from a map that is purged', (database) => {
  const service = serviceOn(database);
  const id = `court-${process.pid}`;
  const rules = { sent: `${id}-sent`, night: `${id}-night`, digest: `${id}-digest` };
  const inbox = (rule: string) =>
    mail.received.filter((letter) => [letter.to].flat().some((list) => list?.text === `${rule}@desk.example.org`));
  const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString().slice(0, 10);
  const clock = { now: Date.parse(`${tomorrow}T20:30:00Z`) };
  const step = async (ms: number) => {
    clock.now += ms;
    const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [], publicUrl: 'https://maps.example.org', smtpUrl: mail.url, mailFrom: 'Maps <maps@example.org>' }; // biome-ignore format: one line
    const scheduler = openScheduler(
      await database(),
      { ...settings, clock: async () => new Date(clock.now).toISOString() as Instant },
      { info: quiet, warn: quiet },
    );
    await scheduler.tick();
    await scheduler.drain();
  };
  const send = async (n: number, edge: number, create = false) =>
    importSnapshots(await database(), {
      series: id,
      map: JSON.stringify({ type: 'FeatureCollection', features: [half('south', 10, edge), half('north', edge, 11)] }),
      options: { date: day(n) },
      source: null,
      create: create ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: `${id}-valley`, dateMeans: 'end' } : null, // biome-ignore format: one line
      accept: 'a test',
    });
  const told = async (rule: string) =>
    (await askAlert(await database(), rule)).alerts
      .map(({ on, headline }) => `${on} ${headline.replace(/about .*/, '…')}`)
      .sort();

  it('say nothing more, and those of other maps stay', { timeout: 120_000 }, async () => {
    const db = await database();
    await loadBundle(db, parseBundle(valley(`${id}-valley`)), quiet);
    await send(1, 10.4, true);
    const rule = { title: 'Area', series: id, when: { kind: 'area', more_than_km2: 50, days: 1 } };
    const to = (of: string) => ({ recipients: { emails: [`${of}@desk.example.org`] } });
    const night = { from: '22:00', to: '07:00', time_zone: 'Europe/Kyiv' };
    await defineAlert(db, { ...rule, id: rules.sent, ...to(rules.sent) });
    await defineAlert(db, { ...rule, id: rules.night, quiet_hours: night, ...to(rules.night) });
    await defineAlert(db, { ...rule, id: rules.digest, digest: { cron: '0 9 * * *', time_zone: 'Europe/Kyiv' }, ...to(rules.digest) }); // biome-ignore format: one line
    await step(0);
    for (const [n, edge] of [[2, 10.45], [3, 10.52], [4, 10.6], [5, 10.7]] as const) await send(n, edge); // biome-ignore format: maps
    await step(60_000);
    const all = [2, 3, 4, 5].flatMap((n) => [`${day(n)} North lost …`, `${day(n)} South gained …`]);
    for (const name of Object.values(rules)) expect(await told(name)).toEqual(all);
    expect([inbox(rules.sent).length, inbox(rules.night).length, inbox(rules.digest).length]).toEqual([8, 0, 0]);
    await withdrawSnapshot(db, id, day(3), { why: 'a court', by: null });
    const gone = await purge(db, id, day(3), { why: 'a court', by: null });
    // Those of 3 January, and those of the 4th, which were measured against it.
    expect(gone.alerts.map(({ rule: of, on, delivered }) => [of, on, delivered]).sort()).toEqual(
      Object.values(rules).flatMap((of) => [3, 3, 4, 4].map((n) => [of, day(n), of === rules.sent ? 1 : 0])).sort(), // biome-ignore format: one list
    );
    expect(gone.cannot_reach.filter((line) => /^alert \d+ of .*-sent, 2024-01-0[34]: 1 recipients have it$/.test(line))).toHaveLength(4); // biome-ignore format: one line
    expect(gone.addresses).toContain(`/alerts/${rules.sent}*`);
    const left = (n: number) => [`${day(n)} North lost …`, `${day(n)} South gained …`];
    const none = (n: number) => [`${day(n)} purged`, `${day(n)} purged`];
    for (const name of Object.values(rules)) {
      expect(await told(name)).toEqual([...left(2), ...none(3), ...none(4), ...left(5)]);
      const answers = await Promise.all(['', '/feed.atom', '/feed.json'].map(async (form) => (await service.get(`/alerts/${name}${form}`)).text())); // biome-ignore format: one list
      for (const text of answers) {
        expect(text).toContain('purged');
        expect(text.match(/gained about [^"<]*? (\d) January/g)).toHaveLength(2);
      }
    }
    const rows = await db.query<{ text: string }>(
      `select key || content::text as text from alert where rule = any($1) and content->>'on' = any($2)`,
      [Object.values(rules), [day(3), day(4)]],
    );
    expect(rows).toHaveLength(12);
    for (const { text } of rows) expect(text).not.toMatch(/south|north|km|known-at/i);
    const [tombstone] = await db.query<{ alerts: number[] }>('select alerts from purge where id = $1', [gone.purge]);
    expect(tombstone?.alerts).toHaveLength(12);
  });

  it('are not sent when quiet hours end or a digest is due, and the log says so', { timeout: 120_000 }, async () => {
    const db = await database();
    await step(12 * HOUR_MS);
    // The map of the 4th is judged against that of the 2nd now: what changed between is told, of maps that are there.
    for (const rule of [rules.night, rules.digest]) {
      for (const { text } of inbox(rule)) expect(text).not.toMatch(/purged|km², [34] January/);
    }
    const outcomes = (await askAlertLog(db, rules.night)).deliveries.map(({ outcome, reason }) => [outcome, reason]);
    expect(outcomes.filter(([outcome]) => outcome === 'not_sent')).toEqual(
      Array(4).fill(['not_sent', 'what it told rested on a map that was removed for good']),
    );
    expect(inbox(rules.digest)).toHaveLength(1);
  });

  it('all go with a series that is purged as a whole, and a repeated purge takes none again', async () => {
    const db = await database();
    await withdrawSeries(db, id, 'a court');
    await purge(db, id, null, { why: 'a court', by: null });
    for (const rule of Object.values(rules)) {
      const { alerts } = await askAlert(db, rule);
      expect(new Set(alerts.map(({ headline }) => headline))).toEqual(new Set(['purged']));
    }
    expect((await purge(db, id, null, { why: 'a court', by: null })).alerts).toEqual([]);
  });
});
