import { hostname } from 'node:os';
import { SalientError } from '../errors.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import type { Db } from '../store/pool.js';
import type { AnyReport } from './content/content.js';
import { parseReportDefinition, type ReportDefinition } from './definition.js';
import { type DefinitionRow, reportDefinition } from './definitions.sql.js';
import { insertDelivery } from './deliveries.sql.js';
import { deliveryKey } from './delivery-key.js';
import { type Difference, reportDifferences } from './differences.js';
import { editionOf, insertEdition } from './editions.sql.js';
import { makeReport } from './make.js';
import { closesAt, type Period, periodOfKey } from './periods.js';
import { storyOfReport } from './render/render.js';
import { databaseClock, inputsOf, insertRun, publishedInputs, type RunOutcome } from './runs.sql.js';

/** Who did it, for the run log. */
export const THIS_PROCESS = `${hostname()}/${process.pid}`;

export interface Issued {
  outcome: RunOutcome | 'nothing_new' | 'made_elsewhere';
  edition: number | null;
  /** The deliveries that the edition set on their way. */
  deliveries: number[];
}

/**
 * Makes the report of one period, once: as its first edition, or as a further one when what was recorded since changes
 * what it states. Every attempt is a line of the run log. Several processes may try at once: the unique number of the
 * edition lets one of them win.
 * @throws SalientError `unknown_report`, `withdrawn`, and what `makeReport` throws (logged as failed before)
 */
export async function issueReport(db: Db, report: string, period: Period): Promise<Issued> {
  const { row, definition } = await definedReport(db, report);
  const inputs = await inputsNow(db, definition, period);
  const reported = (await publishedInputs(db, report)).find((one) => one.period === period.key);
  if (reported?.inputs === inputs) return { outcome: 'nothing_new', edition: null, deliveries: [] };
  // Under the lock of those who record: nothing that is under way can get an earlier instant than this one, so that the
  // same instant gives the same report for ever.
  const startedAt = await db.transaction(recordingInstant);
  const log = { report, period: period.key, inputs, process: THIS_PROCESS, started_at: startedAt };
  try {
    const before = await editionOf(db, report, period.key, null);
    const content = await makeReport(db, definition, period, startedAt);
    const changed = before && !before.purged ? reportDifferences(JSON.parse(before.content), content) : [];
    if (before && !before.purged && changed.length === 0) {
      const reason = `something was recorded that changes nothing in edition ${before.edition}`;
      await insertRun(db, { ...log, outcome: 'unchanged', reason, edition: null });
      return { outcome: 'unchanged', edition: null, deliveries: [] };
    }
    return await db.transaction(async (tx) => {
      const number = (before?.edition ?? 0) + 1;
      const made = { definition: row.no, report, period, edition: number, knownAt: startedAt, changed };
      const edition = await insertEdition(tx, { ...made, ...reportedIn(content), content: JSON.stringify(content) });
      if (edition === null) return { outcome: 'made_elsewhere' as const, edition: null, deliveries: [] };
      const outcome = before ? 'corrected' : 'made';
      await insertRun(tx, { ...log, outcome, reason: reasonOf(changed), edition });
      const deliveries: number[] = [];
      for (const { kind, target } of recipientsOf(definition)) {
        const key = deliveryKey(`${report}/${period.key}/${number}`, kind, target);
        deliveries.push(await insertDelivery(tx, { edition, message: null, kind, target, key }));
      }
      return { outcome, edition: number, deliveries } as const;
    });
  } catch (error) {
    const reason = error instanceof SalientError ? `${error.code}: ${error.message}` : String(error);
    await insertRun(db, { ...log, outcome: 'failed', reason, edition: null });
    throw error;
  }
}

/**
 * The same for the period of that key: for a person who does not want to wait for its hour.
 * @throws SalientError as `issueReport`, and `invalid_parameter` when the report has no such period
 */
export async function issuePeriod(
  db: Db,
  report: string,
  key: string,
): Promise<Issued & { report: string; period: string }> {
  const { definition } = await definedReport(db, report);
  const period = periodOfKey(definition.period, key);
  if (!period) {
    throw new SalientError('invalid_parameter', `period: ${JSON.stringify(key)} is no key of a period of ${report}`);
  }
  const over = closesAt(period, definition.period.time_zone);
  if (Date.parse(over) > Date.parse(await databaseClock(db))) {
    throw new SalientError(
      'invalid_parameter',
      `period: ${key} of ${report} is over at ${over}; a report tells what is over`,
    );
  }
  return { report, period: key, ...(await issueReport(db, report, period)) };
}

/**
 * The newest version of a report's definition, read.
 * @throws SalientError `unknown_report`, `withdrawn`
 */
export async function definedReport(
  db: Db,
  report: string,
): Promise<{ row: DefinitionRow; definition: ReportDefinition }> {
  const row = await reportDefinition(db, report);
  if (!row)
    throw new SalientError('unknown_report', `there is no report ${JSON.stringify(report)}; GET /reports lists them`);
  if (row.withdrawn_why) throw new SalientError('withdrawn', `report ${report} was withdrawn: ${row.withdrawn_why}`);
  return { row, definition: parseReportDefinition(row.definition) };
}

async function inputsNow(db: Db, definition: ReportDefinition, period: Period): Promise<string> {
  const [row] = await inputsOf(db, definition.series, [period]);
  return (row as { inputs: string }).inputs;
}

/** What feeds and lists show of it. */
function reportedIn(content: AnyReport): { headline: string; summary: string } {
  const { headline, lede } = storyOfReport(content);
  return { headline, summary: lede.join(' ') };
}

function recipientsOf({ recipients }: ReportDefinition) {
  return [
    ...recipients.webhooks.map((target) => ({ kind: 'webhook' as const, target })),
    ...recipients.emails.map((target) => ({ kind: 'email' as const, target })),
    ...(recipients.folder === null ? [] : [{ kind: 'folder' as const, target: recipients.folder }]),
  ];
}

function reasonOf(changed: readonly Difference[]): string {
  const [first] = changed;
  if (!first) return 'the period is over';
  const more = changed.length > 1 ? `, and ${changed.length - 1} more differences` : '';
  return `corrected: ${first.what} was ${first.before ?? 'not said'}, is ${first.after ?? 'not said'}${more}`;
}
