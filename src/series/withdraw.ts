import { SalientError } from '../errors.js';
import type { Db } from '../store/pool.js';
import { recordingInstant } from './reference/editions.sql.js';
import { insertStatement, statementAt } from './series.sql.js';

/**
 * Withdraws a series with a reason, or restores it (`why` null). Nothing is deleted: its earlier answers stay
 * answerable as known at an earlier instant.
 * @throws SalientError `unknown_series`
 */
export async function withdrawSeries(
  db: Db,
  series: string,
  why: string | null,
): Promise<{ series: string; withdrawn_why: string | null }> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    const current = await statementAt(tx, series, null);
    if (!current) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
    const { id: _, theatre: __, ...statement } = current;
    if (current.withdrawn_why !== why) {
      await insertStatement(tx, { ...statement, withdrawn_why: why, recorded_at: at });
    }
    return { series, withdrawn_why: why };
  });
}
