import type { Db } from '../db/pool.js';
import { seriesParties } from '../db/series.js';
import { claimsOf } from '../db/statements.js';
import { SalientError } from '../errors.js';
import { sentence } from '../model/sentence.js';
import { statementsBeside } from '../model/statements-beside.js';
import { askEncirclement } from './ask-encirclement.js';
import { evidenceOn } from './ask-evidence.js';
import { type Asked, envelope, resolve } from './resolve.js';

/** How far bearings are swept unless the question says, metres. */
export const SWEEP_RADIUS_M = 20_000;

/**
 * Everything about one post on a day: verdict, evidence, a sentence that says no more than they show, and beside them
 * what sources said of the access to it.
 * @throws SalientError `unknown_post`
 */
export async function askPostEvidence(
  db: Db,
  asked: Asked,
  post: { number: number; operator: string | null; radiusM: number | null },
) {
  const asOf = await resolve(db, asked);
  const { posts } = await askEncirclement(db, asked);
  const found = posts.find(
    (row) => row.number === post.number && (post.operator === null || row.operator === post.operator),
  );
  if (!found) {
    throw new SalientError(
      'unknown_post',
      `there is no post ${post.operator ?? ''} ${post.number} in series ${asked.series}`,
    );
  }
  const { operator, number, name, verdict, reason, grade, state, margin_m: margin, since } = found;
  const evidence = await evidenceOn(db, asOf, number, operator, post.radiusM ?? SWEEP_RADIUS_M);
  const claims = await claimsOf(db, asOf.statement.theatre, asOf.edition, { place: null, knownAt: asked.knownAt });
  const parties = (await seriesParties(db)).filter((party) => party.series === asked.series);
  const told = sentence({
    post: { number, name },
    date: asked.date,
    verdict: { verdict, reason, grade },
    state,
    margin_m: known(margin),
    since,
    evidence,
    accuracyM: asOf.statement.accuracy_m,
    names: new Map(parties.map((party) => [party.id, party.name])),
  });
  return {
    ...envelope(asOf),
    ...found,
    sentence: told,
    statements: statementsBeside(claims, found, asked.date),
    evidence,
  };
}

function known(margin: { strict: number | null; lenient: number | null; at_least: boolean } | null) {
  if (margin === null || margin.strict === null || margin.lenient === null) return null;
  return { strict: margin.strict, lenient: margin.lenient, at_least: margin.at_least };
}
