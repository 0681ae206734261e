import type { IsoDate } from '../model/dates.js';
import {
  type AsOfRequest,
  lastDayKnown,
  methodSentence,
  resolve,
  resolveSeries,
  unknownDays,
} from '../series/as-of.js';
import { postsOf } from '../series/reference/posts.sql.js';
import { partiesOf } from '../series/series.sql.js';
import { stepDone } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { askEncirclement, publishedOf } from './ask.js';
import { cachedEvidence } from './evidence/cache.js';
import type { Evidence } from './evidence/terms.js';
import { type Dated, intervals } from './intervals.js';
import { sentence } from './sentence.js';
import { idOf, type PostHistory, postHistories } from './verdicts.js';

/** The verdicts of the posts that begin on one day, with evidence. */
type Begun = Map<string, { judged: JudgedPost; told: string; evidence: Evidence | null }>;
type JudgedPost = Awaited<ReturnType<typeof askEncirclement>>['posts'][number];

/**
 * Every post of a series with the half-open intervals of its verdicts over the whole series (pocket and engulfed told
 * apart), and for each the evidence of its first day: the sentence, the margins, the figures beside the verdict and what sources said by then. An interval
 * that begins after `complete_until` rests on the last map, and on what is known of the posts themselves.
 */
export async function askTimeline(db: Db, requested: Omit<AsOfRequest, 'date'>) {
  const { statement, edition } = await resolveSeries(db, requested.series, requested.knownAt);
  const posts = await postsOf(db, edition);
  const histories = await postHistories(db, requested);
  const runs = new Map(posts.map((post) => [idOf(post), intervals(standingsOf(histories.get(idOf(post))))]));
  const names = new Map((await partiesOf(db, edition)).map(({ id, name }) => [id, name]));
  const begun = new Map<IsoDate, Begun>();
  const days = [...new Set([...runs.values()].flat().map(({ from }) => from))].sort();
  for (const [index, date] of days.entries()) {
    const beginning = posts.filter((post) => runs.get(idOf(post))?.some(({ from }) => from === date));
    begun.set(date, await begunOn(db, { ...requested, date }, beginning.map(idOf), names));
    stepDone('days of change', index + 1, days.length);
  }
  return {
    series: requested.series,
    title: statement.title,
    method: methodSentence(statement),
    known_at: requested.knownAt,
    accuracy_m: statement.accuracy_m,
    complete_until: statement.complete_until,
    // Open intervals end in what is not known: no verdict is known after this day.
    known_until: await lastDayKnown(db, requested, statement),
    unknown_days: await unknownDays(db, requested, statement),
    posts: posts.map((post) => ({
      operator: post.operator,
      number: post.number,
      number_source: post.number_source,
      name: post.name,
      position: [post.lon, post.lat],
      error_m: post.error_m,
      intervals: (runs.get(idOf(post)) ?? []).map(({ from, to, began }) => {
        const at = begun.get(from)?.get(idOf(post));
        return { from, to, began, ...(at && figuresOf(at)) };
      }),
    })),
  };
}

/** Verdicts distinguished by how the post was cut off too: that it is overrun in its pocket is a change of its own. */
function standingsOf(history: PostHistory | undefined): Dated<string>[] {
  return (history?.verdicts ?? []).map(({ date, value, possible }, index) => {
    const states = value === 'encircled' ? history?.states[index]?.value : null;
    return { date, possible, value: states ? `${value} ${states.lenient}` : value };
  });
}

async function begunOn(
  db: Db,
  requested: AsOfRequest,
  ids: readonly string[],
  names: Map<string, string>,
): Promise<Begun> {
  const asOf = await resolve(db, requested);
  const judgedOn = await askEncirclement(db, requested);
  const judged = judgedOn.posts.filter((post) => ids.includes(idOf(post)));
  const manned = judged.filter(({ verdict }) => verdict !== 'inactive' && verdict !== 'unmapped');
  const found: Begun = new Map();
  for (const operator of new Set(judged.map((post) => post.operator))) {
    const numbers = manned.filter((post) => post.operator === operator).map(({ number }) => number);
    const evidence = await cachedEvidence(db, asOf, operator, numbers);
    for (const post of judged.filter((row) => row.operator === operator)) {
      const own = evidence.get(post.number) ?? null;
      const reported = sentence({
        ...publishedOf(post, asOf),
        unknownDays: judgedOn.unknown_days,
        evidence: own,
        names,
      });
      found.set(idOf(post), { judged: post, told: reported, evidence: own });
    }
  }
  return found;
}

function figuresOf({
  judged,
  told: reported,
  evidence,
}: {
  judged: JudgedPost;
  told: string;
  evidence: Evidence | null;
}) {
  const { verdict, reason, grade, state, margin_m, since, statements } = judged;
  return { verdict, reason, grade, state, margin_m, since, sentence: reported, statements, evidence };
}
