import { SalientError } from '../errors.js';
import {
  type AsOf,
  type AsOfRequest,
  envelope,
  lastDayKnown,
  methodSentence,
  resolve,
  resolveSeries,
  unknownDays,
} from '../series/as-of.js';
import { claimsOf } from '../series/claims-and-events.sql.js';
import { type PostRow, postsOf } from '../series/reference/posts.sql.js';
import type { Db } from '../store/pool.js';
import { statementsBeside } from './evidence/statements-beside.js';
import { intervals, sinceOn } from './intervals.js';
import { type StatedVerdict, sentence } from './sentence.js';
import type { CachedVerdict } from './verdict-cache.sql.js';
import { idOf, inService, postHistories, statesOf, verdictsOn } from './verdicts.js';

/**
 * The verdict on every post on a day, with both masks, margins, since when (methods A.3), a summary in a sentence, and
 * what sources stated about the access to it: that stands beside, and no verdict rests on it. Of more than `NUMBERED_POSTS`,
 * only those in `named` (`operator/number`) have margins: the others' are null, their verdicts the same.
 */
export async function askEncirclement(db: Db, requested: AsOfRequest, named: readonly string[] = []) {
  const asOf = await resolve(db, requested);
  const posts = await postsOf(db, asOf.edition);
  const histories = await postHistories(db, requested, { ...asOf, named });
  const rows = new Map((await verdictsOn(db, asOf, true, named)).map((row) => [idOf(row), row]));
  const unknown = (await unknownDays(db, requested, asOf.statement)).filter(({ to }) => to <= requested.date);
  const claims = await claimsOf(db, asOf.statement.theatre, asOf.edition, { place: null, knownAt: requested.knownAt });
  return {
    ...envelope(asOf),
    accuracy_m: asOf.statement.accuracy_m,
    // What began before them is as far as maps show.
    unknown_days: unknown,
    posts: posts.map((post) => {
      const judged = {
        ...about(post),
        ...verdictOf(inService(post, requested.date) ? rows.get(idOf(post)) : undefined),
        since: sinceOn(histories.get(idOf(post))?.states ?? [], requested.date),
      };
      return {
        ...judged,
        summary: sentence({ ...publishedOf(judged, asOf), unknownDays: unknown }),
        statements: judged.verdict === 'inactive' ? [] : statementsBeside(claims, post, requested.date),
      };
    }),
  };
}

/**
 * The verdict on every post on a day by itself, for maps of the day: without margins, and without since when, for which the verdicts of
 * all maps are computed.
 */
export async function askVerdicts(db: Db, requested: AsOfRequest) {
  const asOf = await resolve(db, requested);
  const rows = new Map((await verdictsOn(db, asOf, false)).map((row) => [idOf(row), row]));
  return (await postsOf(db, asOf.edition)).map((post) => {
    const row = inService(post, requested.date) ? rows.get(idOf(post)) : undefined;
    const { verdict, grade } = verdictOf(row);
    return { ...about(post), verdict, grade };
  });
}

type Judged = Pick<PostRow, 'number' | 'name'> & ReturnType<typeof verdictOf> & { since: ReturnType<typeof sinceOn> };

/** What a sentence about a post needs, without evidence: the verdict alone carries a summary. */
export function publishedOf(
  { number, name, verdict, reason, grade, state, margin_m, since }: Judged,
  { date, valid_from, coverage, statement }: AsOf,
): StatedVerdict {
  return {
    unknown: coverage.reason && { reason: coverage.reason, map: valid_from },
    post: { number, name },
    date,
    verdict: { verdict, reason, grade },
    state,
    margin_m,
    since,
    unknownDays: [],
    evidence: null,
    accuracyM: statement.accuracy_m,
    names: new Map(),
  };
}

function about(post: PostRow) {
  const { operator, number, number_source, name, lon, lat, error_m, established, withdrawn } = post;
  return { operator, number, number_source, name, position: [lon, lat], error_m, established, withdrawn };
}

function verdictOf(row: CachedVerdict | undefined) {
  if (!row) return { verdict: 'inactive' as const, reason: null, grade: null, state: null, margin_m: null };
  const { verdict, reason, grade } = row;
  if (verdict === 'unmapped') return { verdict, reason, grade, state: null, margin_m: null };
  return {
    verdict,
    reason,
    grade,
    state: statesOf(row),
    margin_m: {
      strict: row.margin_strict_m,
      lenient: row.margin_lenient_m,
      at_least: row.margin_at_least ?? false,
      bound: { strict: row.margin_strict_bound, lenient: row.margin_lenient_bound },
    },
  };
}

/**
 * The verdicts on one post over the whole series, as half-open intervals.
 * @throws SalientError `unknown_post`; where two operators use the number, `operator` selects one
 */
export async function askPostHistory(
  db: Db,
  requested: Omit<AsOfRequest, 'date'>,
  number: number,
  operator: string | null,
) {
  const { statement, edition } = await resolveSeries(db, requested.series, requested.knownAt);
  const posts = (await postsOf(db, edition)).filter(
    (post) => post.number === number && (operator === null || post.operator === operator),
  );
  const [post] = posts;
  if (!post)
    throw new SalientError(
      'unknown_post',
      `there is no post ${operator ?? ''} ${number} in series ${requested.series}`,
    );
  if (posts.length > 1) {
    throw new SalientError(
      'invalid_parameter',
      `post ${number}: name its operator, one of ${posts.map((p) => p.operator).join(', ')}`,
    );
  }
  const verdicts = (await postHistories(db, requested)).get(idOf(post))?.verdicts ?? [];
  return {
    series: requested.series,
    method: methodSentence(statement),
    known_at: requested.knownAt,
    ...about(post),
    // The last interval is open: no verdict is known after this day.
    known_until: await lastDayKnown(db, requested, statement),
    unknown_days: await unknownDays(db, requested, statement),
    intervals: intervals(verdicts).map(({ value: verdict, from, to, began }) => ({ verdict, from, to, began })),
  };
}
