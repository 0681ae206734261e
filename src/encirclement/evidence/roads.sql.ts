import type { Queryable } from '../../store/pool.js';
import { overlayGrid } from '../../store/statement.js';
import type { Spot } from '../mesh.js';
import type { RoadAccess, RoadPiece } from './roads.js';

/**
 * The known routes as lines of the working plane, in a temp table of the transaction: the caller may fill it itself. A line without
 * `measured` (`route_line`) is measured in the plane.
 */
export async function createRoads(tx: Queryable): Promise<void> {
  await tx.query(
    `create temp table if not exists mask_road (route text primary key, geom geometry not null, measured geometry) on commit drop`,
  );
  await tx.query('truncate mask_road');
}

/** The routes of an edition, densified and projected as everywhere. */
export async function fillRoads(tx: Queryable, edition: number): Promise<void> {
  await tx.query(
    `insert into mask_road (route, geom, measured)
     select route.id, st_transform(st_segmentize(route.geom, 0.02), projection), route_line(route.geom, projection)
     from route join edition on edition.id = route.edition where edition = $1`,
    [edition],
  );
}

/**
 * Where each post gets onto each road (methods A.5): the nearest point of the road in that part of its own ground, strict
 * policy, within `withinM` metres of the post which is connected to the post there. None for a post without ground.
 */
export async function roadAccesses(tx: Queryable, withinM: number): Promise<(RoadAccess & { id: number })[]> {
  return tx.query<RoadAccess & { id: number }>(
    `with part as materialized (
       select distinct on (p.id) p.id, p.geom as post, d.geom
       from mask_post p join mask_component m on m.policy = 'strict' and st_dwithin(m.geom, p.geom, p.r0),
         lateral st_dump(st_collectionextract(
           st_intersection(m.geom, st_buffer(p.geom, greatest($1, p.r0), 'quad_segs=32'), $2::float8), 3)) d
       where st_dwithin(d.geom, p.geom, p.r0) order by p.id, st_distance(d.geom, p.geom), st_area(d.geom) desc),
     inside as materialized (
       select part.id, part.post, road.route, road.geom as line, coalesce(road.measured, road.geom) as measured, st_intersection(road.geom, part.geom, $2::float8) as geom
       from part join mask_road road on st_dwithin(road.geom, part.geom, 0))
     select id, route, metres_along(measured, st_linelocatepoint(line, near.geom)) as at_m, st_distance(post, near.geom) as away_m
     from inside, lateral (select st_closestpoint(inside.geom, post) as geom) near
     where not st_isempty(inside.geom) and st_distance(post, near.geom) <= $1 order by id, away_m, route`,
    [withinM, overlayGrid(tx)],
  );
}

/**
 * Every road cut where it meets the edge of a face or of the anchor, another road, or an access (metres along it), in order of travel. A
 * piece on a border has the classes of both sides, and is open only where both are; one off the map is nobody's.
 */
export async function roadPieces(tx: Queryable, accesses: readonly RoadAccess[]): Promise<RoadPiece[]> {
  return tx.query<RoadPiece & { from: Spot; to: Spot }>(
    `with face as materialized (
       select class, geom, stance in ('own', 'ally', 'open') as strict, stance not in ('hostile', 'closed', 'sea') as lenient
       from mask_face),
     cut as (
       select r.route, st_linelocatepoint(r.geom, d.geom) as at
       from mask_road r join (select geom from face union all select geom from mask_anchor) o on st_intersects(r.geom, o.geom),
         lateral st_dumppoints(st_intersection(r.geom, st_boundary(o.geom), $3::float8)) d
       union select r.route, st_linelocatepoint(r.geom, d.geom)
       from mask_road r join mask_road o on o.route <> r.route and st_intersects(r.geom, o.geom),
         lateral st_dumppoints(st_intersection(r.geom, o.geom, $3::float8)) d
       union select r.route, share_along(coalesce(r.measured, r.geom), a.at_m)
       from mask_road r join unnest($1::text[], $2::float8[]) as a (route, at_m) using (route)
       union select route, 0 from mask_road union select route, 1 from mask_road),
     piece as (select route, at as lo, lead(at) over (partition by route order by at) as hi from cut),
     real as materialized (
       select r.route, lo, hi, r.geom, coalesce(r.measured, r.geom) as measured, st_lineinterpolatepoint(r.geom, (lo + hi) / 2) as middle
       from piece join mask_road r using (route) where (hi - lo) * st_length(r.geom) > 0.01)
     select route, metres_along(measured, lo) as from_m, metres_along(measured, hi) as to_m,
       jsonb_build_array(st_x(a.geom), st_y(a.geom)) as from, jsonb_build_array(st_x(b.geom), st_y(b.geom)) as to,
       coalesce(at.strict, false) as strict, coalesce(at.lenient, false) as lenient,
       case cardinality(at.classes) when 0 then 'unmapped' when 1 then at.classes[1] else 'front' end as class,
       exists (select from mask_component m where m.policy = 'strict' and m.main and st_dwithin(m.geom, middle, 0.001)) as main,
       exists (select from mask_anchor c where st_dwithin(c.geom, middle, 0.001)) as anchor,
       (select min(st_distance(h.geom, st_linesubstring(real.geom, lo, hi))) from mask_face h where h.stance = 'hostile') as hostile_m
     from real, lateral (select st_lineinterpolatepoint(real.geom, lo) as geom) a,
       lateral (select st_lineinterpolatepoint(real.geom, hi) as geom) b,
       lateral (select bool_and(strict) as strict, bool_and(lenient) as lenient,
                  coalesce(array_agg(distinct class) filter (where class is not null), '{}') as classes
                from face where st_dwithin(face.geom, middle, 0.001)) at
     order by route, lo`,
    [accesses.map(({ route }) => route), accesses.map(({ at_m }) => at_m), overlayGrid(tx)],
  );
}
