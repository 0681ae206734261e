import { recordingInstant } from '../db/editions.js';
import type { Db, Queryable } from '../db/pool.js';
import { currentRevisions } from '../db/revisions.js';
import { statementAt } from '../db/series.js';
import { stateKind } from '../db/steps.js';
import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import type { StepKind } from '../model/step-kinds.js';

export interface StepStatement {
  kind: StepKind;
  why: string;
  /** Who says so, in words; null: nobody in particular. */
  by: string | null;
}

/**
 * States what the step of a series to its map of a day was, with a reason. Earlier statements are kept: what was
 * answered before stays answerable as known at an earlier instant.
 * @throws SalientError `unknown_series`, `withdrawn`, or `no_data` when the series has no map of that day
 */
export function stateStep(
  db: Db,
  series: string,
  date: IsoDate,
  { kind, why, by }: StepStatement,
): Promise<{ series: string; date: IsoDate } & StepStatement> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    await standing(tx, series);
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

/** @throws SalientError `unknown_series`, `withdrawn` */
async function standing(tx: Queryable, series: string): Promise<void> {
  const statement = await statementAt(tx, series, null);
  if (!statement) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
  if (statement.withdrawn_why !== null)
    throw new SalientError('withdrawn', `series ${series} was withdrawn: ${statement.withdrawn_why}`);
}
