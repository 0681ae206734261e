import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { type AsOf, methodSentence, resolve, resolveSeries } from '../series/as-of.js';
import { type DayReason, knownUntil, lastKnowableDay, unknownOn } from '../series/coverage.js';
import { revisionsAt } from '../series/revisions.sql.js';
import { contentHash } from '../store/content-hash.js';
import { once } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { type Agreement, agreement, partyMapping } from './agreement.js';
import { meetings, metPolygons, sharedGround } from './two-series.sql.js';

/** Two series side by side, as known at one instant. */
export interface ComparisonRequest {
  series: string;
  with: string;
  knownAt: Instant | null;
  /** `theirs:ours,…`: which party of `with` is which of `series`; null: those of the same id. */
  match: string | null;
}

/** More days than this in one table are refused: each costs an overlay the first time. */
const MOST_DAYS = 500;

/**
 * How far two series agree on a day: km² and share of the ground inside both theatres, by pair of classes, and what lies
 * outside one of them.
 * @throws SalientError as `resolve` for either series; `no_data` when their theatres share no ground
 */
export async function askComparison(db: Db, requested: ComparisonRequest, date: IsoDate) {
  const [a, b] = await bothOn(db, requested, date);
  const { figures, ground } = await agreementOf(db, a, b, requested.match);
  return {
    ...envelopeOf(a, b),
    date,
    ...figures,
    outside: { only_series_km2: ground.only_a / 1e6, only_with_km2: ground.only_b / 1e6 },
  };
}

/** Where they differ, as polygons, the largest first. */
export async function askDifferences(db: Db, requested: ComparisonRequest, date: IsoDate) {
  const [a, b] = await bothOn(db, requested, date);
  const { figures } = await agreementOf(db, a, b, requested.match);
  const pairs = figures.matrix.filter((row) => !row.agrees);
  const rows = pairs.length === 0 ? [] : await metPolygons(db, a.revision, b.revision, pairs);
  const features = rows.map(({ geometry, a: ours, b: theirs, m2 }) => {
    const id = contentHash([ours, theirs, geometry]).slice(0, 12);
    const properties = { id, class: ours, with_class: theirs, km2: m2 / 1e6 };
    return { type: 'Feature' as const, id, geometry: JSON.parse(geometry), properties };
  });
  return { type: 'FeatureCollection' as const, ...envelopeOf(a, b), date, differ_km2: figures.differ_km2, features };
}

/**
 * The agreement on every day of `[from, to]` on which either map changes, the first day included; days before either
 * series begins are left out. A day of which either series knows nothing says why, and none after `known_until` is known.
 */
export async function askComparisonOverTime(db: Db, requested: ComparisonRequest, from: IsoDate, to: IsoDate) {
  if (to < from) throw new SalientError('invalid_parameter', `to: ${to} is before from, ${from}`);
  await resolveSeries(db, requested.series, requested.knownAt);
  await resolveSeries(db, requested.with, requested.knownAt);
  const [ours, theirs] = [
    await revisionsAt(db, requested.series, requested.knownAt),
    await revisionsAt(db, requested.with, requested.knownAt),
  ];
  const begins = [from, ours[0]?.valid_on ?? from, theirs[0]?.valid_on ?? from].sort().at(-1) as IsoDate;
  const turns = [...ours, ...theirs].map((row) => row.valid_on).filter((day) => day > begins && day <= to);
  const days = begins > to ? [] : [...new Set([begins, ...turns])].sort();
  if (days.length > MOST_DAYS) {
    throw new SalientError(
      'invalid_parameter',
      `the maps change on ${days.length} days between ${from} and ${to}; at most ${MOST_DAYS} in one table: ask for a shorter span`,
    );
  }
  // The last day shows what is wrong when no map is in force.
  const [a, b] = await bothOn(db, requested, to);
  const rows: ComparedDay[] = [];
  for (const date of days) {
    const [one, other] = await bothOn(db, requested, date);
    const { matrix: _, ...figures } = (await agreementOf(db, one, other, requested.match)).figures;
    const revisions = { revision: one.revision, with_revision: other.revision };
    rows.push({ date, ...revisions, unknown: unknownOn(one, other), ...figures });
  }
  const today = lastKnowableDay(requested.knownAt);
  const [until] = [
    knownUntil(a.statement, ours.at(-1)?.valid_on, today),
    knownUntil(b.statement, theirs.at(-1)?.valid_on, today),
  ].sort();
  // As of a collection: the table says nothing where none of its days is known.
  const unknown = rows.some((row) => row.unknown === null) ? null : unknownOn(a, b);
  return { ...envelopeOf(a, b), unknown, from, to, known_until: until ?? null, days: rows };
}

/** A day of a table of agreement, from which on the figures are these. */
interface ComparedDay extends Omit<Agreement, 'matrix'> {
  date: IsoDate;
  revision: number;
  with_revision: number;
  /** Why nothing can be said of the day: the map of either series is too old for it, or it has not come. */
  unknown: DayReason | null;
}

async function bothOn(
  db: Db,
  { series, with: other, knownAt }: ComparisonRequest,
  date: IsoDate,
): Promise<[AsOf, AsOf]> {
  return [await resolve(db, { series, date, knownAt }), await resolve(db, { series: other, date, knownAt })];
}

async function agreementOf(db: Db, a: AsOf, b: AsOf, match: string | null) {
  const measured = await once(db, 'agreement-1', [a.revision, b.revision], async () => ({
    pairs: await meetings(db, a.revision, b.revision),
    ground: await sharedGround(db, a.revision, b.revision),
  }));
  const { pairs, ground } = measured;
  const areas = (rows: readonly { class: string; m2: number }[]) => new Map(rows.map((row) => [row.class, row.m2]));
  const mapping = partyMapping(match, { a: a.statement.parties, b: b.statement.parties });
  const figures = agreement(
    pairs,
    { a: areas(ground.a), b: areas(ground.b), sharedM2: ground.shared },
    (theirs) => mapping.get(theirs) ?? theirs,
  );
  return { figures, ground };
}

function envelopeOf(a: AsOf, b: AsOf) {
  return {
    series: a.series,
    with: b.series,
    revision: a.revision,
    with_revision: b.revision,
    method: methodSentence(a.statement),
    with_method: methodSentence(b.statement),
    known_at: a.knownAt,
    stale: a.stale || b.stale,
    // Of either: what is compared is then the last map of one with the other, and no fact about the day.
    unknown: unknownOn(a, b),
    maps: { series: mapBehind(a), with: mapBehind(b) },
  };
}

/** The map that one side of a comparison stands on, and whether it can stand for the day. */
function mapBehind({ valid_from, valid_to, stale, coverage }: AsOf) {
  const { reason: unknown, map_age_days, max_age_days } = coverage;
  return { valid_from, valid_to, stale, unknown, map_age_days, max_age_days };
}
