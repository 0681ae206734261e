import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addDays, type IsoDate } from '../../src/model/dates.js';
import { askEdition, askFeed, askReport, askReportLog } from '../../src/reports/ask.js';
import { defineReport, withdrawReport } from '../../src/reports/define.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { reportDefinition } from '../../src/reports/definitions.sql.js';
import { deliverReport, MOST_ATTEMPTS, pauseAfter } from '../../src/reports/deliver.js';
import { dueOfReport } from '../../src/reports/due.js';
import { editionOf, insertEdition } from '../../src/reports/editions.sql.js';
import { issuePeriod, issueReport } from '../../src/reports/issue.js';
import { renderReport } from '../../src/reports/render/render.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { contentHash } from '../../src/store/content-hash.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { measuredReport } from '../setup/reports.js';
import { temporaryFolder } from '../setup/spawned.js';
import { valley } from '../setup/valley.js';

const quiet = () => {};
let count = 0;

/** A valley of its own, mapped from January to December 2021, with a monthly report. */
async function monthly(db: Db, recipients: object = {}) {
  const id = `reported-${process.pid}-${++count}`;
  await record(db, id, {});
  const definition = {
    id,
    title: 'The valley, month by month',
    series: id,
    period: { every: 'month' },
    formats: ['json', 'md', 'map.svg'],
    recipients,
  };
  expect(await defineReport(db, definition)).toEqual({ report: id, version: 1, result: 'created' });
  return { id, definition };
}

async function record(db: Db, id: string, change: Parameters<typeof valley>[1]) {
  await loadBundle(db, parseBundle(valley(id, change)), quiet);
  await deriveSeries(db, id, {}, quiet);
}

async function dueOf(db: Db, id: string) {
  const row = await reportDefinition(db, id);
  if (!row || row.withdrawn_why !== null) return [];
  const { periods } = await dueOfReport(db, row, await databaseClock(db));
  return periods.map((period) => ({ report: id, period }));
}
const keysOf = async (db: Db, id: string) => (await dueOf(db, id)).map(({ period }) => period.key);
const months = (...numbers: number[]) => numbers.map((month) => `2021-${String(month).padStart(2, '0')}`);
const birchFallsLater = {
  'claims.csv': (text: string) =>
    text.replace('south,2021-04-01,2021-04-01,2021-04-02', 'south,2021-05-20,2021-05-20,2021-05-21'),
};

