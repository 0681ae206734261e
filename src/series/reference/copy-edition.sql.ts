import type { Instant } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { requiredRow } from '../../store/statement.js';
import type { PlaceRow } from './places.sql.js';

/*
 * A reference-data version (an edition) is complete and never changed: an addition is a new version that has the rows of the one
 * before it, copied inside the database so that geometries stay the same to the last digit, and beside them the new ones.
 */

/** What is copied row by row, in an order that foreign keys permit; `key` identifies the rows that are replaced. */
const COPIED = {
  party_entry: { columns: 'theatre, party, name, colour, kind, note', key: 'party' },
  territory: { columns: 'id, kind, name, boundary', key: 'id' },
  relation: { columns: 'side, party, stance, valid, source, note', key: 'side' },
  border_policy: { columns: 'side, territory, policy, valid, source, note', key: 'side' },
  anchor: { columns: 'side, territory, valid, source, note', key: 'side' },
  place_entry: { columns: 'theatre, place, name, kind, aliases, geom, error_m, source, note', key: 'place' },
  initial_control: { columns: 'place, party, as_of, basis, source, note', key: 'place' },
  route: { columns: 'id, name, geom, error_m, source, note', key: 'id' },
  post: {
    columns:
      'operator, number, number_source, number_text, name, geom, error_m, established, established_source, withdrawn, withdrawn_source, note',
    key: "operator || '/' || number",
  },
} as const;

/** A table whose rows belong to an edition. */
export type EditionTable = keyof typeof COPIED;

/** Whether a theatre has facts that only the files of a bundle state, or a series that is derived from them: a start loads them anew. */
export async function statedByFiles(tx: Queryable, theatre: string, edition: number): Promise<boolean> {
  const [row] = await tx.query<{ stated: boolean }>(
    `select exists (select 1 from territory where edition = $2) or exists (select 1 from border_policy where edition = $2)
         or exists (select 1 from anchor where edition = $2) or exists (select 1 from initial_control where edition = $2)
         or exists (select 1 from series join series_statement s on s.series = series.id where theatre = $1 and kind = 'derived') as stated`,
    [theatre, edition],
  );
  return requiredRow(row, 'looked up').stated;
}

