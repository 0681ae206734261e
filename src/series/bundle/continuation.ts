import { SalientError } from '../../errors.js';
import type { IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { recordingInstant } from '../reference/editions.sql.js';
import { insertContinuation } from '../reference/reference-additions.sql.js';
import { insertStatement, statementAt } from '../series.sql.js';

/**
 * States that the reports of a derived series have been gone through until a later day than before: its maps go on to that day. Files
 * of a bundle that state an earlier day do not take it back.
 * @throws SalientError `invalid_parameter` for a series that is not derived, `unknown_series`
 */
export async function continueSeries(tx: Queryable, series: string, completeUntil: IsoDate): Promise<void> {
  const at = await recordingInstant(tx);
  const current = await statementAt(tx, series, null);
  if (!current) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
  const { kind, complete_until } = current;
  if (kind !== 'derived')
    throw new SalientError('invalid_parameter', `series ${series} is imported: its maps go on by a later map`);
  if (complete_until !== null && completeUntil <= complete_until) {
    throw new SalientError('invalid_parameter', `series ${series} is complete until ${complete_until} already`);
  }
  const { id: _, theatre: __, ...statement } = current;
  await insertContinuation(tx, series, completeUntil, at);
  await insertStatement(tx, { ...statement, complete_until: completeUntil, recorded_at: at });
}
