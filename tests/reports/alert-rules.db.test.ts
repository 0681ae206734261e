import { afterAll, beforeAll, expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import { askAlert, defineAlert, withdrawAlert } from '../../src/reports/alerts/ask.js';
import { askReport } from '../../src/reports/ask.js';
import { defineReport, withdrawReport } from '../../src/reports/define.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { openScheduler } from '../../src/reports/scheduler.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { withdrawSeries } from '../../src/series/withdraw.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { type MailServer, openMailServer } from '../setup/mail-server.js';
import { valley } from '../setup/valley.js';

let mail: MailServer;
beforeAll(async () => {
  mail = await openMailServer();
});
afterAll(() => mail.close());
const to = (address: string) =>
  mail.received.filter((letter) => [letter.to].flat().some((list) => list?.text === address));

const quiet = () => {};
let count = 0;

/** A theatre with the towns of the valley, and a way to store maps of it: the south up to a parallel, the north beyond. */
async function theatre(db: Db) {
  const id = `ruled-${process.pid}-${++count}`;
  await loadBundle(db, parseBundle(valley(id)), quiet);
  const band = (party: string, south: number, north: number) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[10, south], [11, south], [11, north], [10, north], [10, south]]] } }); // biome-ignore format: a band
  const known = new Set<string>();
  const sent = async (series: string, date: string, edge: number, accuracyM = 100) => {
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features: [band('south', 50, edge), band('north', edge, 51)] }), // biome-ignore format: one map
      options: { date: date as IsoDate },
      source: null,
      create: known.has(series) ? null : { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM, theatre: id, dateMeans: 'end' }, // biome-ignore format: one line
      accept: 'a test',
    });
    known.add(series);
  };
  return { id, sent };
}

/** A scheduler whose clock the test moves; it gathers what it reports of one rule. */
function at(db: Db, rule: string, start = new Date().toISOString()) {
  const clock = { now: Date.parse(start) };
  const reported: string[] = [];
  const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [], publicUrl: 'https://maps.example.org', smtpUrl: mail.url, mailFrom: 'Maps <maps@example.org>' }; // biome-ignore format: one line
  const report = (fields: object, message: string) => {
    const line = `${Object.values(fields).join(' ')}: ${message}`;
    if (line.includes(rule)) reported.push(line);
  };
  const scheduler = openScheduler(
    db,
    { ...settings, clock: async () => new Date(clock.now).toISOString() as Instant },
    { info: report, warn: report },
  );
  return {
    reported,
    async step(ms = 60_000) {
      clock.now += ms;
      await scheduler.tick();
      await scheduler.drain();
    },
  };
}

const headlines = async (db: Db, rule: string) =>
  (await askAlert(db, rule)).alerts.map(({ on, headline }) => `${on} ${headline}`).toReversed();

