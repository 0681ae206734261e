import type { Queryable } from './pool.js';

/** An answer of that kind to these inputs as JSON text, if it has been computed before. */
export async function cachedResult(db: Queryable, kind: string, inputs: string): Promise<string | null> {
  const [row] = await db.query<{ answer: string }>(
    'select answer::text as answer from kept_answer where kind = $1 and inputs = $2',
    [kind, inputs],
    'prepared',
  );
  return row?.answer ?? null;
}

/** @param answer JSON text */
export async function cacheResult(db: Queryable, kind: string, inputs: string, answer: string): Promise<void> {
  await db.query(
    'insert into kept_answer (kind, inputs, answer) values ($1, $2, $3::json) on conflict do nothing',
    [kind, inputs, answer],
    'prepared',
  );
}

/** Leaves the newest answers of a kind that take no more than so many bytes together, as stored. */
export async function dropOldAnswers(db: Queryable, kind: string, maxBytes: number): Promise<void> {
  await db.query(
    `delete from kept_answer where kind = $1 and inputs in (
       select inputs from (
         select inputs, sum(pg_column_size(answer)) over (order by kept_at desc, inputs) as held
         from kept_answer where kind = $1
       ) newest where held > $2)`,
    [kind, maxBytes],
  );
}
