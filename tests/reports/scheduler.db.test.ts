import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import { insertRule } from '../../src/reports/alerts/alerts.sql.js';
import { askAlert, askAlerts, defineAlert, withdrawAlert } from '../../src/reports/alerts/ask.js';
import { askReport, askReportLog, askReports } from '../../src/reports/ask.js';
import { defineReport, withdrawReport } from '../../src/reports/define.js';
import { insertDefinition, reportDefinition } from '../../src/reports/definitions.sql.js';
import { dueOfReport } from '../../src/reports/due.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { recordDue, reportStates, takeDue, watches } from '../../src/reports/schedule.sql.js';
import { openScheduler, type Scheduler, type SchedulerSettings } from '../../src/reports/scheduler.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

const quiet = () => {};
const open: Scheduler[] = [];
const servers: Server[] = [];
let count = 0;
afterEach(async () => {
  reported.length = 0;
  for (const scheduler of open.splice(0)) await scheduler.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [] as string[], publicUrl: 'https://maps.example.org', smtpUrl: null, mailFrom: '' }; // biome-ignore format: one line
/** What the schedulers of a test reported: told where it fails. */
const reported: string[] = [];
function scheduler(db: Db, given: Partial<SchedulerSettings> = {}, log = reported): Scheduler {
  const line = (fields: object, message: string) => log.push(`${Object.values(fields).join(' ')}: ${message}`);
  const made = openScheduler(db, { ...settings, ...given }, { info: line, warn: line });
  open.push(made);
  return made;
}

async function series(db: Db, change: Parameters<typeof valley>[1] = {}): Promise<string> {
  const id = `scheduled-${process.pid}-${++count}`;
  await record(db, id, change);
  return id;
}
async function record(db: Db, id: string, change: Parameters<typeof valley>[1]) {
  await loadBundle(db, parseBundle(valley(id, change)), quiet);
  await deriveSeries(db, id, {}, quiet);
}
const monthly = (id: string, rest: object = {}) => ({
  id,
  title: 'The valley',
  series: id,
  period: { every: 'month' },
  ...rest,
});
const periodsOf = async (db: Db, id: string) => (await askReport(db, id)).editions.map(({ period }) => period).sort();

async function receiver(answer: (key: string) => number | null) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const status = answer(String(request.headers['idempotency-key']));
      if (status !== null) response.writeHead(status).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function until(condition: () => Promise<boolean> | boolean, ms = 60_000) {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect.fail(`it did not come about in time: ${reported.join('; ') || 'nothing was reported'}`);
}

onEachDatabase(
  'the scheduler',
  (database) => {
    it('one definition that cannot be judged, one report that cannot be made: both are logged, and all others are made', async () => {
      const db = await database();
      const [id, bad, broken] = [await series(db), `bad-${process.pid}-${++count}`, `broken-${process.pid}-${++count}`];
      await defineReport(db, monthly(id, { since: '2021-11-01' }));
      // As an older version accepted it: the definition's own reader refuses it today.
      await insertDefinition(
        db,
        bad,
        monthly(id, { id: bad, schedule: { cron: '0 0 31 4,6,9,11 *', time_zone: 'UTC' } }),
        null,
      );
      const noRoute = { region: { kind: 'route', route: 'no-such', within_m: 5 }, since: '2021-12-01' };
      await defineReport(db, { ...monthly(id, noRoute), id: broken });
      const log: string[] = [];
      const running = scheduler(db, {}, log);
      await running.tick();
      await running.drain();
      expect(await periodsOf(db, id)).toEqual(['2021-11', '2021-12']);
      for (const name of [bad, broken])
        expect((await askReportLog(db, name)).runs[0]).toMatchObject({ outcome: 'failed' });
      const failing = (await reportStates(db)).find(({ state }) => state === 'failing');
      expect(failing?.count).toBeGreaterThan(0);
      expect(log).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^${bad} .*: a report cannot be judged`)), expect.stringMatching(new RegExp(`^${broken} 2021-12 .*: a report could not be made`))])); // biome-ignore format: two lines
      await running.tick();
      expect((await askReportLog(db, bad)).runs).toHaveLength(1);
      expect(log.filter((line) => line.startsWith(bad))).toHaveLength(1);
      expect(log).toContain(`${id} 2021-12 made 1: a report was made`);
    });

    it('a text that no store can hold, in a definition of an older version: everything goes on, that one too, and it can be withdrawn', async () => {
      const db = await database();
      const [id, odd] = [await series(db), `odd-${process.pid}-${++count}`];
      await defineReport(db, monthly(id, { since: '2021-12-01' }));
      // As an older version accepted them.
      const broken = { id: odd, title: 'x \ud800', series: id };
      await insertDefinition(db, odd, { ...monthly(id), ...broken, since: '2021-12-01' }, null);
      await insertRule(db, odd, { ...broken, title: 'x \0', when: { kind: 'place' } }, null);
      // And one that this version does not know how to judge.
      await insertRule(
        db,
        `${odd}-unread`,
        { id: `${odd}-unread`, title: 'x', series: id, when: { kind: 'weather' } },
        null,
      );
      const running = scheduler(db);
      await running.tick();
      await running.drain();
      expect(await periodsOf(db, id)).toEqual(['2021-12']);
      expect(await periodsOf(db, odd)).toEqual(['2021-12']);
      expect((await askReports(db)).find((one) => one.id === odd)).toMatchObject({ title: 'x \ufffd', about: [id] });
      expect((await askAlerts(db)).find((one) => one.id === odd)).toMatchObject({ title: 'x \ufffd', about: [id] });
      expect(await withdrawReport(db, odd, 'odd')).toEqual({ report: odd, version: 2 });
      expect(await withdrawAlert(db, odd, 'odd')).toEqual({ alert: odd, version: 2 });
      const unread = `${odd}-unread`;
      expect((await askAlerts(db)).find((one) => one.id === unread)).toMatchObject({ title: unread, series: id });
      expect(await askAlert(db, unread)).toMatchObject({ id: unread, alerts: [] });
      const readable = { id: unread, title: 'x', series: id, when: { kind: 'place' } };
      expect(await defineAlert(db, readable)).toMatchObject({ result: 'changed' });
      await withdrawAlert(db, unread, 'done');
      expect(await defineReport(db, monthly(id, { id: odd }))).toMatchObject({ result: 'changed' });
      expect(reported.filter((line) => line.includes(odd)).sort()).toEqual([
        `${odd} 2021-12 made 1: a report was made`,
        expect.stringMatching(`^${unread} .*weather.*: an alert rule cannot be judged`),
      ]);
      await withdrawReport(db, odd, 'done');
    });

    it('a webhook that is there twice is refused, in whatever words; where an older version stored it, it is called once', async () => {
      const db = await database();
      const id = await series(db);
      const at = await receiver(() => 204);
      const twice = { recipients: { webhooks: [`http://${at}/hook`, `http://${at}/other`, `http://${at}/a/../hook#x`] } }; // biome-ignore format: one line
      const refused = { problems: [{ code: 'repeated', at: '/recipients/webhooks/2' }] };
      await expect(defineReport(db, monthly(id, twice))).rejects.toMatchObject({ code: 'invalid_report', ...refused });
      const rule = { id, title: 'Old', series: id, when: { kind: 'held' } };
      await expect(defineAlert(db, { ...rule, ...twice })).rejects.toMatchObject({ code: 'invalid_alert', ...refused });
      const same = [`http://${at}/hook`, `http://${at}/hook`];
      await expect(defineReport(db, monthly(id, { recipients: { webhooks: same } }))).rejects.toMatchObject({
        problems: [{ code: 'repeated', at: '/recipients/webhooks/1' }],
      });
      // As an older version accepted them.
      const stored = [...same, ...twice.recipients.webhooks];
      await insertDefinition(db, id, monthly(id, { since: '2021-12-01', recipients: { webhooks: stored } }), null);
      const running = scheduler(db, { allowPrivate: ['127.0.0.1'] });
      await running.tick();
      await running.drain();
      expect((await askReportLog(db, id)).deliveries.map(({ target, outcome }) => [target, outcome]).sort()).toEqual([
        [same[0], 'delivered'],
        [`http://${at}/other`, 'delivered'],
      ]);
      expect(reported.filter((line) => line.includes(id))).toEqual([`${id} 2021-12 made 1: a report was made`]);
      await withdrawReport(db, id, 'done');
    });

    it('a definition that can never be scheduled is refused when it is made, with the place', async () => {
      const db = await database();
      const id = await series(db, { 'series.json': (text) => text.replaceAll('2021-01-01', '1990-01-01').replaceAll('2021-12-31', '2021-12-31'), 'initial.csv': (text) => text.replaceAll('2021-01-01', '1990-01-01') }); // biome-ignore format: one change
      await expect(defineReport(db, monthly(id, { schedule: { cron: '0 0 31 4,6,9,11 *' } }))).rejects.toMatchObject({
        code: 'invalid_report',
        problems: [expect.objectContaining({ at: '/schedule/cron' })],
      });
      await expect(defineReport(db, { ...monthly(id), period: { every: 'day' } })).rejects.toMatchObject({
        code: 'invalid_report',
        problems: [expect.objectContaining({ at: '/since', message: expect.stringContaining('later `since`') })],
      });
      expect(await reportDefinition(db, id)).toBeNull();
    });

    it('judges nothing twice: a tick without anything new asks for no period, one map touches its own', async () => {
      const db = await database();
      const id = await series(db);
      await defineReport(db, monthly(id));
      const running = scheduler(db);
      await running.tick();
      await running.drain();
      const row = await reportDefinition(db, id);
      if (!row) throw new Error('defined');
      const watch = (await watches(db)).get(id) ?? null;
      expect(watch?.reached).toBe('2021-12-01');
      const later = addHours(await databaseClock(db), 2);
      expect(
        (await dueOfReport(db, row, later, { ...(watch as NonNullable<typeof watch>), through: later })).periods,
      ).toEqual([]);
      await record(db, id, { 'claims.csv': (text) => text.replace('south,2021-04-01,2021-04-01,2021-04-02', 'south,2021-05-20,2021-05-20,2021-05-21') }); // biome-ignore format: one change
      await running.tick();
      await running.drain();
      const { editions } = await askReport(db, id);
      expect(editions.filter(({ edition }) => edition === 2).map(({ period }) => period)).toEqual(expect.arrayContaining(['2021-04', '2021-05'])); // biome-ignore format: two
      await running.tick();
      await running.drain();
      expect((await askReport(db, id)).editions).toHaveLength(editions.length);
    });

    it('a period that a person issued and that never came due is corrected as the others are', async () => {
      const db = await database();
      const id = await series(db);
      await defineReport(db, monthly(id, { since: '2021-12-01' }));
      await issuePeriod(db, id, '2021-04');
      const running = scheduler(db);
      for (const [from, to] of [['2021-04-01,2021-04-01,2021-04-02', '2021-05-20,2021-05-20,2021-05-21'], ['2021-04-01,2021-04-01,2021-04-02', '2021-04-10,2021-04-10,2021-04-11']] as const) {
        await running.tick();
        await running.drain();
        await record(db, id, { 'claims.csv': (text) => text.replace(`south,${from}`, `south,${to}`) });
      } // biome-ignore format: two changes
      await running.tick();
      await running.drain();
      const { editions } = await askReport(db, id);
      const before = editions
        .filter(({ period }) => period < '2021-12')
        .map(({ period, edition }) => `${period} ${edition}`);
      expect(before.sort()).toEqual(['2021-04 1', '2021-04 2', '2021-04 3']);
    });

    it('what a process had taken when it died is made by another when its lease has run out, and only then', async () => {
      const db = await database();
      const id = await series(db);
      const row = { report: id, version: 1, through: '2024-01-01T00:00:00Z' as Instant, reached: null };
      await defineReport(db, monthly(id, { since: '2021-12-01' }));
      const now = '2000-01-01T00:00:00Z' as Instant;
      const december = { key: '2021-12', from: parseDate('2021-12-01'), to: addDays(parseDate('2021-12-31'), 1) };
      await db.transaction((tx) => recordDue(tx, row, [december], now));
      const at = (seconds: number) => new Date(Date.parse(now) + 1000 * seconds).toISOString() as Instant;
      expect(await takeDue(db, 'dead', at(0), 900)).toMatchObject({ report: id, period: '2021-12', tries: 0 });
      expect(await takeDue(db, 'other', at(899), 900)).toBeNull();
      expect(await takeDue(db, 'other', at(901), 900)).toMatchObject({ report: id });
      await db.query('delete from report_due where report = $1', [id]);
    });

    it('one period is taken at a time, however the database plans it', async () => {
      const db = await database();
      const report = await series(db);
      const now = '2000-01-01T00:00:00Z' as Instant;
      await defineReport(db, monthly(report, { since: '2021-12-01' }));
      const [newest, ...others] = ['2021-11', '2021-10', '2021-09'].map((key) => ({
        ...{ key, from: parseDate(`${key}-01`), to: parseDate(`${key}-28`) },
      }));
      const taken: (string | null)[] = [];
      const undone = db.transaction(async (tx) => {
        await tx.query('delete from report_due');
        const watch = { report, version: 1, through: now, reached: null };
        await recordDue(tx, watch, newest ? [newest] : [], now);
        // Of a table of one row when it was last looked at: then each row is joined with what is to be taken.
        await tx.query('analyze report_due');
        await recordDue(tx, watch, others, now);
        for (const owner of ['a', 'b', 'c', 'd']) taken.push((await takeDue(tx, owner, now, 900))?.period ?? null);
        throw new Error('what others wait for stays');
      });
      await expect(undone).rejects.toThrow('what others wait for stays');
      expect(taken).toEqual(['2021-11', '2021-10', '2021-09', null]);
    });

    it('a receiver that never answers holds up no other, and no report', { timeout: 120_000 }, async () => {
      const db = await database();
      const id = await series(db);
      const arrived: string[] = [];
      const silent = await receiver(() => null);
      const prompt = await receiver((key) => {
        arrived.push(key);
        return 204;
      });
      const webhooks = [`http://${silent}/a`, `http://${silent}/b`, `http://${prompt}/hook`];
      await defineReport(db, monthly(id, { since: '2021-11-01', recipients: { webhooks } }));
      const begun = Date.now();
      scheduler(db, { everySeconds: 1, allowPrivate: [silent, prompt], timeoutMs: 30_000 });
      await until(() => arrived.length >= 2);
      expect(Date.now() - begun).toBeLessThan(30_000);
      expect(new Set(arrived).size).toBe(2);
      for (const server of servers) server.closeAllConnections();
    });

    it('a lost connection is told, and the work goes on where it stopped', { timeout: 120_000 }, async () => {
      const db = await database();
      const id = await series(db);
      await defineReport(db, monthly(id, { since: '2021-12-01' }));
      const back = Date.now() + 8000;
      // The store itself, of which the first statements of each kind of work fail as they do when its server goes away: twice and more.
      const flaky: Db = Object.assign(Object.create(db) as Db, {
        query: (...requested: Parameters<Db['query']>) => {
          if (Date.now() < back)
            return Promise.reject(new Error('terminating connection due to administrator command'));
          return db.query(...requested);
        },
      });
      const log: string[] = [];
      scheduler(flaky, { everySeconds: 1 }, log);
      const kinds = ['reports: finding what is due', 'reports: making', 'reports: delivering'];
      const goesOn = () => log.filter((line) => line.endsWith('the work goes on'));
      await until(async () => (await periodsOf(db, id)).length === 1 && goesOn().length === kinds.length);
      for (const kind of kinds) {
        const lines = log.filter((line) => line.startsWith(kind));
        expect(lines).toEqual([
          expect.stringContaining('terminating connection'),
          expect.stringMatching(/ \d+: the database answers again/),
        ]);
      }
    });
  },
  'scheduler',
);

const addHours = (at: Instant, hours: number) => new Date(Date.parse(at) + 3_600_000 * hours).toISOString() as Instant;
