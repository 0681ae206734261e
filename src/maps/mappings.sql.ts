import type { Mapping } from '../formats/mapping.js';
import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** One edition of how the maps of a series are read; the newest holds for the next import. */
export interface MappingEdition {
  id: number;
  sha256: string;
  body: Mapping;
  recorded_at: Instant;
}

export async function newestMapping(db: Queryable, series: string): Promise<MappingEdition | null> {
  const [row] = await db.query<MappingEdition>(
    'select id, sha256, body, recorded_at from mapping where series = $1 order by id desc limit 1',
    [series],
    'prepared',
  );
  return row ?? null;
}

export async function insertMapping(
  tx: Queryable,
  series: string,
  sha256: string,
  body: Mapping,
  at: Instant,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    'insert into mapping (series, sha256, body, recorded_at) values ($1, $2, $3, $4) returning id',
    [series, sha256, JSON.stringify(body), at],
  );
  return (row as { id: number }).id;
}

/** How a revision was read: from which file, by which mapping, and what was done to it on the way. */
export interface ReadingRow {
  revision: number;
  /** Of the map as the file had it, before anything was done to it, and of the rules that were given. */
  input_sha256: string;
  format: string;
  file: string | null;
  mapping: number | null;
  /** Rules that were given, and what each did, in words. */
  rules: Record<string, unknown>;
  notes: readonly string[];
}

export async function insertReading(tx: Queryable, row: ReadingRow): Promise<void> {
  await tx.query(
    `insert into reading (revision, input_sha256, format, file, mapping, rules, notes)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.revision, row.input_sha256, row.format, row.file, row.mapping, JSON.stringify(row.rules), row.notes],
    'prepared',
  );
}

/** Hash of what a revision was read from, at once or as a map under review; null when there is none. */
export async function inputOf(tx: Queryable, revision: number): Promise<string | null> {
  const [row] = await tx.query<{ input_sha256: string }>(
    `select input_sha256 from reading where revision = $1
     union all
     select h.input_sha256 from held_decision d join held_snapshot h on h.id = d.held
     where d.revision = $1 and h.input_sha256 is not null
     limit 1`,
    [revision],
    'prepared',
  );
  return row?.input_sha256 ?? null;
}
