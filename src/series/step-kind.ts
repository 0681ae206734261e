import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import type { Db } from '../store/pool.js';
import { standingSeries } from './as-of.js';
import { recordingInstant } from './reference/editions.sql.js';
import { currentRevisions } from './revisions.sql.js';
import type { StepKind } from './step-kinds.js';
import { stateKind } from './steps.sql.js';

export interface StepStatement {
  kind: StepKind;
  why: string;
  /** Who states it, in words; null: nobody in particular. */
  by: string | null;
}

/**
 * States what the step of a series to its map of a day was, with a reason. Earlier statements are kept: what was
 * was returned before is still returned as known at an earlier instant.
 * @throws SalientError `unknown_series`, `withdrawn`, or `no_data` when the series has no map of that day
 */
export function stateStep(
  db: Db,
  series: string,
  date: IsoDate,
  { kind, why, by }: StepStatement,
): Promise<{ series: string; date: IsoDate } & StepStatement> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx, series);
    await standingSeries(tx, series);
    if (!(await currentRevisions(tx, series)).some((row) => row.valid_on === date)) {
      throw new SalientError(
        'no_data',
        `series ${series} has no map of ${date}: GET /series/${series}/dates lists them`,
      );
    }
    await stateKind(tx, { series, valid_on: date, kind, why, stated_by: by, recorded_at: at });
    return { series, date, kind, why, by };
  });
}
