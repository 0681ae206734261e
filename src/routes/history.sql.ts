import { lonLat } from '../store/lon-lat.js';
import type { Queryable } from '../store/pool.js';

export interface RoutePieceOn {
  revision: number;
  from_m: number;
  to_m: number;
  /** As in `RoutePiece`: two or more along a border, none outside the theatre. */
  classes: string[];
}

/**
 * One route cut wherever it meets the edge of a face, with the classes on either side in each of the revisions: cut once
 * per partition, however many revisions share it (methods A.5). Metres along the route, on the ellipsoid.
 */
export function routePiecesOver(
  db: Queryable,
  edition: number,
  route: string,
  revisions: readonly number[],
): Promise<RoutePieceOn[]> {
  return db.query(
    `with line as materialized (
       select st_transform(st_segmentize(route.geom, 0.02), projection) as geom, route_line(route.geom, projection) as measured
       from route join edition on edition.id = route.edition where edition = $1 and route.id = $2
     ), face as materialized (
       select f.plane, f.no, f.geom from plane_face f cross join line
       where f.plane in (select plane from revision where id = any($3)) and f.territory is null
         and st_dwithin(f.geom, line.geom, 0.001)
     ), cut as (
       select face.plane, st_linelocatepoint(line.geom, (st_dumppoints(st_intersection(line.geom, st_boundary(face.geom)))).geom) as at
       from line cross join face
       union select distinct plane, e from revision cross join (values (0), (1)) ends (e) where id = any($3)
     ), piece as (
       select plane, at as from_share, lead(at) over (partition by plane order by at) as to_share from cut
     ), passed as materialized (
       select piece.plane, from_share, to_share,
              array(select face.no from face where face.plane = piece.plane
                      and st_dwithin(face.geom, st_lineinterpolatepoint(line.geom, (from_share + to_share) / 2), 0.001)) as faces
       from piece cross join line where to_share > from_share
     )
     select r.id as revision, metres_along(measured, from_share) as from_m, metres_along(measured, to_share) as to_m,
            array(select distinct f.class from faces_of(r.id) f where f.no = any(passed.faces) order by 1) as classes
     from revision r join passed on passed.plane = r.plane cross join line
     where r.id = any($3) order by r.valid_on, from_share`,
    [edition, route, revisions],
  );
}

/** Positions along a route, metres from its beginning, as lon, lat (EPSG:4326). */
export function routePositions(
  db: Queryable,
  edition: number,
  route: string,
  metres: readonly number[],
): Promise<{ m: number; position: [number, number] }[]> {
  return db.query(
    `with line as materialized (
       select st_transform(st_segmentize(route.geom, 0.02), projection) as geom, route_line(route.geom, projection) as measured, projection
       from route join edition on edition.id = route.edition where edition = $1 and route.id = $2
     )
     select m, ${lonLat('spot')} as position
     from line cross join unnest($3::float8[]) m
       cross join lateral (
         select st_transform(st_lineinterpolatepoint(geom, share_along(measured, m)), projection, 4326) as spot) p
     order by m`,
    [edition, route, metres],
  );
}
