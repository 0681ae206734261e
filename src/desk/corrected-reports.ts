import { definitionProblems, parseReportDefinition } from '../reports/definition.js';
import { reportDefinitions } from '../reports/definitions.sql.js';
import { reportDifferences } from '../reports/differences.js';
import { editionOf } from '../reports/editions.sql.js';
import { makeReport } from '../reports/make.js';
import { periodOfKey } from '../reports/periods.js';
import { inputsOf, publishedInputs } from '../reports/runs.sql.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import type { Db } from '../store/pool.js';

/** An issued report that rests on what a proposal changes. */
export interface CorrectedReport {
  report: string;
  title: string;
  /** Null where the definition cannot be read. */
  period: string | null;
  /** How many of its statements would differ; null: it was not made again, because so many others were, or cannot be made. */
  differences: number | null;
  /** The first of them, as `what: before → after`; why it is not known, where the definition cannot be read. */
  first: string | null;
}

/** Reports that are made again for one preview: each costs about a second. */
const MOST_MADE = 4;

/**
 * The issued reports of a series that a change corrects, the newest periods first; those that would stay the same are left out.
 * `inside` is the transaction in which the change is made: nothing of this is kept.
 */
export async function correctedReports(inside: Db, series: string): Promise<CorrectedReport[]> {
  const found: CorrectedReport[] = [];
  let made = 0;
  for (const { report, withdrawn_why, definition: given } of await reportDefinitions(inside)) {
    if (withdrawn_why !== null) continue;
    // A stored definition may have been valid for an earlier version only: it stops no preview.
    const [problem] = definitionProblems(given);
    if (problem) {
      if (namesSeries(given, series)) found.push(unknownReport(report, problem.message));
      continue;
    }
    const definition = parseReportDefinition(given);
    if (!definition.series.includes(series)) continue;
    const issued = new Map((await publishedInputs(inside, report)).map(({ period, inputs }) => [period, inputs]));
    const periods = [...issued.keys()]
      .sort()
      .reverse()
      .flatMap((key) => periodOfKey(definition.period, key) ?? []);
    const now = periods.length === 0 ? [] : await inputsOf(inside, definition.series, periods);
    const inputs = new Map(now.map((row) => [row.period, row.inputs]));
    for (const period of periods.filter(({ key }) => inputs.get(key) !== issued.get(key))) {
      const edition = await editionOf(inside, report, period.key, null);
      if (!edition || edition.purged) continue;
      const row = { report, title: definition.title, period: period.key };
      if (made++ >= MOST_MADE) {
        found.push({ ...row, differences: null, first: null });
        continue;
      }
      const content = await makeReport(inside, definition, period, await recordingInstant(inside));
      const differing = reportDifferences(JSON.parse(edition.content), content);
      const [first] = differing;
      if (!first) continue;
      const words = `${first.what}: ${first.before ?? 'not said'} → ${first.after ?? 'not said'}`;
      found.push({ ...row, differences: differing.length, first: words });
    }
  }
  return found;
}

const namesSeries = (given: unknown, series: string): boolean =>
  [(given as { series?: unknown } | null)?.series].flat().includes(series);

const unknownReport = (report: string, why: string): CorrectedReport => ({
  report,
  title: report,
  period: null,
  differences: null,
  first: `not known, as its definition cannot be read: ${why}`,
});
