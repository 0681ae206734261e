import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { type CitedSource, citedSources } from './cited-sources.sql.js';

/*
 * Statements of others: claims and events with their sources, as known at an instant. Contradicting ones stand side by side;
 * withdrawn ones are shown as withdrawn.
 */

interface Located {
  id: string;
  place: string | null;
  /** Reference point of the place, when there is one. */
  lon: number | null;
  lat: number | null;
  relation: 'at' | 'near' | null;
  location: string | null;
  earliest: IsoDate | null;
  latest: IsoDate | null;
  dates_inferred: boolean;
  withdrawn_on: IsoDate | null;
  withdrawn_why: string | null;
  note: string | null;
  sources: CitedSource[];
}

export interface ClaimRow extends Located {
  kind: string;
  post: string | null;
  party: string | null;
  published_on: IsoDate | null;
}

/** Claims of a theatre, optionally of one place or of these ids only, by date and id. */
export function claimsOf(
  db: Queryable,
  theatre: string,
  edition: number,
  filter: { place: string | null; knownAt: Instant | null; ids?: readonly string[] },
): Promise<ClaimRow[]> {
  return db.query(
    `select c.id, c.kind, c.relation, c.place, c.location, c.party, c.earliest, c.latest, c.dates_inferred, c.published_on,
            c.withdrawn_on, c.withdrawn_why, c.note, c.post_operator || '/' || c.post_number as post,
            st_x(p.geom) as lon, st_y(p.geom) as lat,
            ${citedSources('claim', 'c', '$4')} as sources
     from claim c left join place_entry p on p.edition = $2 and p.place = c.place
     where c.theatre = $1 and ($3::text is null or c.place = $3) and ($5::text[] is null or c.id = any($5))
       and stands_at(c.recorded_at, c.superseded_at, $4::timestamptz)
     order by c.earliest, c.id`,
    [theatre, edition, filter.place, filter.knownAt, filter.ids ?? null],
  );
}

/** Whether an edition of the reference data knows any place. */
export async function knowsPlaces(db: Queryable, edition: number): Promise<boolean> {
  return (await db.query('select from place_entry where edition = $1 limit 1', [edition])).length > 0;
}

/**
 * Whether a version of the theatre's reference data that was recorded until an instant has a place of that id: in the record that is
 * read, which the table of ids (`place`) tells nothing of.
 */
export async function placeExists(
  db: Queryable,
  theatre: string,
  id: string,
  knownAt: Instant | null,
): Promise<boolean> {
  const rows = await db.query(
    `select from edition e join place_entry p on p.edition = e.id and p.place = $2
     where e.theatre = $1 and e.recorded_at > '-infinity' and e.recorded_at <= coalesce($3::timestamptz, 'infinity') limit 1`,
    [theatre, id, knownAt],
  );
  return rows.length > 0;
}

/** Whether a version of the reference data has a place of that id. */
export async function hasPlace(db: Queryable, edition: number, id: string): Promise<boolean> {
  return (await db.query('select from place_entry where edition = $1 and place = $2', [edition, id])).length > 0;
}

/** Whether a version of the reference data has a post (operator/number). */
export async function hasPost(db: Queryable, edition: number, post: string): Promise<boolean> {
  const rows = await db.query(`select from post where edition = $1 and operator || '/' || number = $2`, [
    edition,
    post,
  ]);
  return rows.length > 0;
}

interface EventCount {
  measure: string;
  value: number | null;
  qualifier: string;
  wording: string | null;
  period_from: IsoDate | null;
  period_to: IsoDate | null;
  part_of: string | null;
}

export interface EventRow extends Located {
  kind: string;
  actor: string | null;
  part_of: string | null;
  counts: EventCount[];
}

/**
 * Events of a theatre that touch `[from, to)` by their own days or by the period they were counted over; those without
 * any day only when no limit is given.
 */
export function eventsOf(
  db: Queryable,
  theatre: string,
  edition: number,
  filter: { from: IsoDate | null; to: IsoDate | null; kind: string | null; knownAt: Instant | null },
): Promise<EventRow[]> {
  return db.query(
    `select v.id, v.kind, v.relation, v.place, v.location, v.actor, v.part_of, v.earliest, v.latest, v.dates_inferred,
            v.withdrawn_on, v.withdrawn_why, v.note, st_x(p.geom) as lon, st_y(p.geom) as lat,
            ${citedSources('event', 'v', '$6')} as sources,
            coalesce((select jsonb_agg(jsonb_build_object('measure', n.measure, 'value', n.value, 'qualifier', n.qualifier,
                        'wording', n.wording, 'period_from', lower(n.period), 'period_to', upper(n.period) - 1,
                        'part_of', n.part_of) order by n.measure)
                      from event_count n where n.event = v.no), '[]') as counts
     from event v left join place_entry p on p.edition = $2 and p.place = v.place
       left join lateral (
         select range_agg(period) as counted from event_count n where n.event = v.no
       ) spans on true
     where v.theatre = $1 and ($3::text is null or v.kind = $3)
       and ($4::date is null and $5::date is null
            or coalesce(daterange(v.earliest, v.latest, '[]') && daterange($4, $5), false) and v.earliest is not null
            or coalesce(spans.counted && daterange($4, $5), false))
       and stands_at(v.recorded_at, v.superseded_at, $6::timestamptz)
     order by v.earliest, v.id`,
    [theatre, edition, filter.kind, filter.from, filter.to, filter.knownAt],
  );
}
