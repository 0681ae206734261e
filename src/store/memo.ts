import { contentHash } from './content-hash.js';
import { cachedResult, cacheResult, dropOldAnswers } from './memo.sql.js';
import type { Queryable } from './pool.js';

/** Kept of a kind of which whoever asks can vary the inputs at will, a radius or a region: else the store would grow with them. */
export const AT_WILL = 5000;

/**
 * Computes an answer once and keeps it. `inputs` names everything it depends on by number (revisions, editions,
 * statements: rows that never change), so that what is kept is never stale; a kind whose meaning changes gets a new name.
 * The answer is passed through JSON either way, so that the first one is the same as the later ones.
 * @param most how many of the kind stay, the newest; null: all. `AT_WILL` for inputs of which there is no end.
 */
export async function once<Answer>(
  db: Queryable,
  kind: string,
  inputs: unknown,
  compute: () => Promise<Answer>,
  most: number | null = null,
): Promise<Answer> {
  const key = contentHash(inputs);
  const kept = await cachedResult<Answer>(db, kind, key);
  if (kept !== null) return kept;
  const answer = JSON.parse(JSON.stringify(await compute())) as Answer;
  await cacheResult(db, kind, key, answer);
  if (most !== null) await dropOldAnswers(db, kind, most);
  return answer;
}
