import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
import { isKnown } from '../../src/reports/content/content.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { makeReport } from '../../src/reports/make.js';
import { periodsBetween } from '../../src/reports/periods.js';
import { renderReport } from '../../src/reports/render/render.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const DEFINITIONS = join(PROJECT_ROOT, 'geodata/m5/reports.json');
const LIST = join(PROJECT_ROOT, 'tests/golden/reports/m5-weeks.md');
const FIRST = parseDate('2019-04-01');
const AFTER_LAST = parseDate('2020-03-02');
/** Both databases record the series when the test runs: an instant after it, the same for both. */
const KNOWN = '2100-01-01T00:00:00Z' as Instant;

/*
 * The headline and the first sentences of every weekly report of the bundled series, as a list under version control: its diff
 * is what a change of data or of a measure changes in the 48 reports. UPDATE_GOLDEN=1 writes it anew.
 */
onEachDatabase('the weekly reports of the bundled series', (db) => {
  it('say what the list has', { timeout: 1_800_000 }, async () => {
    const store = await m5(await db());
    const definition = parseReportDefinition((JSON.parse(readFileSync(DEFINITIONS, 'utf8')) as unknown[])[0]);
    const weeks = periodsBetween(definition.period, FIRST, AFTER_LAST);
    expect(weeks).toHaveLength(48);
    let list = '';
    for (const week of weeks) {
      const report = await makeReport(store, definition, week, KNOWN);
      expect(isKnown(report), week.key).toBe(true);
      const [headline, , lead] = ((await renderReport(report, 'md')) as string).split('\n\n');
      list += `- ${week.key}: ${(headline ?? '').replace(/^# /, '')}. ${lead}\n`;
    }
    if (process.env.UPDATE_GOLDEN) writeFileSync(LIST, list);
    expect(list).toBe(readFileSync(LIST, 'utf8'));
  });
});
