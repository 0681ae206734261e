import type { Queryable } from './pool.js';

/** An answer of that kind to these inputs, if it has been computed before. */
export async function cachedResult<Answer>(db: Queryable, kind: string, inputs: string): Promise<Answer | null> {
  const [row] = await db.query<{ answer: Answer }>(
    'select answer from kept_answer where kind = $1 and inputs = $2',
    [kind, inputs],
    'prepared',
  );
  return row?.answer ?? null;
}

export async function cacheResult(db: Queryable, kind: string, inputs: string, answer: unknown): Promise<void> {
  await db.query(
    'insert into kept_answer (kind, inputs, answer) values ($1, $2, $3) on conflict do nothing',
    [kind, inputs, JSON.stringify(answer)],
    'prepared',
  );
}

/** Leaves the newest answers of a kind. */
export async function dropOldAnswers(db: Queryable, kind: string, most: number): Promise<void> {
  await db.query(
    `delete from kept_answer where kind = $1 and inputs in (
       select inputs from kept_answer where kind = $1 order by kept_at desc, inputs offset $2)`,
    [kind, most],
  );
}
