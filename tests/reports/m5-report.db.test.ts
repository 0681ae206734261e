import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { askFront } from '../../src/front/ask.js';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import type { ReportContent } from '../../src/reports/content/content.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { periodsBetween } from '../../src/reports/periods.js';
import { renderReport, reportFileName } from '../../src/reports/render/render.js';
import { REPORT_SCHEMA } from '../../src/reports/render/report-schema.js';
import { expectBalance, mainOf } from '../setup/balance.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { measuredReport } from '../setup/reports.js';

const FROM = parseDate('2019-12-16');
const TO = parseDate('2020-03-02');
/** Both databases record the series when the test runs: an instant after it, the same for both. */
const KNOWN = '2100-01-01T00:00:00Z' as Instant;
const weekly = parseReportDefinition({
  id: 'm5-weekly',
  title: 'The M5 corridor, week by week',
  series: 'm5',
  period: { every: 'week', time_zone: 'Asia/Damascus' },
});
const valid = new Ajv2020({ allowUnionTypes: true, formats: { date: true, 'date-time': true } }).compile(REPORT_SCHEMA);
const golden = (name: string) => join(PROJECT_ROOT, 'tests/golden/reports', name);
/** The two engines may differ by one in the last told digit, a thousandth: then the kept one is taken. */
function settled(value: unknown, kept: unknown): unknown {
  if (typeof value === 'number' && typeof kept === 'number') return Math.abs(value - kept) < 0.0015 ? kept : value;
  if (Array.isArray(value) && Array.isArray(kept)) return value.map((one, i) => settled(one, kept[i]));
  if (typeof value !== 'object' || value === null || typeof kept !== 'object' || kept === null) return value;
  const like = kept as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, settled(one, like[key])]));
}

const withoutLinks = (markdown: string) => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');

/** The cells of the first row that begins so, after a heading. */
function tableRow(text: string, begins: string, heading = ''): string[] {
  const row = text
    .slice(text.indexOf(heading))
    .split('\n')
    .find((line) => line.startsWith(begins));
  return (row ?? '')
    .split('|')
    .slice(1)
    .map((cell) => cell.trim());
}

/** `−1,089 km²` as a number. */
const signedNumber = (shown: string) =>
  Number(
    shown
      .replace(/ km²?$/, '')
      .replaceAll(',', '')
      .replace('−', '-'),
  );

const shownNet = (cells: readonly { from: string; to: string; shown: number }[], party: string) =>
  cells.reduce(
    (sum, { from, to, shown }) => sum + (from === to ? 0 : to === party ? shown : from === party ? -shown : 0),
    0,
  );

