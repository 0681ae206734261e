import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import { grouped } from '../model/grouped.js';
import { type AsOf, type AsOfRequest, resolveSeries } from '../series/as-of.js';
import { breakpoints } from '../series/as-of.sql.js';
import { firstPossibleDay } from '../series/observed.js';
import { type PostRow, postsOf } from '../series/reference/posts.sql.js';
import { revisionsAt } from '../series/revisions.sql.js';
import type { SeriesStatement } from '../series/series.sql.js';
import { stepDone } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { fillMasks, fillPosts, rearClosed } from './fill-masks.sql.js';
import type { Dated, States } from './intervals.js';
import { measureEncirclement, type PostMeasure } from './measure.sql.js';
import { createMasks } from './policy-masks.sql.js';
import type { Verdict } from './verdict.js';
import {
  type CachedVerdict,
  cachedVerdicts,
  cachedVerdictsOf,
  cacheVerdicts,
  type EncirclementKey,
  marginsBefore,
} from './verdict-cache.sql.js';

/** What the verdicts of a day depend on. */
export type VerdictFrame = Pick<AsOf, 'revision' | 'edition' | 'since' | 'statement'>;

const key = (asOf: VerdictFrame): EncirclementKey => ({
  revision: asOf.revision,
  edition: asOf.edition,
  statement: asOf.statement.id,
  since: asOf.since,
});

/** Whether a post is manned on a day. */
export const inService = (post: PostRow, date: IsoDate) =>
  post.active_from <= date && (post.active_to === null || date < post.active_to);

/** Margins are bisected for so many posts at once at most: of more, only those requested by name get theirs. */
const NUMBERED_POSTS = 100;

/**
 * The verdict of every manned post on the resolved day, kept once computed. With `numbers` the margins are bisected too,
 * which costs a second or two on the first request for a map; where there are more than `NUMBERED_POSTS`, only those
 * of the posts in `named` (`operator/number`).
 */
export async function verdictsOn(
  db: Db,
  asOf: VerdictFrame,
  numbers: boolean,
  named: readonly string[] = [],
): Promise<CachedVerdict[]> {
  const manned = (await postsOf(db, asOf.edition)).filter((post) => inService(post, asOf.since));
  const kept = new Map((await cachedVerdicts(db, key(asOf))).map((row) => [idOf(row), row]));
  const few = manned.length <= NUMBERED_POSTS;
  const unnumbered = (post: PostRow) => {
    const row = kept.get(idOf(post));
    return (
      numbers && (few || named.includes(idOf(post))) && row?.margin_strict_bound == null && row?.verdict !== 'unmapped'
    );
  };
  const measure = async (posts: readonly PostRow[], withNumbers: boolean) => {
    if (!posts.length) return;
    const rows = await measured(db, asOf, posts, withNumbers);
    await cacheVerdicts(db, key(asOf), rows);
    for (const row of rows) kept.set(idOf(row), row);
  };
  await measure(
    manned.filter((post) => !kept.has(idOf(post)) && !unnumbered(post)),
    false,
  );
  await measure(manned.filter(unnumbered), true);
  return [...kept.values()];
}

async function measured(
  db: Db,
  asOf: VerdictFrame,
  posts: readonly PostRow[],
  numbers: boolean,
): Promise<CachedVerdict[]> {
  return db.transaction(async (tx) => {
    const rows: CachedVerdict[] = [];
    for (const side of new Set(posts.map((post) => post.operator))) {
      const input = { revision: asOf.revision, edition: asOf.edition, side, date: asOf.since };
      const own = posts.filter((post) => post.operator === side).map((post) => post.number);
      if (await rearClosed(tx, input)) {
        for (const number of own) rows.push(withoutRear(side, number));
        continue;
      }
      await createMasks(tx);
      await fillMasks(tx, input);
      await fillPosts(tx, input, own, asOf.statement.perimeter_m);
      const measures = await measureEncirclement(tx, {
        accuracyM: asOf.statement.accuracy_m,
        narrowM: asOf.statement.narrow_m,
        reachM: asOf.statement.reach_m,
        numbers,
        ...(numbers && { elsewhere: await marginsBefore(tx, key(asOf), side, own) }),
      });
      for (const measure of measures) rows.push(keptRow(side, measure));
    }
    return rows;
  }, 'gives way');
}

/** Of a side that cannot get into its own anchor nothing is known: neither that a post is cut off, nor that it is not. */
const withoutRear = (operator: string, number: number): CachedVerdict => ({
  operator,
  number,
  verdict: 'uncertain',
  reason: null,
  grade: null,
  state_strict: 'unmapped',
  state_lenient: 'unmapped',
  margin_strict_m: null,
  margin_lenient_m: null,
  margin_at_least: true,
  margin_strict_bound: 'no_rear',
  margin_lenient_bound: 'no_rear',
});

function keptRow(operator: string, measure: PostMeasure): CachedVerdict {
  if (measure.verdict === 'inactive') throw new SalientError('internal', 'an unmanned post was measured');
  return {
    operator,
    number: measure.id,
    verdict: measure.verdict,
    reason: measure.reason,
    grade: measure.grade,
    state_strict: measure.state?.strict ?? 'unmapped',
    state_lenient: measure.state?.lenient ?? 'unmapped',
    margin_strict_m: measure.margin_m?.strict ?? null,
    margin_lenient_m: measure.margin_m?.lenient ?? null,
    margin_at_least: measure.margin_m && Object.values(measure.margin_m.bound).some((bound) => bound !== 'measured'),
    margin_strict_bound: measure.margin_m?.bound.strict ?? null,
    margin_lenient_bound: measure.margin_m?.bound.lenient ?? null,
  };
}

