import type { Queryable } from '../../store/pool.js';

export interface RouteRow {
  id: string;
  name: string;
  error_m: number;
  source: string;
  note: string | null;
  length_m: number;
}

/** The routes of an edition with their length, metres on the ellipsoid as all that lies along them. */
export function routesOf(db: Queryable, edition: number): Promise<RouteRow[]> {
  return db.query(
    `select route.id, name, error_m, source, note,
            metres_along(route_line(route.geom, projection), 1) as length_m
     from route join edition on edition.id = route.edition where edition = $1 order by route.id`,
    [edition],
  );
}

export interface RoutePiece {
  route: string;
  from_m: number;
  to_m: number;
  /** One class inside a face; two or more where the piece runs along a border; none outside the theatre. */
  classes: string[];
}

/**
 * Every route cut wherever it meets the edge of a face, in order of travel, with the classes of the faces within a
 * millimetre of the middle of each piece (methods A.5: a road on a border belongs to neither side).
 */
export function routePieces(db: Queryable, edition: number, revision: number): Promise<RoutePiece[]> {
  return db.query(
    `with line as materialized (
       select route.id as route, st_transform(st_segmentize(route.geom, 0.02), projection) as geom,
              route_line(route.geom, projection) as measured
       from route join edition on edition.id = route.edition where edition = $1
     ), face as materialized (
       select class, geom from faces_of($2) where territory is null
     ), cut as (
       select line.route, st_linelocatepoint(line.geom, (st_dumppoints(st_intersection(line.geom, st_boundary(face.geom)))).geom) as at
       from line join face on st_intersects(line.geom, face.geom)
       union select route, 0 from line union select route, 1 from line
     ), piece as (
       select route, at as from_share, lead(at) over (partition by route order by at) as to_share from cut
     )
     select piece.route, metres_along(measured, from_share) as from_m, metres_along(measured, to_share) as to_m,
            array(select distinct class from face
                  where st_dwithin(face.geom, st_lineinterpolatepoint(line.geom, (from_share + to_share) / 2), 0.001)
                  order by 1) as classes
     from piece join line using (route)
     where to_share > from_share order by route, from_share`,
    [edition, revision],
  );
}

/** The places within a route's own error of it, by kilometre from its start. */
export function placesAlong(
  db: Queryable,
  edition: number,
  route: string,
): Promise<{ id: string; name: string; kind: string; km: number }[]> {
  return db.query(
    `with line as materialized (
       select st_transform(st_segmentize(route.geom, 0.02), projection) as geom, route_line(route.geom, projection) as measured, error_m, projection
       from route join edition on edition.id = route.edition where edition = $1 and route.id = $2
     )
     select p.place as id, p.name, p.kind, metres_along(measured, st_linelocatepoint(line.geom, spot.geom)) / 1000 as km
     from line join place_entry p on p.edition = $1
       cross join lateral (select st_transform(p.geom, line.projection) as geom) spot
     where st_dwithin(line.geom, spot.geom, greatest(line.error_m / 2, 500))
     order by km, p.place`,
    [edition, route],
  );
}
