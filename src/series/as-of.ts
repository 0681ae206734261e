import { SalientError } from '../errors.js';
import { dayNumber, type Instant, type IsoDate } from '../model/dates.js';
import { statedLengthInWords } from '../model/stated-length.js';
import type { Queryable } from '../store/pool.js';
import { type InForce, inForce } from './as-of.sql.js';
import {
  coverageOfDay,
  type DayCoverage,
  type DaySpan,
  knownUntil,
  lastKnowableDay,
  unknownBetween,
} from './coverage.js';
import type { EventState } from './event-state.sql.js';
import { refusePurged } from './purged.js';
import { editionAt } from './reference/editions.sql.js';
import { type AsDrawn, revisionsAt } from './revisions.sql.js';
import { type SeriesStatement, statementAt } from './series.sql.js';

/** A question's frame: which series, which day on the ground, which moment of our knowledge (null: now). */
export interface AsOfRequest {
  series: string;
  date: IsoDate;
  knownAt: Instant | null;
}

/** The frame resolved to numbers, before any geometry is touched. */
export interface AsOf extends AsOfRequest {
  statement: SeriesStatement;
  edition: number;
  revision: number;
  partition: number;
  valid_from: IsoDate;
  valid_to: IsoDate | null;
  /** First day from which everything a verdict depends on has been as it is on `date`. */
  since: IsoDate;
  /** The located events that count on the day; null when none does. */
  events: EventState | null;
  /** Whether the day is known at all, and how old its map is. */
  coverage: DayCoverage;
  drawing: AsDrawn;
  /** The series does not claim to be complete on the day, or its map is too old for it. */
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
    throw unknownSeries(series);
  }
  refuseWithdrawn(statement);
  const edition = await editionAt(db, statement.theatre, knownAt);
  if (!edition) throw nothingKnown(statement.theatre, knownAt);
  return { statement, edition: edition.id };
}

/** The last day that a series knows by its maps, as known at an instant; null where it has none. */
export async function lastDayKnown(
  db: Queryable,
  { series, knownAt }: Omit<AsOfRequest, 'date'>,
  statement: SeriesStatement,
): Promise<IsoDate | null> {
  const last = (await revisionsAt(db, series, knownAt)).at(-1)?.valid_on;
  return knownUntil(statement, last, lastKnowableDay(knownAt));
}

/** The days between the maps of a series of which it knows nothing, as known at an instant. */
export async function unknownDays(
  db: Queryable,
  { series, knownAt }: Omit<AsOfRequest, 'date'>,
  statement: SeriesStatement,
): Promise<DaySpan[]> {
  const mapDays = (await revisionsAt(db, series, knownAt)).map(({ valid_on }) => valid_on);
  return unknownBetween(statement, mapDays);
}

/**
 * The newest statement of a series that can be written to.
 * @throws SalientError `unknown_series`, `withdrawn`
 */
export async function standingSeries(db: Queryable, series: string): Promise<SeriesStatement> {
  return (await resolveSeries(db, series, null)).statement;
}

/**
 * Resolves days of a series (null: the last complete one) to the revision in force on each, by one statement.
 * @throws SalientError as `resolveSeries`, and `no_data`, `before_first_snapshot`
 */
export async function resolveDays(
  db: Queryable,
  series: string,
  days: readonly (IsoDate | null)[],
  knownAt: Instant | null,
): Promise<AsOf[]> {
  const found = await inForce(db, series, days, knownAt);
  if (found.length === 0) throw unknownSeries(series);
  return found.map((row) => asOfRow(row, series, knownAt));
}

/** Resolves one day of a series: as `resolveDays`. */
export async function resolve(db: Queryable, { series, date, knownAt }: AsOfRequest): Promise<AsOf> {
  const [asOf] = await resolveDays(db, series, [date], knownAt);
  return asOf as AsOf;
}

function asOfRow(row: InForce, series: string, knownAt: Instant | null): AsOf {
  const { date, edition, revision, partition, valid_from, since, events_on, events_known } = row;
  const { drawn_spacing_m, outside_km2, outside_pieces } = row;
  if (row.statement === null) {
    throw new SalientError('not_yet_known', `series ${series} was not yet recorded at ${knownAt}`);
  }
  const statement: SeriesStatement = { ...row, id: row.statement };
  refuseWithdrawn(statement);
  if (edition === null) throw nothingKnown(statement.theatre, knownAt);
  if (revision !== null && partition === null) throw refusePurged(series, valid_from);
  if (revision === null || partition === null || valid_from === null || since === null) {
    const { first_map, first_recorded_at } = row;
    if (first_map) throw new SalientError('before_first_snapshot', `${date}: series ${series} begins on ${first_map}`);
    if (first_recorded_at && knownAt === null) {
      throw new SalientError('no_data', `every map of series ${series} is withdrawn`);
    }
    if (first_recorded_at) {
      throw new SalientError(
        'not_yet_known',
        `series ${series} had no map yet at ${knownAt}; the first was recorded at ${first_recorded_at}`,
      );
    }
    throw new SalientError('no_data', `series ${series} has no snapshot yet`);
  }
  const coverage = coverageOfDay(statement, valid_from, date, lastKnowableDay(knownAt));
  return {
    series,
    date,
    knownAt,
    statement,
    edition,
    revision,
    partition,
    valid_from,
    valid_to: row.valid_to,
    since,
    events: events_on === null || events_known === null ? null : { on: events_on, known: events_known },
    coverage,
    drawing: { drawn_spacing_m, outside_km2, outside_pieces },
    stale: coverage.stale,
  };
}

function unknownSeries(series: string): SalientError {
  return new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}; GET /series lists them`);
}

function refuseWithdrawn({ series, withdrawn_why: why }: SeriesStatement): void {
  if (why !== null) throw new SalientError('withdrawn', `series ${series} was withdrawn`, [], { editorial: why });
}

function nothingKnown(theatre: string, knownAt: Instant | null): SalientError {
  return new SalientError('not_yet_known', `nothing of ${theatre} was recorded at ${knownAt}`);
}

/** How a figure of the series came about, in a sentence that every answer carries. */
export function methodSentence(statement: SeriesStatement): string {
  return `${statement.method}, accuracy ${statedLengthInWords(statement.accuracy_m)}`;
}

/** What every answer about one day states about itself. */
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
    // Why nothing is known of the day: what stands in the answer is the last map's (`valid_from`), and no fact about the day.
    unknown: asOf.coverage.reason,
    map_age_days: asOf.coverage.map_age_days,
    max_age_days: asOf.coverage.max_age_days,
  };
}

/**
 * The days from one state of the ground to another: between the days of their maps where a series has published maps alone, which say
 * nothing of the days between them. A series made from dated reports knows each of its days.
 */
export function daysBetween(before: AsOf, after: AsOf): number {
  const shown = ({ statement, date, valid_from }: AsOf) => dayNumber(statement.kind === 'derived' ? date : valid_from);
  return shown(after) - shown(before);
}
