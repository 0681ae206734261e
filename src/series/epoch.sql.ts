import type { IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';

/** While a series is of one epoch and it is one day, everything that was resolved of the series holds. */
export interface Epoch {
  epoch: number;
  today: IsoDate;
}

/** The epochs of some series; a series that is not known has no row. */
export function epochsOf(db: Queryable, series: readonly string[]): Promise<{ series: string; epoch: number }[]> {
  return db.query('select series, epoch from series_epoch where series = any($1)', [series], 'prepared');
}

/** The epoch of a series, raised by each transaction that writes what the series shows (migration 0021). Null: no such series. */
export async function epochOf(db: Queryable, series: string): Promise<Epoch | null> {
  if (isHidden(series)) return null;
  const [row] = await db.query<Epoch>(
    'select epoch, current_date as today from series_epoch where series = $1',
    [series],
    'prepared',
  );
  return row ?? null;
}

/** The epochs of all series, those written to last first. */
export function seriesEpochs(db: Queryable): Promise<{ series: string; epoch: number }[]> {
  return db.query('select series, epoch from series_epoch order by epoch desc, series', [], 'prepared');
}
