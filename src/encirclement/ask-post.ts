import { SalientError } from '../errors.js';
import { type AsOfRequest, envelope, resolve } from '../series/as-of.js';
import { postsOf } from '../series/reference/posts.sql.js';
import { partiesOf } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { askEncirclement, publishedOf } from './ask.js';
import { evidenceOn, SWEEP_RADIUS_M } from './evidence/cache.js';
import { sentence } from './sentence.js';
import { idOf } from './verdicts.js';

/**
 * Everything about one post on a day: verdict, evidence, a sentence that states no more than they show, and beside them
 * what sources stated about the access to it.
 * @throws SalientError `unknown_post`
 */
export async function askPostEvidence(
  db: Db,
  requested: AsOfRequest,
  post: { number: number; operator: string | null; radiusM: number | null },
) {
  const asOf = await resolve(db, requested);
  const meant = (row: { number: number; operator: string }) =>
    row.number === post.number && (post.operator === null || row.operator === post.operator);
  const named = (await postsOf(db, asOf.edition)).filter(meant).map(idOf);
  const found = (await askEncirclement(db, requested, named)).posts.find(meant);
  if (!found) {
    throw new SalientError(
      'unknown_post',
      `there is no post ${post.operator ?? ''} ${post.number} in series ${requested.series}`,
    );
  }
  const { operator, number } = found;
  const evidence = await evidenceOn(db, asOf, number, operator, post.radiusM ?? SWEEP_RADIUS_M);
  const names = new Map((await partiesOf(db, asOf.edition)).map(({ id, name }) => [id, name]));
  const reported = sentence({ ...publishedOf(found, asOf), evidence, names });
  return {
    ...envelope(asOf),
    ...found,
    sentence: reported,
    evidence,
  };
}
