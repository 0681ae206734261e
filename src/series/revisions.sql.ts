import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { refusePurged } from './purged.js';

export interface Revision {
  id: number;
  series: string;
  valid_on: IsoDate;
  edition: number;
  partition: number;
  sha256: string;
  recorded_at: Instant;
  superseded_at: Instant | null;
}

/** The current revisions of a series, by date. */
export function currentRevisions(db: Queryable, series: string): Promise<Revision[]> {
  return db.query(
    `select id, series, valid_on, edition, plane as partition, sha256, recorded_at, superseded_at from revision
     where series = $1 and superseded_at is null order by valid_on`,
    [series],
  );
}

/** Of the current revisions of a series: the one of a day, the last before it and the first after it, as far as there are. */
export async function revisionsAround(
  db: Queryable,
  series: string,
  day: IsoDate,
): Promise<{ on: Revision | undefined; before: Revision | undefined; after: Revision | undefined }> {
  const rows = await db.query<Revision>(
    `select id, series, valid_on, edition, plane as partition, sha256, recorded_at, superseded_at from revision
     where series = $1 and superseded_at is null
       and valid_on in ($2::date,
         (select max(valid_on) from revision where series = $1 and superseded_at is null and valid_on < $2),
         (select min(valid_on) from revision where series = $1 and superseded_at is null and valid_on > $2))`,
    [series, day],
    'prepared',
  );
  return {
    on: rows.find((row) => row.valid_on === day),
    before: rows.find((row) => row.valid_on < day),
    after: rows.find((row) => row.valid_on > day),
  };
}

/** The revisions of a series that were current at an instant, by date. @throws SalientError `purged` when one of them is gone */
export async function revisionsAt(db: Queryable, series: string, knownAt: string | null): Promise<Revision[]> {
  const rows = await db.query<Omit<Revision, 'partition'> & { partition: number | null }>(
    `select id, series, valid_on, edition, plane as partition, sha256, recorded_at, superseded_at from revision
     where series = $1 and stands_at(recorded_at, superseded_at, $2::timestamptz)
     order by valid_on`,
    [series, knownAt],
    'prepared',
  );
  return rows.map((row) => {
    const { partition } = row;
    if (partition === null) throw refusePurged(series, row.valid_on);
    return { ...row, partition };
  });
}

/** The day of the first of some revisions of a series that was purged; null: none was. */
export async function purgedDay(db: Queryable, series: string, revisions: readonly number[]): Promise<IsoDate | null> {
  const [row] = await db.query<{ day: IsoDate }>(
    'select valid_on as day from revision where series = $1 and id = any($2) and plane is null order by id limit 1',
    [series, revisions],
  );
  return row?.day ?? null;
}

export async function supersedeRevisions(tx: Queryable, ids: readonly number[], at: Instant): Promise<void> {
  await tx.query('update revision set superseded_at = $2 where id = any($1)', [ids, at]);
}

export interface AreaRow {
  party: string | null;
  status: string;
  confidence: number | null;
  shape: number;
  source: number;
  place: string | null;
  reason: string | null;
  claims: number[];
}

export interface RevisionInput {
  series: string;
  theatre: string;
  valid_on: IsoDate;
  edition: number;
  partition: number;
  sha256: string;
  note: string | null;
  recorded_at: Instant;
  /** Of a map that was drawn: how finely, and what of it lies outside the theatre. */
  drawing?: Drawing | null;
}

/** What is known of a map as its author drew it. */
export interface Drawing {
  /** Weighted mean distance between its vertices, m (migration 0020); null: too few of them. */
  drawn_spacing_m: number | null;
  outside_km2: number;
  outside_pieces: number;
}

/** What is known of a map as drawn; nulls where it was not measured: derived maps, and those of older versions. */
export type AsDrawn = { [Fact in keyof Drawing]: number | null };

/** Stores one revision with its areas, numbered in the order given, and the claims each rests on. */
export async function insertRevision(tx: Queryable, head: RevisionInput, areas: readonly AreaRow[]): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into revision (series, theatre, valid_on, edition, plane, sha256, note, recorded_at, drawn_spacing_m,
                           outside_km2, outside_pieces)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      ...[
        head.series,
        head.theatre,
        head.valid_on,
        head.edition,
        head.partition,
        head.sha256,
        head.note,
        head.recorded_at,
      ],
      ...[head.drawing?.drawn_spacing_m, head.drawing?.outside_km2, head.drawing?.outside_pieces],
    ],
    'prepared',
  );
  const { id } = row as { id: number };
  await tx.query(
    `with given as (
       select * from rows from (jsonb_to_recordset($3::jsonb)
         as (party text, status text, confidence float8, shape bigint, source bigint, place text, reason text,
             claims bigint[])) with ordinality
         as r(party, status, confidence, shape, source, place, reason, claims, no)
     ), stored as (
       insert into area (revision, theatre, no, party, status, confidence, shape, source, place, reason)
       select $1, $2, no, party, status, confidence, shape, source, place, reason from given
     )
     insert into area_claim (revision, theatre, no, claim)
     select distinct $1, $2, no, claim from given, unnest(claims) as claim`,
    [id, head.theatre, JSON.stringify(areas)],
    'prepared',
  );
  return id;
}
