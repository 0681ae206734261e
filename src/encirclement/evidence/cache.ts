import { SalientError } from '../../errors.js';
import { postsOf } from '../../series/reference/posts.sql.js';
import { contentHash } from '../../store/content-hash.js';
import { cachedResult, cacheResult, lastPurge } from '../../store/memo.sql.js';
import type { Db } from '../../store/pool.js';
import { type EvidenceFrame, evidenceOfAll } from './evidence.js';
import type { Evidence } from './terms.js';

/** How far bearings are swept unless the request states it, metres. Only such evidence is kept: else radii would fill the store. */
export const SWEEP_RADIUS_M = 20_000;

/**
 * The evidence beside the verdict on one post (methods D4, A.5), whether it is manned or not; `radiusM` is how far its
 * bearings are swept. Null where nothing is mapped under it. Kept once computed: it rests on rows that never change.
 * @throws SalientError `unknown_post`
 */
export async function evidenceOn(
  db: Db,
  frame: EvidenceFrame,
  number: number,
  operator: string,
  radiusM = SWEEP_RADIUS_M,
): Promise<Evidence | null> {
  const post = (await postsOf(db, frame.edition)).find((row) => row.operator === operator && row.number === number);
  if (!post) throw new SalientError('unknown_post', `there is no post ${operator} ${number}`);
  if (radiusM !== SWEEP_RADIUS_M) return (await evidenceOfAll(db, frame, operator, [number], radiusM))[0] ?? null;
  return (await cachedEvidence(db, frame, operator, [number])).get(number) ?? null;
}

/** Evidence on some posts of one operator, by number; what is not kept yet is computed together. Unmapped posts are null. */
export async function cachedEvidence(
  db: Db,
  frame: EvidenceFrame,
  operator: string,
  numbers: readonly number[],
): Promise<Map<number, Evidence | null>> {
  const { revision, edition, since, statement } = frame;
  const key = (number: number) => contentHash([revision, edition, since, statement.id, operator, number]);
  const found = new Map<number, Evidence | null>();
  // As of before what is measured.
  const purges = await lastPurge(db);
  for (const number of numbers) {
    const { answer } = await cachedResult(db, KIND, key(number));
    if (answer) found.set(number, (JSON.parse(answer) as { evidence: Evidence | null }).evidence);
  }
  const missing = numbers.filter((number) => !found.has(number));
  if (missing.length === 0) return found;
  const measured = await evidenceOfAll(db, frame, operator, missing, SWEEP_RADIUS_M);
  for (const number of missing) {
    // Through JSON, so that the first answer is the same as the later ones.
    const row = measured.find((evidence) => evidence.number === number) ?? null;
    const answer = JSON.stringify({ evidence: row });
    await cacheResult(db, KIND, key(number), answer, purges);
    found.set(number, (JSON.parse(answer) as { evidence: Evidence | null }).evidence);
  }
  return found;
}

/** A kind whose meaning changes gets a new name. */
const KIND = 'evidence-5';
