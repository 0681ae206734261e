import { SalientError } from '../errors.js';
import { statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { parseReportDefinition } from './definition.js';
import { insertDefinition, reportDefinition } from './definitions.sql.js';

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
  if (current && current.withdrawn_why === null && sameAs(current.definition, given)) {
    return { report: definition.id, version: current.version, result: 'unchanged' };
  }
  const version = await insertDefinition(db, definition.id, given, null);
  return { report: definition.id, version, result: current ? 'changed' : 'created' };
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
