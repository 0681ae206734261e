import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import type { ReportContent } from '../../src/reports/content/content.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { periodsBetween } from '../../src/reports/periods.js';
import { renderReport } from '../../src/reports/render/render.js';
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
onEachDatabase('the winter of the M5, week by week', (db) => {
  const store = async () => m5(await db());
  const weeks = periodsBetween(weekly.period, FROM, TO);
  let reports: ReportContent[];
  beforeAll(async () => {
    reports = [];
    for (const week of weeks) reports.push(await measuredReport(await store(), weekly, week, KNOWN));
  }, 1_800_000);

  it('is eleven reports, each balanced to the last shown digit', () => {
    expect(reports.map(({ period }) => period.key)).toEqual(weeks.map(({ key }) => key));
    expect(reports).toHaveLength(11);
    reports.forEach(expectBalance);
  });

  it('adds up: the net changes of the weeks are the change over the winter', async () => {
    const whole = await askChange(await store(), {
      series: 'm5',
      from: addDays(FROM, -1),
      to: addDays(TO, -1),
      knownAt: KNOWN,
    });
    for (const party of ['government', 'opposition']) {
      const weekly = reports.map((r) => mainOf(r).changes.find((row) => row.party === party)?.net.value ?? Number.NaN);
      const over = whole.parties.find((row) => row.party === party)?.net_km2 ?? Number.NaN;
      expect(weekly.reduce((a, b) => a + b, 0)).toBeCloseTo(over, 1);
      expect(Math.abs(over)).toBeGreaterThan(1000);
    }
    const places = new Set(reports.flatMap((r) => mainOf(r).places?.map(({ id }) => id)));
    for (const { id } of whole.places) expect(places).toContain(id);
  });

  it('reads as it did: the first lines of all', async () => {
    let text = '';
    for (const report of reports) {
      text += `${((await renderReport(report, 'md')) as string).split('\n\n').slice(0, 3).join('\n\n')}\n\n`;
    }
    const file = join(PROJECT_ROOT, 'tests/golden/reports/winter-headlines.md');
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});