onEachDatabase(
  'a rule',
  (database) => {
    it('that is defined anew for another series judges the maps of that one which come after it, whatever was told of the other', async () => {
      const db = await database();
      const { id, sent } = await theatre(db);
      const [one, other] = [`${id}-one`, `${id}-other`];
      await sent(one, '2024-03-05', 50.3);
      await sent(other, '2024-03-01', 50.3);
      await sent(other, '2024-03-02', 50.5);
      const rule = { id: `${id}-rule`, title: 'Towns', series: one, when: { kind: 'place' } };
      await defineAlert(db, rule);
      const clock = at(db, rule.id);
      await clock.step();
      await sent(one, '2024-03-06', 50.5);
      await clock.step();
      const first = ['2024-03-06 Birch passed from North to South, 6 March 2024'];
      expect(await headlines(db, rule.id)).toEqual(first);
      await defineAlert(db, { ...rule, series: other });
      await clock.step();
      // The maps that the other series has are history; those that come now are news, though they are of days before the first series ends.
      expect(await headlines(db, rule.id)).toEqual(first);
      await sent(other, '2024-03-03', 50.3);
      await sent(other, '2024-03-06', 50.5);
      await clock.step();
      expect((await headlines(db, rule.id)).slice(1).sort()).toEqual([
        '2024-03-03 Birch passed from South to North, 3 March 2024',
        '2024-03-06 Birch passed from North to South, 4–6 March 2024',
      ]);
      expect(clock.reported).toEqual([]);
    });

    it('about an area tells no gain and no loss that is within the error of the maps, as a report of them tells none', async () => {
      const db = await database();
      const { id: ground, sent } = await theatre(db);
      const id = `${ground}-still`;
      const rule = { id: `${id}-area`, title: 'Area', series: id, when: { kind: 'area', more_than_km2: 0.1, days: 1 } };
      await sent(id, '2024-03-05', 50.5, 200);
      await defineAlert(db, rule);
      const clock = at(db, rule.id);
      await clock.step();
      // Some 20 m along 70 km: 1.5 km², of which some 10 could be drawing alone.
      await sent(id, '2024-03-06', 50.5002, 200);
      await clock.step();
      await defineReport(db, { id, title: 'Day', series: id, period: { every: 'day' }, since: '2024-03-06' });
      await issuePeriod(db, id, '2024-03-06');
      expect((await askReport(db, id)).editions.map(({ headline }) => headline)).toEqual([
        expect.stringMatching(/^No change larger than the map’s own error/),
      ]);
      await withdrawReport(db, id, 'done');
      expect(await headlines(db, rule.id)).toEqual([]);
      await sent(id, '2024-03-07', 50.51, 200);
      await clock.step();
      expect((await headlines(db, rule.id)).sort()).toEqual([
        expect.stringMatching(/^2024-03-07 North lost about 7\d km², 7 March 2024$/),
        expect.stringMatching(/^2024-03-07 South gained about 7\d km², 7 March 2024$/),
      ]);
      expect(clock.reported).toEqual([]);
    });

    it('that loses its digest, or is withdrawn, still sends what it fired: at once, or with the digest', async () => {
      const db = await database();
      const { id: ground, sent } = await theatre(db);
      const id = `${ground}-maps`;
      const digest = { cron: '0 9 * * *', time_zone: 'UTC' };
      const rule = (name: string) => ({ id: `${id}-${name}`, title: 'Towns', series: id, when: { kind: 'place' }, recipients: { emails: [`${id}-${name}@desk.example.org`] } }); // biome-ignore format: one line
      const got = (name: string) => to(`${id}-${name}@desk.example.org`).map(({ subject }) => subject);
      await sent(id, '2024-03-05', 50.3);
      for (const name of ['changed', 'withdrawn']) await defineAlert(db, { ...rule(name), digest });
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const clock = at(db, id, `${tomorrow}T10:00:00Z`);
      await clock.step();
      await sent(id, '2024-03-06', 50.7);
      await clock.step();
      const fired = ['2024-03-06 Birch passed from North to South, 6 March 2024', '2024-03-06 Cedar passed from North to South, 6 March 2024']; // biome-ignore format: one line
      for (const name of ['changed', 'withdrawn']) expect((await headlines(db, `${id}-${name}`)).sort()).toEqual(fired);
      await defineAlert(db, rule('changed'));
      await withdrawAlert(db, `${id}-withdrawn`, 'nobody reads it');
      await clock.step();
      expect([got('changed'), got('withdrawn')]).toEqual([['Towns: 2 alerts'], []]);
      await clock.step(24 * 3_600_000);
      await clock.step(24 * 3_600_000);
      expect([got('changed'), got('withdrawn')]).toEqual([['Towns: 2 alerts'], ['Towns: 2 alerts']]);
    });

    it('that cannot be judged says so once, not at every tick', async () => {
      const db = await database();
      const { id, sent } = await theatre(db);
      const rule = { id: `${id}-old`, title: 'Old', series: `${id}-maps`, when: { kind: 'old', days: 30 } };
      await sent(rule.series, '2024-03-05', 50.3);
      await defineAlert(db, rule);
      await withdrawSeries(db, rule.series, 'a test');
      const clock = at(db, rule.id);
      for (let n = 0; n < 3; n++) await clock.step();
      expect(clock.reported).toEqual([
        expect.stringMatching(`^${rule.id} series ${rule.series} was withdrawn.*: an alert rule cannot be judged`),
      ]);
      await withdrawSeries(db, rule.series, null);
      await clock.step();
      expect(await headlines(db, rule.id)).toHaveLength(1);
      await withdrawSeries(db, rule.series, 'again');
      for (let n = 0; n < 2; n++) await clock.step();
      expect(clock.reported).toHaveLength(2);
    });

    it('tells a passing once: of another day, once a map was put right or came late, it names the day that it told before', async () => {
      const db = await database();
      const { id: ground, sent } = await theatre(db);
      const id = `${ground}-maps`;
      const rule = (kind: string) => ({ id: `${id}-${kind}`, title: 'Birch', series: id, when: kind === 'place' ? { kind, place: 'birch' } : { kind } }); // biome-ignore format: one line
      await sent(id, '2024-03-26', 50.35);
      for (const kind of ['place', 'route']) await defineAlert(db, rule(kind));
      const clock = at(db, id);
      await clock.step();
      await sent(id, '2024-03-27', 50.42);
      await sent(id, '2024-03-28', 50.43);
      await clock.step();
      const told = '2024-03-27 Birch passed from North to South, 27 March 2024';
      expect(await headlines(db, `${id}-place`)).toEqual([told]);
      await sent(id, '2024-03-27', 50.36);
      await clock.step();
      const instead =
        '2024-03-28 Birch passed from North to South, 28 March 2024 (told before as of 27 March 2024; maps recorded since put that right)';
      expect(await headlines(db, `${id}-place`)).toEqual([told, instead]);
      expect((await askAlert(db, `${id}-place`)).alerts[0]?.figures).toMatchObject({ instead_of: '2024-03-27' });
      // Of the road, that some of it passed on the 27th still stands.
      expect((await headlines(db, `${id}-route`)).map((one) => one.replace(/[\d.]+ km/, 'N km'))).toEqual([
        '2024-03-27 N km of Valley road passed from North to South by 27 March 2024',
        '2024-03-28 N km of Valley road passed from North to South by 28 March 2024',
      ]);
      // A passing that came after is another, of which nothing was told.
      await sent(id, '2024-03-29', 50.3);
      await sent(id, '2024-03-30', 50.5);
      await clock.step();
      expect((await headlines(db, `${id}-place`)).slice(2).sort()).toEqual([
        '2024-03-29 Birch passed from South to North, 29 March 2024',
        '2024-03-30 Birch passed from North to South, 30 March 2024',
      ]);
    });

    it('about old maps is told of each series that it was defined for', async () => {
      const db = await database();
      const { id, sent } = await theatre(db);
      const rule = { id: `${id}-old`, title: 'Old', series: `${id}-one`, when: { kind: 'old', days: 30 } };
      for (const series of [`${id}-one`, `${id}-other`]) await sent(series, '2024-03-05', 50.3);
      await defineAlert(db, rule);
      const clock = at(db, rule.id);
      await clock.step();
      await defineAlert(db, { ...rule, series: `${id}-other` });
      await clock.step();
      await clock.step();
      expect((await askAlert(db, rule.id)).alerts.map(({ series }) => series)).toEqual([`${id}-other`, `${id}-one`]);
    });
  },
  'alerts',
);
