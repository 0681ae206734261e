import type { Db } from '../store/pool.js';
import { methodSentence } from './as-of.js';
import { maxAgeDays } from './coverage.js';
import { allSeries, firstMapDays, seriesParties } from './series.sql.js';

/** Every series that is not withdrawn, with its parties, accuracy and reach; `withdrawn` ones only on request. */
export async function askSeries(db: Db, options: { withdrawn?: boolean } = {}) {
  const parties = await seriesParties(db);
  const firstMaps = await firstMapDays(db);
  const statements = (await allSeries(db)).filter((row) => options.withdrawn || row.withdrawn_why === null);
  return statements.map((statement) => ({
    id: statement.series,
    theatre: statement.theatre,
    title: statement.title,
    publisher: statement.publisher,
    licence: statement.licence,
    kind: statement.kind,
    method: methodSentence(statement),
    accuracy_m: statement.accuracy_m,
    accuracy_note: statement.accuracy_note,
    // An imported series does not state it: its first map does.
    first_date: statement.first_date ?? firstMaps.get(statement.series) ?? null,
    complete_until: statement.complete_until,
    max_age_days: maxAgeDays(statement),
    date_means: statement.date_means,
    rest: statement.rest,
    ...(options.withdrawn ? { withdrawn_why: statement.withdrawn_why } : {}),
    parties: parties
      .filter((row) => row.series === statement.series)
      .map(({ id, name, colour }) => ({ id, name, colour })),
  }));
}
