import { measureMatrix } from '../change/matrix.js';
import type { IsoDate } from '../model/dates.js';
import { crumbOf, type Transition } from '../model/transition.js';
import { inForce } from '../series/as-of.sql.js';
import type { Db } from '../store/pool.js';

/** The map that holds on a day, as known now; null before the first. */
export async function mapOn(db: Db, series: string, date: IsoDate): Promise<{ id: number; partition: number } | null> {
  const [found] = await inForce(db, series, [date], null);
  return found?.revision == null || found.partition === null
    ? null
    : { id: found.revision, partition: found.partition };
}

/** The ground that passes from one map to the next, m² by class pair, the diagonal left out. */
export async function effectBetween(
  db: Db,
  before: { id: number; partition: number } | null,
  after: { id: number; partition: number } | null,
): Promise<Transition[]> {
  if (!before || !after || before.id === after.id) return [];
  const { matrix } = await measureMatrix(db, before, after);
  const crumb = crumbOf(matrix.reduce((sum, { m2 }) => sum + m2, 0));
  return matrix.filter(({ from, to, m2 }) => from !== to && m2 >= crumb);
}
