import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { meets, type Period } from '../model/period.js';
import { resolveSeries } from '../series/as-of.js';
import { breakpoints } from '../series/as-of.sql.js';
import { coverageOfDay, lastKnowableDay } from '../series/coverage.js';
import { revisionsAt } from '../series/revisions.sql.js';
import { type SeriesStatement, statementAt } from '../series/series.sql.js';
import { latestRecording } from '../store/latest-recording.js';
import type { Db } from '../store/pool.js';
import type { CollectionKind } from './collection-kinds.js';
import { unknownCollection } from './collections.js';
import type { MapInForce } from './source.sql.js';

/** A question about a collection, resolved: everything in it was recorded by `knownAt`, and stays so. */
export interface Frame {
  series: string;
  statement: SeriesStatement;
  edition: number;
  knownAt: Instant;
  /** What was asked for, or the last complete day; null: everything (collections whose time is `touching`). */
  period: Period | null;
  /** Every map of the series, in order. */
  maps: MapInForce[];
  /** The period reaches beyond the last day for which the series claims to be complete. */
  stale: boolean;
}

/**
 * Pins a question to what was recorded by `knownAt`, or until now.
 * @throws SalientError `unknown_collection` for a series that does not exist; `withdrawn`, `not_yet_known`
 */
export async function frameOf(
  db: Db,
  id: string,
  series: string,
  kind: CollectionKind,
  asked: { period: Period | null; knownAt: Instant | null },
): Promise<Frame> {
  const now = await statementAt(db, series, null);
  if (!now) throw unknownCollection(id);
  const knownAt = await latestRecording(db, series, now.theatre, asked.knownAt);
  if (knownAt === null)
    throw new SalientError('not_yet_known', `nothing of series ${series} was recorded at ${asked.knownAt}`);
  const { statement, edition } = await resolveSeries(db, series, knownAt);
  const maps = mapsInForce(await revisionsAt(db, series, knownAt));
  const last = statement.complete_until ?? maps.at(-1)?.valid_from ?? null;
  const period =
    asked.period ?? (kind.time === 'touching' || last === null ? null : { from: last, to: last, single: true });
  const to = period?.to ?? null;
  const inForce = to === null ? null : (maps.findLast(({ valid_from }) => valid_from <= to)?.valid_from ?? null);
  const stale =
    to !== null && inForce !== null && coverageOfDay(statement, inForce, to, lastKnowableDay(knownAt)).stale;
  return { series, statement, edition, knownAt, period, maps, stale };
}

function mapsInForce(revisions: readonly { id: number; valid_on: IsoDate }[]): MapInForce[] {
  return revisions.map(({ id, valid_on }, index) => ({
    revision: id,
    valid_from: valid_on,
    valid_to: revisions[index + 1]?.valid_on ?? null,
  }));
}

/** The maps in force on a day of the period. */
export function mapsMeeting({ maps, period }: Frame): MapInForce[] {
  return period === null ? maps : maps.filter((map) => meets(period, map.valid_from, map.valid_to));
}

/** A part of a map's validity in which everything that fronts and verdicts depend on stays as it is. */
export interface Segment extends MapInForce {
  /** The part itself; `valid_from` and `valid_to` are its days. */
  since: IsoDate;
}

/** What takes longer than this to measure the first time is not asked in one request. */
const MOST_MEASURED = 400;

/** @throws SalientError `invalid_parameter` when there are too many to measure */
export function measurable<T>(maps: T[]): T[] {
  if (maps.length <= MOST_MEASURED) return maps;
  throw new SalientError(
    'invalid_parameter',
    `datetime: ${maps.length} maps would have to be measured; ask for an interval with at most ${MOST_MEASURED}`,
  );
}

/** The segments that meet the period. */
export async function segmentsMeeting(db: Db, frame: Frame): Promise<Segment[]> {
  const days = await breakpoints(db, frame.edition);
  const segments: Segment[] = [];
  for (const map of mapsMeeting(frame)) {
    const inside = days.filter((day) => day > map.valid_from && (map.valid_to === null || day < map.valid_to));
    const starts = [map.valid_from, ...inside];
    for (const [index, since] of starts.entries()) {
      const segment = { ...map, since, valid_from: since, valid_to: starts[index + 1] ?? map.valid_to };
      if (frame.period === null || meets(frame.period, segment.valid_from, segment.valid_to)) segments.push(segment);
    }
  }
  return measurable(segments);
}
