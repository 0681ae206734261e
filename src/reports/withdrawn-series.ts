import { statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import type { WithdrawnSeries } from './content/content.js';

/**
 * Those of the series that are withdrawn now.
 * @param reasons with the reason of each: it is editorial, and may name a source
 */
export async function withdrawnOf(db: Db, series: readonly string[], reasons = false): Promise<WithdrawnSeries[]> {
  const statements = await Promise.all(series.map((id) => statementAt(db, id, null)));
  return statements.flatMap((statement) => {
    if (!statement?.withdrawn_why) return [];
    const { series: id, title, recorded_at, withdrawn_why: why } = statement;
    return [{ id, title, withdrawn_at: recorded_at, ...(reasons && { why }) }];
  });
}
