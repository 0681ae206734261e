import type { IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import type { DerivablePlace, MovingClaim } from './derive-control.js';

/** The places of an edition with their initial holder, in the working projection (metres), by id. */
export function derivablePlaces(db: Queryable, edition: number): Promise<(DerivablePlace & { claimed: boolean })[]> {
  return db.query(
    `select p.place as id, p.name, st_x(at.geom) as x, st_y(at.geom) as y,
            jsonb_build_object('party', i.party, 'basis', i.basis, 'source', s.no) as initial,
            exists (select 1 from claim c
                    where c.theatre = e.theatre and c.place = p.place and c.relation = 'at' and c.superseded_at is null
                      and c.withdrawn_on is null) as claimed
     from place_entry p
       join edition e on e.id = p.edition
       join initial_control i using (edition, place)
       join source s on s.theatre = e.theatre and s.id = i.source and s.superseded_at is null
       cross join lateral (select st_transform(p.geom, e.projection) as geom) at
     where p.edition = $1
     order by p.place`,
    [edition],
  );
}

/**
 * The current claims that move control of a place, each with its sources; `reportedBy` keeps only those published by
 * that day (a claim whose publication day is unknown counts from the day on which its event was surely over).
 */
export function movingClaims(db: Queryable, theatre: string, reportedBy: IsoDate | null): Promise<MovingClaim[]> {
  return db.query(
    `select c.no, c.place, c.kind, c.party, c.earliest, c.latest,
            (select jsonb_agg(jsonb_build_object('no', s.no, 'publisher', s.publisher, 'stance', s.stance,
                                                 'favours', s.favours) order by s.no)
             from claim_source cs join source s on s.no = cs.source where cs.claim = c.no) as sources
     from claim c
     where c.theatre = $1 and c.superseded_at is null and c.withdrawn_on is null
       and c.relation = 'at' and c.place is not null and c.kind in ('captured', 'lost', 'contested')
       and ($2::date is null or coalesce(c.published_on, c.latest) <= $2::date)
     order by c.no`,
    [theatre, reportedBy],
  );
}

/**
 * Whether the maps of a series were derived after the last thing they are derived from was recorded. (One whose newest
 * claims moved nothing is derived again on each request: that changes nothing.)
 */
export async function derivedSince(db: Queryable, series: string): Promise<boolean> {
  const [row] = await db.query<{ fresh: boolean | null }>(
    `select (select max(recorded_at) from revision where revision.series = s.id and superseded_at is null) >= greatest(
              (select max(recorded_at) from edition where edition.theatre = s.theatre),
              (select max(recorded_at) from claim where claim.theatre = s.theatre),
              (select max(recorded_at) from source where source.theatre = s.theatre and id not like 'import-%'),
              (select max(recorded_at) from series_statement where series_statement.series = s.id)) as fresh
     from series s where s.id = $1`,
    [series],
  );
  return row?.fresh ?? false;
}
