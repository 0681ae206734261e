import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { EVENT_DAYS } from './event-state.sql.js';
import type { AsDrawn } from './revisions.sql.js';
import type { SeriesStatement } from './series.sql.js';

/** A day of a series: everything that is in force on it, found by one statement. Null where there is nothing. */
export interface InForce extends Omit<SeriesStatement, 'id'>, AsDrawn {
  /** Null when the series was recorded only later. */
  statement: number | null;
  /**
   * The day itself; where none was requested, the last complete one: until when the series claims to be complete, else the day of
   * its last map up to today. Without any such map it is today.
   */
  date: IsoDate;
  edition: number | null;
  revision: number | null;
  partition: number | null;
  valid_from: IsoDate | null;
  /** The next snapshot's date; null for the last one. */
  valid_to: IsoDate | null;
  /**
   * First day inside the map's validity from which nothing that a post's verdict depends on (relations, border policies,
   * anchors, service of posts) changes until `date`.
   */
  since: IsoDate | null;
  events_on: IsoDate | null;
  events_known: number | null;
  /** Without a map: the first day that has one, and when the first one was recorded. */
  first_map: IsoDate | null;
  first_recorded_at: Instant | null;
}

/**
 * What is in force on each of some days of a series as known at an instant (null: now), in the order of the days. One
 * statement, so one moment of the store: an answer never mixes what was before a correction with what came after it.
 * No row when there is no such series.
 */
export async function inForce(
  db: Queryable,
  series: string,
  days: readonly (IsoDate | null)[],
  knownAt: Instant | null,
): Promise<InForce[]> {
  if (isHidden(series)) return [];
  return db.query<InForce>(
    `with k as materialized (select coalesce($3::timestamptz, 'infinity') as at)
     select said.*, said.id as statement, series.theatre, asked.date, edition.id as edition,
            map.id as revision, map.plane as partition, map.valid_on as valid_from, map.valid_to,
            map.drawn_spacing_m, map.outside_km2, map.outside_pieces,
            greatest(map.valid_on, turn.day) as since, happened.since as events_on, happened.known as events_known,
            reach.first_map, reach.first_recorded_at
     from k
       join series on series.id = $1
       left join lateral (
         select s.* from series_statement s where s.series = series.id and s.recorded_at <= k.at
         order by s.recorded_at desc limit 1
       ) said on true
       left join lateral (
         select e.id from edition e where e.theatre = series.theatre and e.recorded_at <= k.at
         order by e.recorded_at desc limit 1
       ) edition on true
       cross join lateral (
         select coalesce(day, said.complete_until,
                         (select max(r.valid_on) from revision r
                          where r.series = series.id and r.valid_on <= current_date and stands_at(r.recorded_at, r.superseded_at, k.at)),
                         current_date) as date, no
         from unnest($2::date[]) with ordinality as d(day, no)
       ) asked
       left join lateral (
         select r.id, r.plane, r.valid_on, r.drawn_spacing_m, r.outside_km2, r.outside_pieces,
                (select min(n.valid_on) from revision n
                 where n.series = r.series and n.valid_on > r.valid_on and stands_at(n.recorded_at, n.superseded_at, k.at)) as valid_to
         from revision r where r.id = revision_at(series.id, asked.date, k.at)
       ) map on true
       left join lateral (
         select max(day) as day
         from (
           select unnest(array[lower(valid), upper(valid)]) as day from relation r where r.edition = edition.id
           union all select unnest(array[lower(valid), upper(valid)]) from border_policy b where b.edition = edition.id
           union all select unnest(array[lower(valid), upper(valid)]) from anchor a where a.edition = edition.id
           union all select unnest(array[lower(established), upper(withdrawn) - 1]) from post p where p.edition = edition.id
         ) breakpoints where day <= asked.date
       ) turn on map.id is not null
       left join lateral event_state(series.theatre, asked.date, $4, k.at) happened on map.id is not null
       left join lateral (
         select min(valid_on) filter (where stands_at(recorded_at, superseded_at, k.at))
                  as first_map,
                min(recorded_at) as first_recorded_at
         from revision r where r.series = series.id
       ) reach on map.id is null
     order by asked.no`,
    [series, days, knownAt, EVENT_DAYS],
    'prepared',
  );
}

/** Every day of an edition on which something that verdicts depend on begins or ends, in order. */
export async function breakpoints(db: Queryable, edition: number): Promise<IsoDate[]> {
  const rows = await db.query<{ day: IsoDate }>(
    `select distinct day from (
       select unnest(array[lower(valid), upper(valid)]) as day from relation where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from border_policy where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from anchor where edition = $1
       union all select unnest(array[lower(established), upper(withdrawn) - 1]) from post where edition = $1
     ) breakpoints where day is not null order by day`,
    [edition],
    'prepared',
  );
  return rows.map((row) => row.day);
}