onEachDatabase('weeks of the M5 as reports', (db) => {
  const store = async () => m5(await db());
  // A quiet week, the week of Saraqib, one within the map's error; tests/prove/m5-winter.test.ts makes all eleven.
  const weeks = periodsBetween(weekly.period, FROM, TO).filter(({ key }) =>
    ['2020-W02', '2020-W06', '2020-W08'].includes(key),
  );
  let reports: ReportContent[];
  beforeAll(async () => {
    reports = [];
    for (const week of weeks) reports.push(await measuredReport(await store(), weekly, week, KNOWN));
  }, 600_000);

  it('are balanced to the last shown digit', () => {
    expect(reports.map(({ period }) => period.key)).toEqual(weeks.map(({ key }) => key));
    expect(reports).toHaveLength(3);
    reports.forEach(expectBalance);
  });

  it('name for every place that changed hands who said so, or says that nobody did', () => {
    const places = reports.flatMap((r) => mainOf(r).places ?? []);
    expect(places.length).toBeGreaterThan(10);
    for (const { claims, query } of places) {
      expect(query).toMatch(/^\/claims\?place=/);
      for (const { sources } of claims) expect(sources.length).toBeGreaterThan(0);
    }
    expect(places.filter(({ claims }) => claims.length > 0).length).toBeGreaterThan(places.length * 0.9);
  });

  it('made again as known at the same instant are the same to the byte, in every text', async () => {
    const first = reports[1] as ReportContent;
    const again = await measuredReport(await store(), weekly, first.period, KNOWN);
    for (const format of ['json', 'md', 'csv', 'geojson', 'html', 'map.svg', 'chart.svg'] as const) {
      expect(await renderReport(again, format)).toBe(await renderReport(first, format));
    }
  });

  it('are valid by their published schema, and their tables have a row for every figure', async () => {
    for (const report of reports) {
      const json: unknown = JSON.parse((await renderReport(report, 'json')) as string);
      expect(valid(json), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
      const rows = parse((await renderReport(report, 'csv')) as string, { columns: true }) as Record<string, string>[];
      expect(rows.length).toBeGreaterThan(20);
      for (const { value, query } of rows) {
        expect(value).toMatch(/^-?\d+(\.\d{1,3})?$/);
        expect(query).toMatch(/^\//);
      }
    }
  });

  it('have one value for each figure: in headline, sentences, tables, pictures, CSV, JSON and the answers they are from', async () => {
    for (const report of reports) {
      const [main, { from, to }] = [mainOf(report), report.period];
      const text = withoutLinks((await renderReport(report, 'md')) as string);
      const first = text.split('\n## ')[0] ?? '';
      const chart = ((await renderReport(report, 'chart.svg')) as string).replace(/<[^>]+>/g, '\n');
      const rows = parse((await renderReport(report, 'csv')) as string, { columns: true }) as Record<string, string>[];
      const inFile = (measure: string, of: Record<string, string> = {}) =>
        rows
          .filter((row) => row.measure === measure && Object.entries(of).every(([key, value]) => row[key] === value))
          .reduce((sum, { value }) => sum + Number(value), 0);
      const ends = { series: 'm5', from: addDays(from, -1), to: addDays(to, -1), knownAt: KNOWN };
      const change = await askChange(await store(), ends);
      const front = await askFront(await store(), { series: 'm5', date: ends.to, knownAt: KNOWN });
      const after = tableRow(text, '| After |');
      const order = main.matrix.after.map(({ class: of }) => of);
      for (const { party, net, after: held } of main.changes) {
        const answered = change.parties.find((row) => row.party === party);
        const name = main.parties.find(({ id }) => id === party)?.name ?? party;
        const gains = tableRow(text, `| ${name} |`, '## Gains and losses');
        const [matrixNet, gainsNet] = [shownNet(main.matrix.cells, party), signedNumber(gains[3] ?? '')];
        // Net change: the answer, the file and the JSON to a thousandth; table and matrix the same whole units beside it.
        expect(net.value).toBeCloseTo(answered?.net_km2 ?? Number.NaN, 2);
        expect(inFile('net', { subject: party })).toBe(net.value);
        expect(gainsNet).toBe(matrixNet);
        expect(Math.abs(gainsNet - net.value)).toBeLessThan(2);
        // What it held at the end: so in the chart and in every sentence.
        const shown = main.matrix.after.find((row) => row.class === party)?.shown ?? Number.NaN;
        expect(held.value).toBeCloseTo(answered?.after_km2 ?? Number.NaN, 2);
        expect(inFile('after', { subject: party })).toBe(held.value);
        expect(after.map(signedNumber)).toContain(shown);
        expect(order).toContain(party);
        expect(chart).toContain(`${shown.toLocaleString('en')} km²`);
        expect(Math.abs(shown - held.value)).toBeLessThan(1);
        // Every sentence that says what it gained or lost says that.
        for (const [, much] of first.matchAll(
          new RegExp(`${name} (?:gained|lost|held) about ([\\d,]+) km² (?:in the|more|\\()`, 'g'),
        )) {
          expect(signedNumber(much ?? '')).toBe(Math.abs(gainsNet));
        }
      }
      // All of the theatre.
      expect(change.theatre_km2).toBeCloseTo(main.matrix.total_km2, 2);
      expect(after.map(signedNumber)).toContain(main.matrix.total_shown);
      expect(Math.abs(main.matrix.total_shown - main.matrix.total_km2)).toBeLessThanOrEqual(0.5);
      // The front, the places, the road and the posts.
      const line = front.fronts.reduce((sum, { ruled_km }) => sum + (ruled_km ?? Number.NaN), 0);
      expect(main.front?.pairs.reduce((sum, pair) => sum + (pair.after?.value ?? Number.NaN), 0)).toBeCloseTo(line, 2);
      expect(inFile('front_after')).toBeCloseTo(line, 2);
      expect(tableRow(text, '| Syrian government and allies and Opposition factions |')[2]).toBe(
        `${Math.round(line)} km`,
      );
      const parties = main.parties.map(({ id }) => id);
      const passed = change.places.filter((place) => parties.includes(place.to));
      const inWords = [...text.matchAll(/(\d+) (?:town or village|towns and villages) passed to/g)];
      expect(inWords.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(passed.length);
      expect(inFile('place_changed_hands')).toBe(passed.length);
      expect(inFile('place_became')).toBe(change.places.length - passed.length);
      const kilometres = change.route
        .filter((row) => row.from !== row.to && parties.includes(row.to))
        .reduce((sum, { km }) => sum + km, 0);
      const road = rows.filter((row) => row.measure === 'road' && parties.includes(row.to ?? ''));
      expect(road.reduce((sum, { value }) => sum + Number(value), 0)).toBeCloseTo(kilometres, 2);
      if (kilometres >= 10) expect(text).toContain(`${Math.round(kilometres)} km of the M5 highway`);
      const cut = (main.posts ?? []).filter((post) => post.before !== 'encircled' && post.after === 'encircled');
      for (const { number, name } of cut) expect(text).toContain(`${number} (${name})`);
      expect(rows.filter((row) => row.measure === 'post_verdict')).toHaveLength(main.posts?.length ?? Number.NaN);
    }
  });

  it('read as they did: JSON and Markdown of the week of Saraqib, the first lines of the others', async () => {
    const reported: Record<string, string> = {};
    for (const report of reports) {
      const text = (await renderReport(report, 'md')) as string;
      reported['m5-first-lines.md'] =
        `${reported['m5-first-lines.md'] ?? ''}${text.split('\n\n').slice(0, 3).join('\n\n')}\n\n`;
      if (report.period.key !== '2020-W06') continue;
      reported[reportFileName(report, 'md')] = text;
      reported[reportFileName(report, 'json')] = (await renderReport(report, 'json')) as string;
    }
    for (const [name, text] of Object.entries(reported)) {
      if (process.env.UPDATE_GOLDEN) writeFileSync(golden(name), text);
      const kept = readFileSync(golden(name), 'utf8');
      if (!name.endsWith('.json')) expect(text).toBe(kept);
      else expect(settled(JSON.parse(text), JSON.parse(kept))).toEqual(JSON.parse(kept));
    }
  });
});
