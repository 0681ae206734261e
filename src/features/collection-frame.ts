import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import { meets, type Period } from '../model/period.js';
import { coverageOfDay, lastKnowableDay, type UnknownReason } from '../series/coverage.js';
import type { CollectionKind } from './collection-kinds.js';
import type { SeriesView } from './series-views.js';
import type { MapInForce } from './source.sql.js';

/** A question about a collection, resolved: everything in it was recorded by `knownAt`, and stays so. */
export interface Frame extends SeriesView {
  /** The requested time, or the last complete day; null: everything (collections whose time is `touching`). */
  period: Period | null;
  /**
   * The series does not claim to be complete on the last day of the period, or its map is too old for it. A period without end goes as far as the
   * series does, and is so where not even its first day is complete.
   */
  stale: boolean;
  /** Why nothing is known of any day of the period; null where its first day is known, or it has no first day. */
  unknown: UnknownReason | null;
}

/** Puts a question about a kind of collection into the days of its series. */
export function frameOf(view: SeriesView, kind: CollectionKind, requested: Period | null): Frame {
  const { statement, maps } = view;
  const last = statement.complete_until ?? maps.at(-1)?.valid_from ?? null;
  const period =
    requested ?? (kind.time === 'touching' || last === null ? null : { from: last, to: last, single: true });
  const end = period?.to ?? period?.from ?? null;
  const map = end === null ? undefined : maps.findLast(({ valid_from: from }) => from <= end);
  const stale =
    end !== null && map !== undefined && coverageOfDay(statement, map.valid_from, end, lastKnowableDay(null)).stale;
  return { ...view, period, stale, unknown: period === null ? null : unknownIn(view, period) };
}

/** Nothing is known of a period that ends before the first map, or on whose first day the last map is too old already. */
function unknownIn({ statement, maps }: SeriesView, { from, to }: Period): UnknownReason | null {
  const [first, last] = [maps[0], maps.at(-1)];
  if (!first || !last) return 'no_map';
  if (to !== null && to < first.valid_from) return 'before_first_map';
  if (from === null || from < last.valid_from) return null;
  return coverageOfDay(statement, last.valid_from, from, lastKnowableDay(null)).reason;
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

/** What takes longer than this to measure the first time is not measured in one request. */
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
export function segmentsMeeting(frame: Frame): Segment[] {
  const days = frame.breakpoints;
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
