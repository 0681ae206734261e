import { SalientError } from '../errors.js';
import type { Instant } from '../model/dates.js';
import { type AsOf, resolveDays } from '../series/as-of.js';
import { stepRows } from '../series/steps.sql.js';
import type { Db } from '../store/pool.js';
import { type ChangeRequest, resolvePair } from './ask.js';
import { balance } from './balance.js';
import { measuredChange, measuredChangeSets } from './matrix.js';
import { publishedDifference, publishedSentence, type RevisedDay } from './published.js';
import { classAreasOver } from './region.sql.js';

/**
 * What a change was as known at an earlier instant, beside the same change as requested, and for every class how much of the
 * difference is movement in maps that came since, how much correction and how much redefinition.
 * @throws SalientError `invalid_parameter` when the instant is after `known-at`; as `resolve` for what was known then
 */
export async function askPublished(db: Db, requested: ChangeRequest, thenAt: Instant) {
  if (requested.knownAt !== null && Date.parse(requested.knownAt) < Date.parse(thenAt)) {
    throw new SalientError(
      'invalid_parameter',
      `compared-with: ${thenAt} is after known-at, ${requested.knownAt}: compare with what was known earlier`,
    );
  }
  const now = await resolvePair(db, requested);
  const then = await resolvePair(db, { ...requested, knownAt: thenAt });
  const [matrixThen, matrixNow] = [await between(db, ...then), await between(db, ...now)];
  const days = [await revisedDay(db, then[0], now[0]), await revisedDay(db, then[1], now[1])] as const;
  const reported = publishedDifference(matrixThen, matrixNow, ...days);
  const [before, after] = [await areasOf(db, then[0]), await areasOf(db, then[1])];
  return {
    compared_with: thenAt,
    sentence: publishedSentence(reported, requested.from, requested.to, thenAt),
    ...reported,
    as_then: {
      from_revision: then[0].revision,
      to_revision: then[1].revision,
      ...balance(matrixThen, before, after),
    },
  };
}

const between = (db: Db, a: AsOf, b: AsOf) => measuredChange(db, a.revision, b.revision, a.partition === b.partition);

const areasOf = async (db: Db, { revision }: AsOf) =>
  new Map((await classAreasOver(db, [revision], null)).map((row) => [row.class, row.m2]));

/** From the map in force as known then, by way of its own day as known now, to the map in force as known now. */
async function revisedDay(db: Db, then: AsOf, now: AsOf): Promise<RevisedDay> {
  const { series, date, knownAt } = now;
  const whole = await between(db, then, now);
  // A map that was withdrawn gives way to an earlier one, and where all before it are gone, to a later one.
  const later = now.valid_from > then.valid_from;
  const own = later ? await ownDay(db, then, now) : now;
  if (own === null) return { date, putRight: whole, since: [], whole };
  const rows = later ? await stepRows(db, series, own.valid_from, date, knownAt) : [];
  return { date, putRight: await between(db, then, own), since: await measuredChangeSets(db, rows), whole };
}

/** The map in force now on the day of the map in force then; null where the series begins later now. */
async function ownDay(db: Db, then: AsOf, now: AsOf): Promise<AsOf | null> {
  try {
    return (await resolveDays(db, now.series, [then.valid_from], now.knownAt))[0] ?? null;
  } catch (error) {
    if (error instanceof SalientError && error.code === 'before_first_snapshot') return null;
    throw error;
  }
}
