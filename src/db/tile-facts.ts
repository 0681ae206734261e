import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from './pool.js';

/** The numbers by which a tile state is known. `events` is null where nothing located happened in the days before. */
export interface LayerState {
  revision: number;
  edition: number;
  statement: number;
  /** First day from which everything that a verdict depends on has been as it is. */
  since: IsoDate;
  events: EventState | null;
}

/** The events of a week as a state: from which day the same ones count, and when the log last changed among them. */
export interface EventState {
  on: IsoDate;
  /** Microseconds since 1970: an instant of the log, exactly. */
  known: number;
}

/** A digest of everything in a state that a layer may depend on, each by its own name. */
export interface StateFacts {
  areas: string;
  ground: string;
  parties: string;
  places: string;
  routes: string;
  posts: string;
}

/**
 * Digests of what a state consists of, so that a new edition, statement or revision that leaves them as they were leaves
 * the tiles as they were. Null when there is no such state: its numbers must be of one series and theatre.
 */
export async function stateFacts(db: Queryable, series: string, state: LayerState): Promise<StateFacts | null> {
  const [row] = await db.query<StateFacts>(
    `with state as (
       select r.id as revision, r.edition as ground_edition, e.id as edition, r.plane, $5::date as since, s.perimeter_m,
              s.accuracy_m, s.narrow_m, s.reach_m
       from revision r
         join series_statement s on s.series = r.series and s.id = $3
         join edition e on e.theatre = r.theatre and e.id = $2
       where r.id = $1 and r.series = $4 and r.valid_on <= $5::date
     ), areas as (
       select md5(string_agg(concat_ws('|', coalesce(party, '-'), status, coalesce(confidence::text, '-'), shape), ','
                             order by shape, party, status, confidence)) as digest
       from state left join area on area.revision = state.revision
     ), ground as (
       select md5(areas.digest || plane.sha256 || edition.projection || md5(st_asbinary(edition.boundary))) as digest
       from state join plane on plane.id = state.plane join edition on edition.id = state.ground_edition, areas
     ), parties as (
       select md5(string_agg(concat_ws('|', party, name, colour), ',' order by party)) as digest
       from state join party_entry using (edition)
     ), places as (
       select md5(string_agg(concat_ws('|', place, name, kind, md5(st_asbinary(geom))), ',' order by place)) as digest
       from state join place_entry using (edition)
     ), routes as (
       select md5(string_agg(concat_ws('|', id, name, md5(st_asbinary(geom))), ',' order by id)) as digest
       from state join route using (edition)
     ), standing as (
       select concat_ws('|', operator, number, name, md5(st_asbinary(geom)), error_m,
                        withdrawn is null or since < upper(withdrawn) - 1) as fact
       from state join post using (edition) where lower(established) <= since
     ), relations as (
       select concat_ws('|', side, party, stance) as fact
       from state join relation using (edition) where valid @> since
     ), borders as (
       select concat_ws('|', side, territory, policy) as fact
       from state join border_policy using (edition) where valid @> since
     ), anchors as (
       select concat_ws('|', side, territory) as fact from state join anchor using (edition) where valid @> since
     ), territories as (
       select concat_ws('|', t.id, t.kind, md5(st_asbinary(t.boundary))) as fact
       from state join territory t on t.edition = state.ground_edition
     )
     select coalesce(areas.digest, '-') as areas, coalesce(ground.digest, '-') as ground,
            coalesce(parties.digest, '-') as parties, coalesce(places.digest, '-') as places,
            coalesce(routes.digest, '-') as routes,
            md5(concat_ws('|', ground.digest, perimeter_m, accuracy_m, narrow_m, reach_m,
                          (select string_agg(fact, ',' order by fact) from standing), '/',
                          (select string_agg(fact, ',' order by fact) from relations), '/',
                          (select string_agg(fact, ',' order by fact) from borders), '/',
                          (select string_agg(fact, ',' order by fact) from anchors), '/',
                          (select string_agg(fact, ',' order by fact) from territories))) as posts
     from state, areas, ground, parties, places, routes`,
    [state.revision, state.edition, state.statement, series, state.since],
  );
  return row ?? null;
}

/** For how many days an event stays on the map after its last one. */
export const EVENT_DAYS = 7;

/**
 * The state of the located events on each of some days. An event counts from its earliest day until a week after its
 * latest; two days on which the same versions of the same events count have the same state.
 */
export async function eventStates(
  db: Queryable,
  theatre: string,
  days: readonly IsoDate[],
  knownAt: Instant | null,
): Promise<Map<IsoDate, EventState | null>> {
  const rows = await db.query<{ day: IsoDate; on: IsoDate | null; known: number | null }>(
    `with k as (select coalesce($3::timestamptz, clock_timestamp()) as at),
     logged as materialized (
       select recorded_at, superseded_at, earliest as first, latest + $4::int as past,
              superseded_at is null or superseded_at > k.at as stands
       from event, k
       where theatre = $1 and place is not null and earliest is not null and withdrawn_on is null and recorded_at <= k.at
     ), day as (
       select d.day, (select max(turn) from (select first as turn from logged where stands
                                             union all select past from logged where stands) turns
                      where turn <= d.day) as since
       from unnest($2::date[]) as d(day)
     )
     select day.day, day.since as "on",
            (select (extract(epoch from max(greatest(l.recorded_at, case when not l.stands then l.superseded_at end)))
                     * 1000000)::bigint
             from logged l where l.first <= day.since and day.since < l.past
             having bool_or(l.stands)) as known
     from day`,
    [theatre, days, knownAt, EVENT_DAYS],
  );
  return new Map(rows.map(({ day, on, known }) => [day, on === null || known === null ? null : { on, known }]));
}

/** The days in `(after, before)` on which an event of the theatre begins or ceases to count. */
export async function eventTurns(
  db: Queryable,
  theatre: string,
  after: IsoDate,
  before: IsoDate,
  knownAt: Instant | null,
): Promise<IsoDate[]> {
  const rows = await db.query<{ day: IsoDate }>(
    `select distinct turn.day
     from event cross join lateral (values (earliest), (latest + $5::int)) as turn(day)
     where theatre = $1 and place is not null and withdrawn_on is null and turn.day > $2::date and turn.day < $3::date
       and recorded_at <= coalesce($4::timestamptz, 'infinity')
       and (superseded_at is null or superseded_at > $4::timestamptz)
     order by turn.day`,
    [theatre, after, before, knownAt, EVENT_DAYS],
  );
  return rows.map((row) => row.day);
}
