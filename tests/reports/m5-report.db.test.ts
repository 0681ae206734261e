import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
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
