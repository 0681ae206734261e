import { withdrawSeries } from '../series/withdraw.js';
import type { Db } from '../store/pool.js';
import { within } from '../store/rehearsal.js';
import { appendAudit } from './audit.sql.js';

/**
 * Takes the withdrawal of a series back. A reason for that is kept in the audit log: a series that stands has no place for one.
 * @throws SalientError `unknown_series`
 */
export function restoreSeries(db: Db, series: string, { why, by }: { why: string | null; by: string }) {
  return db.transaction(async (tx) => {
    const restored = await withdrawSeries(within(tx), series, null);
    if (why !== null) {
      const entry = { principal: by, action: 'restore', subject: `${series}/withdraw`, detail: { why } };
      await appendAudit(within(tx), entry);
    }
    return restored;
  });
}
