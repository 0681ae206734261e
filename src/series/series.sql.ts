import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { hiddenIds, isHidden, seen } from '../store/sight.js';

export const DATE_MEANS = ['start', 'end'] as const;
export type DateMeans = (typeof DATE_MEANS)[number];

/** The metadata of a series as a whole, at one recording instant. */
export interface SeriesStatement {
  id: number;
  series: string;
  theatre: string;
  title: string;
  publisher: string;
  licence: string;
  kind: 'derived' | 'imported';
  method: string;
  accuracy_m: number;
  accuracy_note: string | null;
  first_date: IsoDate | null;
  complete_until: IsoDate | null;
  parties: string[];
  perimeter_m: number;
  reach_m: number;
  narrow_m: number;
  r_max_m: number | null;
  spacing_m: number | null;
  /** Over how many metres the error of a line stays the same; null: not stated. */
  correlation_m: number | null;
  /** How many days a map may be carried beyond its day; null: not stated (`coverage.ts`). */
  max_age_days: number | null;
  /** A map shows the ground at the start or at the end of its day; null: not stated. */
  date_means: DateMeans | null;
  /** Party, or `unknown`, of the ground that a map draws in no area; null: nobody, it is unassigned. */
  rest: string | null;
  withdrawn_why: string | null;
  recorded_at: Instant;
}

/** The newest statement of the series recorded by `knownAt` (now, when null); null when there is none. */
export async function statementAt(
  db: Queryable,
  series: string,
  knownAt: string | null,
): Promise<SeriesStatement | null> {
  if (isHidden(series)) return null;
  const [row] = await db.query<SeriesStatement>(
    `select s.*, series.theatre from series_statement s join series on series.id = s.series
     where s.series = $1 and s.recorded_at <= coalesce($2::timestamptz, 'infinity')
     order by s.recorded_at desc limit 1`,
    [series, knownAt],
    'prepared',
  );
  return row ?? null;
}

/** A statement that is known to exist, by its number. */
export async function statementById(db: Queryable, id: number): Promise<SeriesStatement> {
  const [row] = await db.query<SeriesStatement>(
    'select s.*, series.theatre from series_statement s join series on series.id = s.series where s.id = $1',
    [id],
  );
  if (!row) throw new Error(`no series statement ${id}`);
  return row;
}

/** Every series with its newest statement recorded by an instant (null: now), withdrawn ones too, by id. */
export async function allSeries(db: Queryable, knownAt: Instant | null = null): Promise<SeriesStatement[]> {
  const rows = await db.query<SeriesStatement>(
    `select distinct on (s.series) s.*, series.theatre from series_statement s join series on series.id = s.series
     where s.recorded_at <= coalesce($1::timestamptz, 'infinity')
     order by s.series, s.recorded_at desc`,
    [knownAt],
  );
  return seen(rows);
}

/** The day of the first map that counts of every series that has one. */
export async function firstMapDays(db: Queryable): Promise<Map<string, IsoDate>> {
  const rows = await db.query<{ series: string; first: IsoDate }>(
    'select series, min(valid_on) as first from revision where superseded_at is null group by series',
  );
  return new Map(seen(rows).map(({ series, first }) => [series, first]));
}

/** The day of the first map of a series that counts; null when it has none. */
export async function firstMapDay(db: Queryable, series: string): Promise<IsoDate | null> {
  const [row] = await db.query<{ first: IsoDate | null }>(
    'select min(valid_on) as first from revision where series = $1 and superseded_at is null',
    [series],
  );
  return row?.first ?? null;
}

/** The series that has been in the store longest and is not withdrawn, of those that the caller may know of. */
export async function oldestSeries(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `select series.id from series join lateral (
       select withdrawn_why from series_statement s where s.series = series.id order by s.recorded_at desc limit 1) newest on true
     where newest.withdrawn_why is null and series.id <> all($1::text[]) order by series.recorded_at, series.id limit 1`,
    [[...hiddenIds()]],
  );
  return row?.id;
}