/** The verdicts and states of one post, in order of date. */
export interface PostHistory {
  verdicts: Dated<Verdict>[];
  states: Dated<States>[];
}

/** A part of a revision's validity in which everything a verdict depends on stays the same. */
interface Segment {
  revision: number;
  since: IsoDate;
  /** The first day on which what it shows may have come to be so; null: before the first map. */
  possible: IsoDate | null;
}

async function segmentsOf(
  db: Db,
  requested: Omit<AsOfRequest, 'date'>,
  edition: number,
  series: Pick<SeriesStatement, 'kind' | 'date_means'>,
): Promise<Segment[]> {
  const revisions = await revisionsAt(db, requested.series, requested.knownAt);
  const days = await breakpoints(db, edition);
  const mapDays = revisions.map(({ valid_on }) => valid_on);
  return revisions.flatMap(({ id, valid_on }, index) => {
    const next = revisions[index + 1]?.valid_on;
    const inside = days.filter((day) => day > valid_on && (next === undefined || day < next));
    // An alliance or a post changes on its day; a map dates what it shows since the map before.
    return [
      { revision: id, since: valid_on, possible: firstPossibleDay(series, mapDays, valid_on) },
      ...inside.map((since) => ({ revision: id, since, possible: since })),
    ];
  });
}

/** What is kept of the verdicts of segments, by revision and first day. */
async function keptOf(
  db: Db,
  segments: readonly Segment[],
  edition: number,
  statement: SeriesStatement,
): Promise<Map<string, CachedVerdict[]>> {
  const revisions = segments.map(({ revision }) => revision);
  const kept = await cachedVerdictsOf(db, revisions, edition, statement.id);
  return grouped(kept, ({ revision, since }) => `${revision} ${since}`);
}

/** The segments of which a manned post has no verdict yet. */
const lackingOf = (segments: readonly Segment[], posts: readonly PostRow[], kept: Map<string, CachedVerdict[]>) =>
  segments.filter(({ revision, since }) => {
    const manned = posts.filter((post) => inService(post, since));
    return (kept.get(`${revision} ${since}`) ?? []).length < manned.length;
  });

/** Maps that are judged at the same time for one who waits; the server has three connections for it, and others ask too. */
const AT_ONCE = 2;

/** Computes the verdicts that are not kept yet, those of the newest map first: it is the one that is looked at. */
export async function judgeAhead(db: Db, series: string): Promise<void> {
  const requested = { series, knownAt: null };
  const { statement, edition } = await resolveSeries(db, series, null);
  const posts = await postsOf(db, edition);
  if (posts.length === 0) return;
  const segments = await segmentsOf(db, requested, edition, statement);
  const kept = await keptOf(db, segments, edition, statement);
  for (const { revision, since } of lackingOf(segments, posts, kept).reverse()) {
    await verdictsOn(db, { revision, edition, statement, since }, false);
  }
}

/**
 * Every post's verdict and states over the series, by `operator/number`: no margins. What is not kept yet is computed.
 * @param numbered a day whose margins are asked for as well (`verdictsOn`): where its verdicts are not kept yet, they are measured with them
 */
export async function postHistories(
  db: Db,
  requested: Omit<AsOfRequest, 'date'>,
  numbered?: Pick<AsOf, 'revision' | 'since'> & { named: readonly string[] },
): Promise<Map<string, PostHistory>> {
  const { statement, edition } = await resolveSeries(db, requested.series, requested.knownAt);
  const posts = await postsOf(db, edition);
  const segments = await segmentsOf(db, requested, edition, statement);
  const kept = await keptOf(db, segments, edition, statement);
  const histories = new Map<string, PostHistory>(posts.map((post) => [idOf(post), { verdicts: [], states: [] }]));
  const lacking = lackingOf(segments, posts, kept);
  let judged = segments.length - lacking.length;
  const next = lacking.values();
  const judge = async () => {
    for (const { revision, since } of next) {
      const isNumbered = numbered?.revision === revision && numbered.since === since;
      const rows = await verdictsOn(db, { revision, edition, statement, since }, isNumbered, numbered?.named);
      kept.set(`${revision} ${since}`, rows);
      stepDone('maps judged', ++judged, segments.length);
    }
  };
  // After a failure no further map is begun, and none is at work when it is reported: the caller may be in a transaction.
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => judge().finally(() => [...next])));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const { revision, since: date, possible } of segments) {
    const rows = kept.get(`${revision} ${date}`) ?? [];
    const byPost = new Map(rows.map((row) => [idOf(row), row]));
    for (const post of posts) {
      const row = inService(post, date) ? byPost.get(idOf(post)) : undefined;
      const history = histories.get(idOf(post));
      const before = history?.verdicts.at(-1)?.value;
      const first = row ? firstDayOf(post, date, before === 'unmapped' ? null : possible) : possible;
      history?.verdicts.push({ date, value: row?.verdict ?? 'inactive', possible: first });
      history?.states.push({ date, value: row ? statesOf(row) : null, possible: first });
    }
  }
  return histories;
}

/** The first day on which what a map shows of a post may have been so: not before somebody manned it. */
function firstDayOf({ active_from }: PostRow, date: IsoDate, possible: IsoDate | null): IsoDate | null {
  if (possible === null) return active_from === date ? date : null;
  return active_from > possible ? active_from : possible;
}

/** `operator/number`. */
export const idOf = ({ operator, number }: { operator: string; number: number }) => `${operator}/${number}`;

export function statesOf({ state_strict: strict, state_lenient: lenient }: CachedVerdict): States {
  return strict === 'unmapped' || lenient === 'unmapped' ? null : { strict, lenient };
}
