import { SalientError } from '../errors.js';
import type { Instant } from '../model/dates.js';
import { statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { parseReportDefinition, type ReportDefinition } from './definition.js';
import { insertDefinition, reportDefinition } from './definitions.sql.js';
import { commonReach } from './due.js';
import { databaseClock } from './runs.sql.js';
import { duePeriods } from './schedule.js';

/**
 * Records a report's definition, or its next version when it differs from the newest one; the same again changes nothing.
 * A withdrawn report is taken up again.
 * @throws SalientError `invalid_report`, `unknown_series`
 */
export async function defineReport(
  db: Db,
  given: unknown,
): Promise<{ report: string; version: number; result: 'created' | 'changed' | 'unchanged' }> {
  const definition = parseReportDefinition(given);
  for (const [index, series] of definition.series.entries()) {
    if (await statementAt(db, series, null)) continue;
    const message = `there is no series ${JSON.stringify(series)}; GET /series lists them`;
    throw new SalientError('unknown_series', message, [{ code: 'unknown_series', at: `/series/${index}`, message }]);
  }
  const current = await reportDefinition(db, definition.id);
  await schedulable(db, definition, current?.first_recorded_at ?? null);
  if (current && current.withdrawn_why === null && sameAs(current.definition, given)) {
    return { report: definition.id, version: current.version, result: 'unchanged' };
  }
  const version = await insertDefinition(db, definition.id, given, null);
  return { report: definition.id, version, result: current ? 'changed' : 'created' };
}

/** @throws SalientError `invalid_report` for more periods than anyone would make, or a schedule that never comes */
async function schedulable(db: Db, definition: ReportDefinition, definedAt: Instant | null): Promise<void> {
  const reach = await commonReach(db, definition);
  if (!reach) return;
  const now = await databaseClock(db);
  try {
    duePeriods(definition, reach, definedAt ?? now, now);
  } catch (error) {
    const at = error instanceof RangeError ? '/since' : '/schedule/cron';
    const advice = error instanceof RangeError ? '; state a later `since`, or longer periods' : '';
    const message = `${(error as Error).message}${advice}`;
    throw new SalientError('invalid_report', message, [{ code: 'schedule', at, message }]);
  }
}

const sameAs = (a: unknown, b: unknown) =>
  JSON.stringify(parseReportDefinition(a)) === JSON.stringify(parseReportDefinition(b));

/**
 * Withdraws a report with a reason: nothing more is made of it; what was made stays.
 * @throws SalientError `unknown_report`
 */
export async function withdrawReport(
  db: Db,
  report: string,
  why: string,
): Promise<{ report: string; version: number }> {
  const current = await reportDefinition(db, report);
  if (!current) {
    throw new SalientError('unknown_report', `there is no report ${JSON.stringify(report)}; GET /reports lists them`);
  }
  if (current.withdrawn_why !== null) return { report, version: current.version };
  return { report, version: await insertDefinition(db, report, current.definition, why) };
}
