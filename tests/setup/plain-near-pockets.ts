/* Ground that may be a pocket, from all ground of each party united: what `src/front/near-pockets.ts` finds body by body. */
import { linesToWkb } from '../../src/geometry/wkb.js';
import type { Queryable } from '../../src/store/pool.js';
import { PARTY_BLOCKS } from './plain-pockets.js';

/** Ground of a party that hangs on the rest of it by less than twice the accuracy of the map. */
export interface PlainNearPocket {
  party: string;
  area_m2: number;
  perimeter_m: number;
  /** A disc of this width does not pass from the rest into it, metres. */
  closes_at_m: number;
  /** One of this width does; 0 where none of those tried did. */
  passes_m: number;
  places: { id: string; name: string }[];
  posts: { operator: string; number: number; name: string }[];
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
}

/** Widths at which the corridor is tried, from twice the accuracy down: each a fifth narrower, to a thousandth. */
const TRIED = 31;
const STEP = 0.8;

/**
 * Ground of each party that no disc twice as wide as the accuracy rolls into from the edge of the theatre, open foreign ground or the
 * party's largest room (methods D.6 with 2σ): a ring around it may be closed. Such ground holds a disc of twice that width, so that
 * the bays of a drawn line are none. Edges with allies and open borders are no barriers. An accuracy of 0 has none.
 * @param edgeOfTheatre the ends of each edge, metres
 */
export function plainNearPockets(
  db: Queryable,
  input: { revision: number; edition: number; date: string; accuracyM: number },
  edgeOfTheatre: readonly Float64Array[],
): Promise<PlainNearPocket[]> {
  return db.query(
    `with recursive face as materialized (
       select no, geom, territory, case when status = 'controlled' then party end as party from faces_of($1)
     ), ${PARTY_BLOCKS}, theatre as materialized (
       select st_buildarea(st_geomfromwkb($5)) as geom
     ), ground as materialized (
       -- Beyond the theatre nothing is known, so its edge is no barrier; ground abroad is one where it is closed.
       select h.party, st_union(array[
           (select st_union(f.geom) from block b join face f on f.party = b.held where b.party = h.party),
           st_difference(st_expand(st_envelope(theatre.geom), 20 * $4::float8),
             st_union(theatre.geom, coalesce((
               select st_union(t.geom) from face t where t.territory is not null and not exists (
                 select from border_policy p where p.edition = $2 and p.valid @> $3::date and p.policy = 'open' and p.territory = t.territory
                   and (p.side = h.party or exists (select from friend where friend.side = p.side and friend.party = h.party)))), 'POLYGON EMPTY')))
         ]) as geom, theatre.geom as theatre
       from holder h cross join theatre
     ), room as materialized (
       select g.party, d.path[1] as nth, d.geom, st_intersects(d.geom, st_boundary(g.theatre)) as reaches, st_area(d.geom) as area
       from ground g cross join lateral st_dump(st_buffer(g.geom, -$4::float8, 'quad_segs=8')) d
     ), lone as materialized (
       select room.* from room
       where not reaches and area < (select max(area) from room other where other.party = room.party)
         -- It holds a disc of four times the accuracy.
         and not st_isempty(st_buffer(room.geom, -$4::float8, 'quad_segs=8'))
     ), joined as materialized (
       -- Of the bodies that are whole as drawn: a pocket that is one already is told as such.
       select lone.*, body.geom as body, st_pointonsurface(lone.geom) as inside
       from lone join ground g using (party) cross join lateral st_dump(g.geom) d
         cross join lateral (select d.geom) body
       where st_intersects(body.geom, st_pointonsurface(lone.geom))
         and exists (select from room other where other.party = lone.party and other.nth <> lone.nth
                     and (other.reaches or other.area > lone.area) and st_intersects(body.geom, st_pointonsurface(other.geom)))
     ), tried as (
       select party, nth, 0 as k, 2 * $4::float8 as width, false as passes from joined
       union all
       select t.party, t.nth, t.k + 1, t.width * ${STEP},
         exists (select from st_dump(st_buffer(j.body, -t.width * ${STEP} / 2, 'quad_segs=8')) d
                 where st_intersects(d.geom, j.inside)
                   and exists (select from room other where other.party = j.party and other.nth <> j.nth
                               and (other.reaches or other.area > j.area) and st_intersects(d.geom, st_pointonsurface(other.geom))))
       from tried t join joined j using (party, nth) where not t.passes and t.k < ${TRIED}
     ), neck as (select party, nth, min(width) filter (where not passes) as closes_at_m,
            coalesce(max(width) filter (where passes), 0) as passes_m from tried group by 1, 2),
     pocket as materialized (
       select j.party, neck.closes_at_m, neck.passes_m, e.projection, part.geom
       from joined j join neck using (party, nth) join edition e on e.id = $2
         cross join lateral (
           select d.geom from st_dump(st_intersection(st_buffer(j.geom, $4::float8, 'quad_segs=8'), j.body, 0.001)) d
           order by st_area(d.geom) desc limit 1) part
     )
     select party, st_area(pocket.geom) as area_m2, st_length(st_exteriorring(pocket.geom)) as perimeter_m, closes_at_m, passes_m,
       (select coalesce(jsonb_agg(jsonb_build_object('id', p.place, 'name', p.name) order by p.place), '[]')
        from place_entry p where p.edition = $2 and st_intersects(pocket.geom, st_transform(p.geom, projection))) as places,
       (select coalesce(jsonb_agg(jsonb_build_object('operator', p.operator, 'number', p.number, 'name', p.name)
                                  order by p.operator, p.number), '[]')
        from post p where p.edition = $2 and st_intersects(pocket.geom, st_transform(p.geom, projection))) as posts,
       st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 7) then 7 else 15 end) as geometry
     from pocket cross join lateral (select st_transform(pocket.geom, projection, 4326) as lonlat) drawn
     order by area_m2 desc, party`,
    [input.revision, input.edition, input.date, input.accuracyM, Buffer.from(linesToWkb(edgeOfTheatre))],
  );
}
