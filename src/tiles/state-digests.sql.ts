import { type Bounds, narrowestBounds } from '../geometry/bounds.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { EventState } from '../series/event-state.sql.js';
import { boxesOf } from '../store/boxes.sql.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';

/** The numbers by which a tile state is known. `events` is null where nothing located happened in the days before. */
export interface LayerState {
  revision: number;
  edition: number;
  statement: number;
  /** First day from which everything that a verdict depends on has been as it is. */
  since: IsoDate;
  events: EventState | null;
}

/** A digest of everything in a state that a layer may depend on, each by its own name. */
export interface StateFacts {
  areas: string;
  ground: string;
  parties: string;
  places: string;
  routes: string;
  posts: string;
  /** Of the theatre. */
  bounds: Bounds;
  /** The parties of the series that can hold ground, in its order. */
  party_list: TileParty[];
}

export interface TileParty {
  id: string;
  name: string;
  colour: string;
}

/**
 * Digests of what a state consists of, so that a new edition, statement or revision that leaves them as they were leaves
 * the tiles as they were. Null when there is no such state: its numbers must be of one series and theatre, and `since` a
 * day from which something holds (else anybody could have verdicts computed for any number of days).
 */
export async function stateFacts(db: Queryable, series: string, state: LayerState): Promise<StateFacts | null> {
  const [row] = await db.query<Boxed<StateFacts>>(
    `with state as (
       select r.id as revision, r.edition as ground_edition, e.id as edition, r.plane, $5::date as since, s.perimeter_m,
              s.accuracy_m, s.narrow_m, s.reach_m, s.parties
       from revision r
         join series_statement s on s.series = r.series and s.id = $3
         join edition e on e.theatre = r.theatre and e.id = $2 and e.recorded_at > '-infinity'
       where r.recorded_at is not null and r.id = $1 and r.series = $4 and (r.valid_on = $5::date or r.valid_on < $5::date and exists (
         select from relation where edition = e.id and $5::date in (lower(valid), upper(valid))
         union all select from border_policy where edition = e.id and $5::date in (lower(valid), upper(valid))
         union all select from anchor where edition = e.id and $5::date in (lower(valid), upper(valid))
         union all select from post where edition = e.id and $5::date in (lower(established), upper(withdrawn) - 1)))
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
                          (select string_agg(fact, ',' order by fact) from territories))) as posts,
            ${boxesOf('select boundary as geom from edition e where e.id = state.edition')} as boxes,
            (select coalesce(json_agg(json_build_object('id', p.party, 'name', p.name, 'colour', p.colour)
                                      order by array_position(state.parties, p.party::text)), '[]')
             from party_entry p where p.edition = state.edition and p.party = any(state.parties)) as party_list
     from state, areas, ground, parties, places, routes`,
    [state.revision, state.edition, state.statement, series, state.since],
  );
  return row ? bounded(row) : null;
}

/** As the database answers it: the boxes of the theatre, of which the bounds are made. */
type Boxed<Facts extends { bounds: Bounds }> = Omit<Facts, 'bounds'> & { boxes: Bounds[] };

const bounded = <Row extends { boxes: Bounds[] }>({ boxes, ...facts }: Row) => ({
  ...facts,
  bounds: narrowestBounds(boxes),
});

/** What a layer of patches depends on. */
export interface PairFacts {
  from_ground: string;
  to_ground: string;
  accuracy_m: number;
  /** Of the theatre of the latter. */
  bounds: Bounds;
}

/** Digests of the ground of two revisions. Null unless they and the statement are of the series. */
export async function pairFacts(
  db: Queryable,
  series: string,
  before: number,
  after: number,
  statement: number,
): Promise<PairFacts | null> {
  const [row] = await db.query<Boxed<PairFacts>>(
    `with ground as (
       select r.id, e.boundary, md5(areas.digest || plane.sha256 || e.projection || md5(st_asbinary(e.boundary))) as digest
       from revision r
         join plane on plane.id = r.plane
         join edition e on e.id = r.edition
         cross join lateral (
           select md5(string_agg(concat_ws('|', coalesce(party, '-'), status, coalesce(confidence::text, '-'), shape), ','
                                 order by shape, party, status, confidence)) as digest
           from area where revision = r.id
         ) areas
       where r.series = $1 and r.id in ($2, $3) and r.recorded_at is not null
     )
     select former.digest as from_ground, latter.digest as to_ground, s.accuracy_m,
            ${boxesOf('select latter.boundary as geom')} as boxes
     from ground former, ground latter, series_statement s
     where former.id = $2 and latter.id = $3 and s.id = $4 and s.series = $1`,
    [series, before, after, statement],
  );
  return row ? bounded(row) : null;
}

/**
 * The last microsecond (since 1970) at which anything was recorded that a series shows, of what was known at an instant
 * (null: now). Writers take turns, each recording later than the one before, so what was known then never changes again.
 * Null when there is no such series, or nothing of it was known.
 */
export async function lastRecorded(db: Queryable, series: string, knownAt: Instant | null): Promise<number | null> {
  if (isHidden(series)) return null;
  const [row] = await db.query<{ known: number | null }>(
    `with k as materialized (select coalesce($2::timestamptz, 'infinity') as at)
     select (extract(epoch from greatest(
               (select max(recorded_at) from series_statement s where s.series = series.id and recorded_at <= k.at),
               (select max(recorded_at) from edition e where e.theatre = series.theatre and recorded_at <= k.at),
               (select max(greatest(recorded_at, case when superseded_at <= k.at then superseded_at end))
                from revision r where r.series = series.id and recorded_at <= k.at),
               (select max(greatest(recorded_at, case when superseded_at <= k.at then superseded_at end))
                from event e where e.theatre = series.theatre and recorded_at <= k.at))) * 1000000)::bigint as known
     from series, k where series.id = $1`,
    [series, knownAt],
    'prepared',
  );
  return row?.known ?? null;
}