export async function insertSeries(tx: Queryable, id: string, theatre: string, at: Instant): Promise<void> {
  await tx.query('insert into series (id, theatre, recorded_at) values ($1, $2, $3) on conflict do nothing', [
    id,
    theatre,
    at,
  ]);
}

export type StatementInput = Omit<SeriesStatement, 'id' | 'theatre'>;

export async function insertStatement(tx: Queryable, statement: StatementInput): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into series_statement (series, title, publisher, licence, kind, method, accuracy_m, accuracy_note, first_date,
                                   complete_until, parties, perimeter_m, reach_m, narrow_m, r_max_m, spacing_m,
                                   correlation_m, max_age_days, date_means, rest, withdrawn_why, recorded_at)
     select series, title, publisher, licence, kind, method, accuracy_m, accuracy_note, first_date, complete_until, parties,
            perimeter_m, reach_m, narrow_m, r_max_m, spacing_m, correlation_m, max_age_days, date_means, rest,
            withdrawn_why, recorded_at
     from jsonb_to_record($1::jsonb)
       as r(series text, title text, publisher text, licence text, kind text, method text, accuracy_m float8,
            accuracy_note text, first_date date, complete_until date, parties text[], perimeter_m float8, reach_m float8,
            narrow_m float8, r_max_m float8, spacing_m float8, correlation_m float8, max_age_days integer, date_means text,
            rest text, withdrawn_why text, recorded_at timestamptz)
     returning id`,
    [JSON.stringify(statement)],
  );
  return (row as { id: number }).id;
}

/**
 * The parties of every series that can hold ground, with the colours of the theatre's newest edition: those that the series states,
 * and those that came later and hold ground on one of its maps.
 */
export async function seriesParties(
  db: Queryable,
): Promise<{ series: string; id: string; name: string; colour: string }[]> {
  const rows = await db.query<{ series: string; id: string; name: string; colour: string }>(
    `with newest as (
       select distinct on (s.series) s.series, s.parties, series.theatre from series_statement s
         join series on series.id = s.series order by s.series, s.recorded_at desc
     ), edition_now as (
       select distinct on (theatre) theatre, id from edition order by theatre, recorded_at desc
     )
     select newest.series, p.party as id, p.name, p.colour
     from newest join edition_now using (theatre)
       join party_entry p on p.edition = edition_now.id
     where p.party = any(newest.parties)
        or (p.kind = 'ground' and exists (
              select from revision r join area on area.revision = r.id
              where r.series = newest.series and r.superseded_at is null and area.party = p.party))
     order by newest.series, array_position(newest.parties, p.party::text), p.party`,
  );
  return seen(rows);
}

/** The parties of one series, as `seriesParties`, of the statement and edition that hold as known at an instant. */
export function partiesShown(
  db: Queryable,
  series: string,
  { statement, edition }: { statement: Pick<SeriesStatement, 'id'>; edition: number },
  knownAt: Instant | null,
): Promise<{ id: string; name: string; colour: string }[]> {
  return db.query(
    `select p.party as id, p.name, p.colour
     from series_statement stated join party_entry p on p.edition = $3
     where stated.id = $2 and (p.party = any(stated.parties)
        or p.kind = 'ground' and exists (
             select from revision r join area on area.revision = r.id
             where r.series = $1 and stands_at(r.recorded_at, r.superseded_at, $4::timestamptz) and area.party = p.party))
     order by array_position(stated.parties, p.party::text), p.party`,
    [series, statement.id, edition, knownAt],
  );
}

/** All parties of an edition with name and colour, those that operate posts too, by id. */
export function partiesOf(db: Queryable, edition: number): Promise<{ id: string; name: string; colour: string }[]> {
  return db.query('select party as id, name, colour from party_entry where edition = $1 order by party', [edition]);
}

/** The days on which the map of a series changes, as known at an instant. */
export async function snapshotDates(db: Queryable, series: string, knownAt: Instant | null): Promise<IsoDate[]> {
  const rows = await db.query<{ valid_on: IsoDate }>(
    `select valid_on from revision
     where series = $1 and stands_at(recorded_at, superseded_at, $2::timestamptz)
     order by valid_on`,
    [series, knownAt],
  );
  return rows.map((row) => row.valid_on);
}
