import type { Queryable } from './pool.js';
import { requiredRow } from './statement.js';

/** An answer of that kind to these inputs as JSON text, if it has been computed before, and the number of the last purge. */
export async function cachedResult(
  db: Queryable,
  kind: string,
  inputs: string,
): Promise<{ answer: string | null; lastPurge: number }> {
  const [row] = await db.query<{ answer: string | null; lastPurge: number }>(
    `select (select answer::text from kept_answer where kind = $1 and inputs = $2) as answer,
            (select coalesce(max(id), 0) from purge) as "lastPurge"`,
    [kind, inputs],
    'prepared',
  );
  return requiredRow(row, 'found');
}

/**
 * @param answer JSON text
 * @param lastPurge as it was before the answer was computed: what a later purge removed is not kept again
 */
export async function cacheResult(
  db: Queryable,
  kind: string,
  inputs: string,
  answer: string,
  lastPurge: number,
): Promise<void> {
  await db.query(
    `insert into kept_answer (kind, inputs, answer) select $1, $2, $3::json where not purged_since($4)
     on conflict do nothing`,
    [kind, inputs, answer, lastPurge],
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

/** The number of the last purge of maps; 0: there was none. */
export async function lastPurge(db: Queryable): Promise<number> {
  const [row] = await db.query<{ last: number }>('select coalesce(max(id), 0) as last from purge', [], 'prepared');
  return requiredRow(row, 'found').last;
}
