import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/*
 * The append-only log of sources, claims and events. Each row has an id that lasts and a `no` that names one version;
 * a changed row is a new version, the older one keeps its recording interval.
 */

/** Current version of each id: its number and content hash. */
export interface Logged {
  id: string;
  no: number;
  sha256: string;
}

export function currentSources(db: Queryable, theatre: string): Promise<Logged[]> {
  return db.query(
    'select id, no, sha256 from source where theatre = $1 and superseded_at is null',
    [theatre],
    'prepared',
  );
}

export function currentClaims(db: Queryable, theatre: string): Promise<Logged[]> {
  return db.query('select id, no, sha256 from claim where theatre = $1 and superseded_at is null', [theatre]);
}

export function currentEvents(db: Queryable, theatre: string): Promise<Logged[]> {
  return db.query('select id, no, sha256 from event where theatre = $1 and superseded_at is null', [theatre]);
}

/** Closes the current versions of these ids at `at`. */
export async function supersede(
  tx: Queryable,
  theatre: string,
  ids: { sources: string[]; claims: string[]; events: string[] },
  at: Instant,
): Promise<void> {
  const values = (of: string[]) => [theatre, of, at];
  await tx.query(
    'update source set superseded_at = $3 where theatre = $1 and id = any($2) and superseded_at is null',
    values(ids.sources),
  );
  await tx.query(
    'update claim set superseded_at = $3 where theatre = $1 and id = any($2) and superseded_at is null',
    values(ids.claims),
  );
  await tx.query(
    'update event set superseded_at = $3 where theatre = $1 and id = any($2) and superseded_at is null',
    values(ids.events),
  );
}

export async function insertSources(tx: Queryable, theatre: string, rows: unknown[], at: Instant): Promise<void> {
  await tx.query(
    `insert into source (theatre, id, publisher, title, url, published_on, published_on_inferred, stance, favours, via, archive,
                         note, sha256, recorded_at)
     select $1, id, publisher, title, url, published_on, published_on_inferred, stance, favours, via, archive, note, sha256, $3
     from jsonb_to_recordset($2::jsonb)
       as r(id text, publisher text, title text, url text, published_on date, published_on_inferred boolean, stance text,
            favours text, via text, archive text, note text, sha256 text)`,
    [theatre, JSON.stringify(rows), at],
  );
}

export async function insertClaims(tx: Queryable, theatre: string, rows: unknown[], at: Instant): Promise<void> {
  await tx.query(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb)
         as r(id text, kind text, relation text, place text, post text, location text, party text, earliest date,
              latest date, dates_inferred boolean, published_on date, facts text[], withdrawn_on date,
              withdrawn_why text, note text, sha256 text, sources text[])
     ), recorded as (
       insert into claim (theatre, id, kind, relation, place, post_operator, post_number, location, party, earliest,
                          latest, dates_inferred, published_on, facts, withdrawn_on, withdrawn_why, note, sha256,
                          recorded_at)
       select $1, id, kind, relation, place, split_part(post, '/', 1), split_part(post, '/', 2)::int, location, party,
              earliest, latest, dates_inferred, published_on, facts, withdrawn_on, withdrawn_why, note, sha256, $3
       from given
       returning no, id
     )
     insert into claim_source (claim, source)
     select distinct recorded.no, source.no
     from recorded join given using (id)
       join source on source.theatre = $1 and source.id = any(given.sources) and source.superseded_at is null`,
    [theatre, JSON.stringify(rows), at],
  );
}

export async function insertEvents(tx: Queryable, theatre: string, rows: unknown[], at: Instant): Promise<void> {
  await tx.query(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb)
         as r(id text, kind text, earliest date, latest date, dates_inferred boolean, relation text, place text,
              location text, actor text, part_of text, facts text[], withdrawn_on date, withdrawn_why text, note text,
              sha256 text, sources text[], counts jsonb)
     ), recorded as (
       insert into event (theatre, id, kind, earliest, latest, dates_inferred, relation, place, location, actor, part_of,
                          facts, withdrawn_on, withdrawn_why, note, sha256, recorded_at)
       select $1, id, kind, earliest, latest, dates_inferred, relation, place, location, actor, part_of, facts,
              withdrawn_on, withdrawn_why, note, sha256, $3
       from given
       returning no, id
     ), counted as (
       insert into event_count (event, measure, value, qualifier, wording, period, part_of, fact)
       select recorded.no, c.measure, c.value, c.qualifier, c.wording,
              case when coalesce(c.period_from, c.period_to) is not null
                   then daterange(c.period_from, c.period_to, '[]') end, c.part_of, c.fact
       from recorded join given using (id),
         jsonb_to_recordset(given.counts)
           as c(measure text, value numeric, qualifier text, wording text, period_from date, period_to date,
                part_of text, fact text)
     )
     insert into event_source (event, source)
     select distinct recorded.no, source.no
     from recorded join given using (id)
       join source on source.theatre = $1 and source.id = any(given.sources) and source.superseded_at is null`,
    [theatre, JSON.stringify(rows), at],
  );
}
