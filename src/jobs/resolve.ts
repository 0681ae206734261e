import { revisionInForce, segmentStart, seriesReach } from '../db/as-of.js';
import { editionAt } from '../db/editions.js';
import type { Queryable } from '../db/pool.js';
import { type SeriesStatement, statementAt } from '../db/series.js';
import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';

/** A question's frame: which series, which day on the ground, which moment of our knowledge (null: now). */
export interface Asked {
  series: string;
  date: IsoDate;
  knownAt: Instant | null;
}

/** The frame resolved to numbers, before any geometry is touched. */
export interface AsOf extends Asked {
  statement: SeriesStatement;
  edition: number;
  revision: number;
  plane: number;
  valid_from: IsoDate;
  valid_to: IsoDate | null;
  /** First day from which everything a verdict depends on has been as it is on `date`. */
  since: IsoDate;
  /** The day is after the last one for which the series claims to be complete. */
  stale: boolean;
}

/**
 * The series as known at an instant.
 * @throws SalientError `unknown_series`, `withdrawn`, `not_yet_known`
 */
export async function resolveSeries(
  db: Queryable,
  series: string,
  knownAt: Instant | null,
): Promise<{ statement: SeriesStatement; edition: number }> {
  const statement = await statementAt(db, series, knownAt);
  if (!statement) {
    const later = knownAt && (await statementAt(db, series, null));
    if (later) throw new SalientError('not_yet_known', `series ${series} was not yet recorded at ${knownAt}`);
    throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}; GET /series lists them`);
  }
  if (statement.withdrawn_why !== null) {
    throw new SalientError('withdrawn', `series ${series} was withdrawn: ${statement.withdrawn_why}`);
  }
  const edition = await editionAt(db, statement.theatre, knownAt);
  if (!edition) throw new SalientError('not_yet_known', `nothing of ${statement.theatre} was recorded at ${knownAt}`);
  return { statement, edition: edition.id };
}

/**
 * Resolves a day of a series to the one revision in force.
 * @throws SalientError as `resolveSeries`, and `no_data`, `before_first_snapshot`
 */
export async function resolve(db: Queryable, asked: Asked): Promise<AsOf> {
  const { statement, edition } = await resolveSeries(db, asked.series, asked.knownAt);
  const revision = await revisionInForce(db, asked.series, asked.date, asked.knownAt);
  if (!revision) {
    const { first_date, first_recorded_at } = await seriesReach(db, asked.series, asked.knownAt);
    if (first_date) {
      throw new SalientError('before_first_snapshot', `${asked.date}: series ${asked.series} begins on ${first_date}`);
    }
    if (first_recorded_at) {
      throw new SalientError(
        'not_yet_known',
        `series ${asked.series} had no map yet at ${asked.knownAt}; the first was recorded at ${first_recorded_at}`,
      );
    }
    throw new SalientError('no_data', `series ${asked.series} has no snapshot yet`);
  }
  return {
    ...asked,
    statement,
    edition,
    revision: revision.id,
    plane: revision.plane,
    valid_from: revision.valid_from,
    valid_to: revision.valid_to,
    since: await segmentStart(db, edition, revision.valid_from, asked.date),
    stale: statement.complete_until !== null && asked.date > statement.complete_until,
  };
}

/** How a figure of the series came about, in a sentence that every answer carries. */
export function methodSentence(statement: SeriesStatement): string {
  return `${statement.method}, accuracy ${Number((statement.accuracy_m / 1000).toFixed(2))} km`;
}

/** What every answer about one day says of itself. */
export function envelope(asOf: AsOf) {
  return {
    series: asOf.series,
    date: asOf.date,
    revision: asOf.revision,
    method: methodSentence(asOf.statement),
    valid_from: asOf.valid_from,
    valid_to: asOf.valid_to,
    known_at: asOf.knownAt,
    stale: asOf.stale,
  };
}