/** Makes a new edition with the head of another: same title, boundary, projection and time zone. Returns its number. */
export async function copyEditionHead(tx: Queryable, from: number, sha256: string, at: Instant): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into edition (theatre, title, boundary, projection, time_zone, sha256, recorded_at)
     select theatre, title, boundary, projection, time_zone, $2, $3 from edition where id = $1 returning id`,
    [from, sha256, at],
  );
  return (row as { id: number }).id;
}

/** Copies the rows of a table from one edition to another, but for those whose key is in `replaced`. */
export async function copyRows(
  tx: Queryable,
  table: EditionTable,
  from: number,
  to: number,
  replaced: readonly string[],
): Promise<void> {
  const { columns, key } = COPIED[table];
  await tx.query(
    `insert into ${table} (edition, ${columns}) select $2, ${columns} from ${table} where edition = $1 and not (${key} = any($3::text[]))`,
    [from, to, replaced],
  );
}

/** Copies everything that an edition has beside its head: parties, territories, relations, places, routes, posts. */
export async function copyAllRows(tx: Queryable, from: number, to: number): Promise<void> {
  for (const table of Object.keys(COPIED) as EditionTable[]) await copyRows(tx, table, from, to, []);
}

/** Whether some row of the table in one edition is in no row of the other. */
export async function rowsDiffer(tx: Queryable, table: EditionTable, from: number, to: number): Promise<boolean> {
  const { columns } = COPIED[table];
  const [row] = await tx.query<{ differ: boolean }>(
    `select exists (
       select to_jsonb(t)::text from (select ${columns} from ${table} where edition = $2) t
       except select to_jsonb(t)::text from (select ${columns} from ${table} where edition = $1) t) as differ`,
    [from, to],
  );
  return row?.differ ?? false;
}

/** A post as it is recorded, its days and sources as the cells of posts.csv: empty for none. */
export interface ReferencePost {
  operator: string;
  number: number;
  number_source: string;
  number_text: string | null;
  name: string;
  lon: number;
  lat: number;
  error_m: number;
  established_earliest: string;
  established_latest: string;
  established_source: string;
  withdrawn_earliest: string;
  withdrawn_latest: string;
  withdrawn_source: string;
  note: string | null;
}

/** The rows of some keys of an edition, by key: each as a text that equals itself as long as they stay so. */
export async function rowsByKey(
  tx: Queryable,
  edition: number,
  table: EditionTable,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const { columns, key } = COPIED[table];
  const rows = await tx.query<{ key: string; rows: string }>(
    `select t.key, jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text)::text as rows
     from (select ${key} as key, ${columns} from ${table} where edition = $1 and ${key} = any($2::text[])) t
     group by t.key`,
    [edition, keys],
  );
  return new Map(rows.map((row) => [row.key, row.rows]));
}

/** The rows of some keys, as one text that equals itself as long as they stay so. */
export async function rowsNamed(
  tx: Queryable,
  edition: number,
  table: EditionTable,
  keys: readonly string[],
): Promise<string> {
  const { columns, key } = COPIED[table];
  const [row] = await tx.query<{ named: string }>(
    `select coalesce((select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text)
                      from (select ${columns} from ${table}
                            where edition = $1 and ${key} = any($2::text[])) t),
                     '[]')::text as named`,
    [edition, keys],
  );
  return requiredRow(row, 'looked up').named;
}

/** Which of some positions (lon, lat) lie inside the theatre of an edition, in their order. */
export async function insideTheatre(
  tx: Queryable,
  edition: number,
  positions: readonly (readonly [number, number])[],
): Promise<boolean[]> {
  const rows = await tx.query<{ inside: boolean }>(
    `with ground as materialized (select st_subdivide(boundary, 128) as geom from edition where id = $1)
     select exists (select from ground
                    where st_intersects(ground.geom, st_setsrid(st_makepoint((p.at->>0)::float8, (p.at->>1)::float8), 4326))) as inside
     from jsonb_array_elements($2::jsonb) with ordinality as p(at, no) order by no`,
    [edition, JSON.stringify(positions)],
  );
  return rows.map((row) => row.inside);
}

/** What an edition has of parties, relations, places, routes and posts, as the fields of the bundle's tables. */
export interface ReferenceRows {
  parties: { id: string; name: string; colour: string; kind: string; note: string | null }[];
  sides: string[];
  places: (Pick<PlaceRow, 'id' | 'name' | 'kind' | 'aliases' | 'lon' | 'lat' | 'error_m' | 'source'> & {
    note: string | null;
  })[];
  routes: string[];
  /** Days and sources as the cells of posts.csv. */
  posts: ReferencePost[];
}

export async function referenceRows(tx: Queryable, edition: number): Promise<ReferenceRows> {
  const [row] = await tx.query<ReferenceRows>(
    `select
       coalesce((select jsonb_agg(jsonb_build_object('id', party, 'name', name, 'colour', colour, 'kind', kind, 'note', note) order by party)
                 from party_entry where edition = $1), '[]') as parties,
       coalesce((select jsonb_agg(distinct side) from relation where edition = $1), '[]') as sides,
       coalesce((select jsonb_agg(jsonb_build_object('id', place, 'name', name, 'kind', kind, 'aliases', aliases, 'lon', st_x(geom),
                   'lat', st_y(geom), 'error_m', error_m, 'source', source, 'note', note) order by place)
                 from place_entry where edition = $1), '[]') as places,
       coalesce((select jsonb_agg(id order by id) from route where edition = $1), '[]') as routes,
       coalesce((select jsonb_agg(jsonb_build_object('operator', operator, 'number', number, 'name', name,
                   'number_source', number_source, 'number_text', number_text, 'lon', st_x(geom), 'lat', st_y(geom), 'error_m', error_m,
                   'established_earliest', coalesce(lower(established)::text, ''), 'established_latest', coalesce((upper(established) - 1)::text, ''),
                   'established_source', array_to_string(established_source, ';'),
                   'withdrawn_earliest', coalesce(lower(withdrawn)::text, ''), 'withdrawn_latest', coalesce((upper(withdrawn) - 1)::text, ''),
                   'withdrawn_source', coalesce(array_to_string(withdrawn_source, ';'), ''), 'note', note) order by operator, number)
                 from post where edition = $1), '[]') as posts`,
    [edition],
  );
  return row as ReferenceRows;
}