onEachDatabase('reports that are made by themselves', (open) => {
  it('of a series that has ended: every period once, and then nothing', async () => {
    const db = await open();
    const { id, definition } = await monthly(db);
    expect(await keysOf(db, id)).toEqual(months(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    for (const { report, period } of (await dueOf(db, id)).slice(1, 4)) {
      expect(await issueReport(db, report, period)).toEqual({ outcome: 'made', edition: 1, deliveries: [] });
      expect((await issueReport(db, report, period)).outcome).toBe('nothing_new');
    }
    expect(await keysOf(db, id)).toEqual(months(1, 5, 6, 7, 8, 9, 10, 11, 12));
    expect((await defineReport(db, definition)).result).toBe('unchanged');
    const { editions } = await askReport(db, id);
    expect(editions.map(({ period, edition }) => [period, edition])).toEqual(
      months(4, 3, 2).map((month) => [month, 1]),
    );
    expect(editions[1]?.headline).toContain('South');
  });

  it('told again only when what was recorded since says something else: the former edition stays as it was', async () => {
    const db = await open();
    const { id } = await monthly(db);
    for (const { report, period } of (await dueOf(db, id)).slice(2, 6)) await issueReport(db, report, period);
    const first = (await editionOf(db, id, '2021-04', null))?.content;

    await record(db, id, birchFallsLater);
    const due = (await dueOf(db, id)).slice(0, 6);
    const outcomes = [];
    for (const { report, period } of due) {
      const { outcome, edition } = await issueReport(db, report, period);
      outcomes.push([period.key, outcome, edition]);
    }
    expect(outcomes).toEqual(
      expect.arrayContaining([
        ['2021-04', 'corrected', 2],
        ['2021-05', 'corrected', 2],
      ]),
    );
    // A subscriber sees the corrections first, although later periods were told before.
    const feed = (await askFeed(db, id)).editions.map(({ period, edition }) => `${period} ${edition}`);
    expect(feed).toContain('2021-04 2');
    expect(feed.indexOf('2021-04 2')).toBeLessThan(feed.indexOf('2021-06 1'));
    expect((await askEdition(db, id, '2021-04', 1)).content).toBe(first);
    const corrected = await askEdition(db, id, '2021-04', null);
    expect(corrected).toMatchObject({ edition: 2, period: '2021-04' });
    expect(corrected.changed).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: expect.stringContaining('birch'), after: null })]),
    );
    const { runs } = await askReportLog(db, id);
    expect(runs.find(({ outcome }) => outcome === 'corrected')?.reason).toMatch(/^corrected: .+ was .+, is /);
    expect((await dueOf(db, id)).filter(({ period }) => ['2021-04', '2021-05'].includes(period.key))).toEqual([]);
  });

  it('are in a feed newest first, however late they were made; corrections by when they were, and the newest period always', async () => {
    const db = await open();
    const { id } = await monthly(db);
    const { no = 0 } = (await reportDefinition(db, id)) ?? {};
    const knownAt = await databaseClock(db);
    const texts = { content: '{}', headline: 'A month', summary: 'It went by.', changed: [] };
    const made = (month: number, edition = 1) => {
      const from = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01` as IsoDate;
      const period = { key: from.slice(0, 7), from, to: addDays(from, 28) };
      return insertEdition(db, { definition: no, report: id, period, edition, knownAt, ...texts });
    };
    const feed = async () => {
      const { editions, updated } = await askFeed(db, id);
      expect(editions).toHaveLength(30);
      const [{ last } = {}] = await db.query<{ last: string }>(
        'select max(made_at) as last from report_edition where report = $1',
        [id],
      );
      expect(updated).toBe(last);
      return editions.map(({ period, edition }) => `${period}/${edition}`);
    };
    // A first start: forty months, the newest first.
    for (let month = 39; month >= 0; month--) await made(month);
    const backlog = await feed();
    expect([backlog[0], backlog[1], backlog.at(-1)]).toEqual(['2003-04/1', '2003-03/1', '2000-11/1']);
    await made(2, 2);
    expect((await feed()).slice(0, 3)).toEqual(['2000-03/2', '2003-04/1', '2003-03/1']);
    // The next month is over.
    await made(40);
    expect((await feed()).slice(0, 3)).toEqual(['2003-05/1', '2000-03/2', '2003-04/1']);
    // Everything before is corrected, the newest first.
    for (let month = 39; month > 2; month--) await made(month, 2);
    const corrected = await feed();
    expect([corrected[0], corrected[28], corrected[29]]).toEqual(['2000-04/2', '2002-08/2', '2003-05/1']);
    await made(40, 2);
    expect((await feed())[0]).toBe('2003-05/2');
    // One from before them all, by hand: no news of which nobody sees that the feed has changed.
    await made(-12);
    await feed();
  });

  it('can be made again to the byte, as known when the edition was', async () => {
    const db = await open();
    const { id, definition } = await monthly(db);
    await issuePeriod(db, id, '2021-03');
    await record(db, id, { 'claims.csv': (text) => text.replace('2021-03-01,2021-03-01', '2021-03-09,2021-03-09') });
    const edition = await askEdition(db, id, '2021-03', 1);
    const period = { key: edition.period, from: edition.from, to: edition.to };
    const again = await measuredReport(db, parseReportDefinition(definition), period, edition.known_at);
    expect(JSON.stringify(again)).toBe(edition.content);
  });

  it('by two at once is made by one of them', async () => {
    const db = await open();
    const { id } = await monthly(db);
    const outcomes = await Promise.all([1, 2, 3].map(() => issuePeriod(db, id, '2021-03')));
    const made = outcomes.filter(({ outcome }) => outcome === 'made');
    expect(made).toHaveLength(1);
    expect((await askReport(db, id)).editions).toHaveLength(1);
  });

  it('of a period that the series does not cover says so in headline, summary and feed, and has no figure', async () => {
    const db = await open();
    const { id } = await monthly(db);
    expect(await issuePeriod(db, id, '2019-03')).toMatchObject({ outcome: 'made', edition: 1 });
    const { headline, summary, content } = await askEdition(db, id, '2019-03', null);
    expect(headline).toBe('Nothing can be said of the ground in the month of 1–31 March 2019');
    expect(summary).toContain('its first is of 1 January 2021');
    for (const form of ['html', 'md', 'csv', 'geojson', 'map.svg', 'chart.svg'] as const) {
      const written = (await renderReport(JSON.parse(content), form)) as string;
      expect(written, form).not.toMatch(/km²|changed hands|NaN|undefined/);
    }
    expect(JSON.parse(content)).toMatchObject({ known: false, series: [{ reason: 'before_first_map' }] });
    // Absence is not zero: tables of several periods put under one another tell it from one in which nothing changed.
    const [head, row, ...more] = String(await renderReport(JSON.parse(content), 'csv')).split('\n');
    expect([head?.split(',').slice(0, 4).join(), more]).toEqual(['series,period,measure,subject', ['']]);
    expect(row).toMatch(/^[^,]+,2019-03,nothing_known,before_first_map,,,,,,,\/series\/[^,]+\/dates\?known-at=/);
  });

  it('that cannot be made are in the log with the reason, and withdrawn ones are made no more', async () => {
    const db = await open();
    const { id, definition } = await monthly(db);
    await expect(issuePeriod(db, id, '2021-13')).rejects.toMatchObject({ code: 'invalid_parameter' });
    await expect(issuePeriod(db, id, '2999-03')).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringContaining('is over at 2999-04-01T00:00:00.000Z'),
    });
    await defineReport(db, { ...definition, region: { kind: 'route', route: 'no-such', within_m: 1000 } });
    await expect(issuePeriod(db, id, '2021-03')).rejects.toMatchObject({ code: 'unknown_route' });
    expect((await askReportLog(db, id)).runs[0]).toMatchObject({
      period: '2021-03',
      outcome: 'failed',
      reason: expect.stringContaining('unknown_route'),
    });
    await withdrawReport(db, id, 'nobody reads it');
    expect(await dueOf(db, id)).toEqual([]);
    await expect(issuePeriod(db, id, '2021-03')).rejects.toMatchObject({ code: 'withdrawn' });
    await expect(defineReport(db, { id: 'x', title: 'X', series: 'no-such' })).rejects.toMatchObject({
      code: 'unknown_series',
      problems: [{ at: '/series/0' }],
    });
    await expect(askReport(db, 'no-such')).rejects.toMatchObject({ code: 'unknown_report' });
    await expect(askEdition(db, id, '2021-03', null)).rejects.toMatchObject({ code: 'unknown_edition' });
  });

  it('go to a webhook until it has answered once, under one key, and each try is in the log', async () => {
    const db = await open();
    const seen: { key: unknown; body: { report: string; edition: number } }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        seen.push({ key: request.headers['idempotency-key'], body: JSON.parse(body) });
        response.writeHead(seen.length < 3 ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { id } = await monthly(db, { webhooks: [`http://${host}/hook`, 'http://127.0.0.1:9/closed'] });
    const { deliveries } = await issuePeriod(db, id, '2021-03');
    const [hook = 0, closed = 0] = deliveries;
    const settings = {
      secret: 's',
      allowPrivate: [host],
      folder: null,
      publicUrl: 'https://maps.example.org',
      smtpUrl: null,
      mailFrom: '',
    };
    const tries = [];
    for (let i = 0; i < 5; i++) tries.push(await deliverReport(db, settings, hook));
    expect(tries).toEqual(['failed', 'failed', 'delivered', null, null]);
    expect(seen).toHaveLength(3);
    const [key, ...others] = new Set(seen.map((request) => String(request.key)));
    expect(others).toEqual([]);
    const stem = `${id}/2021-03/1/webhook/${contentHash(`http://${host}/hook`).slice(0, 16)}/`;
    expect([key?.slice(0, stem.length), key?.slice(stem.length)]).toEqual([
      stem,
      expect.stringMatching(/^[0-9a-f]{24}$/),
    ]);
    expect(seen[2]?.body).toMatchObject({ report: id, edition: 1 });
    expect(await deliverReport(db, settings, closed)).toBe('failed');
    const { deliveries: log } = await askReportLog(db, id);
    expect(log.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', expect.stringContaining('private address')],
      ['delivered', 'status 200'],
      ['failed', 'status 500'],
      ['failed', 'status 500'],
    ]);
    server.close();
  });

  it('go into a folder, whole files only', async () => {
    const db = await open();
    const folder = temporaryFolder();
    const { id } = await monthly(db, { folder: 'desk' });
    const { deliveries } = await issuePeriod(db, id, '2021-03');
    const settings = { secret: null, allowPrivate: [], folder, publicUrl: '', smtpUrl: null, mailFrom: '' };
    expect(await deliverReport(db, settings, deliveries[0] ?? 0)).toBe('delivered');
    const written = join(folder, 'desk', id);
    expect(readdirSync(written).sort()).toEqual(['2021-03.json', '2021-03.map.svg', '2021-03.md']);
    expect(readFileSync(join(written, '2021-03.md'), 'utf8')).toContain('South');
    expect(existsSync(join(folder, id))).toBe(false);
  });
});

describe('the pauses between tries', () => {
  it('double from five seconds to four hours, and end after a day', () => {
    const pauses = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => pauseAfter(index + 1));
    expect(pauses.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(pauses.at(-1)).toBe(14_400);
    const total = pauses.reduce((sum, pause) => sum + pause, 0) / 3600;
    expect(total).toBeGreaterThan(14);
    expect(total).toBeLessThan(48);
  });
});
