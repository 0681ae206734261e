import type { Db } from '../../src/store/pool.js';

const TABLES = [
  'theatre',
  'edition',
  'party_entry',
  'place_entry',
  'post',
  'route',
  'source',
  'claim',
  'event',
  'series',
  'series_statement',
  'shape',
  'plane',
  'plane_face',
  'revision',
  'area',
  'area_claim',
  'kept_change',
] as const;

/** How many rows each table of the store has. */
export async function rowCounts(db: Db): Promise<Record<string, number>> {
  const [row] = await db.query<Record<string, number>>(
    `select ${TABLES.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`,
  );
  return row as Record<string, number>;
}

/** A hash over every row of every table: equal before and after, nothing was stored, changed or superseded. */
export async function storeHash(db: Db): Promise<string> {
  const [row] = await db.query<{ hash: string }>(
    `select md5(concat_ws(' ', ${TABLES.map(
      (table) => `(select md5(string_agg(h, '' order by h)) from (select md5(${table}::text) as h from ${table}) rows)`,
    ).join(', ')})) as hash`,
  );
  return (row as { hash: string }).hash;
}
