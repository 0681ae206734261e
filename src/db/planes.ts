import { SalientError } from '../errors.js';
import type { Queryable } from './pool.js';

/** The plane of these polygons in this edition, if it has been built. */
export async function findPlane(tx: Queryable, edition: number, sha256: string): Promise<number | null> {
  const [row] = await tx.query<{ id: number }>('select id from plane where edition = $1 and sha256 = $2', [
    edition,
    sha256,
  ]);
  return row?.id ?? null;
}

/**
 * Builds the completed plane (methods A.2, B.2 and G): theatre, foreign territory and polygons are noded together on
 * the 1e-7 degree grid, each shared arc is densified to 0.02 degrees and projected once, and the faces between the
 * arcs are what everything is measured in. Coordinates in: EPSG:4326; out: the edition's projection, metres.
 * @throws SalientError `imbalance` when the faces do not fill the theatre to 1e-6 of its geodesic area
 */
export async function buildPlane(
  tx: Queryable,
  edition: number,
  sha256: string,
  shapes: readonly number[],
): Promise<number> {
  await tx.query('drop table if exists face_built');
  await tx.query(
    `create temporary table face_built on commit drop as
     with ground as (
       select geom from shape where id = any($2)
       union all select boundary from edition where id = $1
       union all select boundary from territory where edition = $1
     ), noded as materialized (
       -- Snap-rounding to the precision of the data: a vertex on another polygon's edge becomes a vertex of both.
       select (st_dump(st_unaryunion(st_collect(st_boundary(geom)), 1e-7))).geom from ground
     ), face as materialized (
       select (st_dump(st_polygonize(st_transform(st_segmentize(noded.geom, 0.02), edition.projection)))).geom
       from noded, edition where edition.id = $1
     ), spotted as materialized (
       select face.geom, st_setsrid(st_transform(st_pointonsurface(face.geom), edition.projection, 4326), 4326) as spot
       from face, edition where edition.id = $1
     )
     select row_number() over (order by st_xmin(spotted.geom), st_ymin(spotted.geom), st_area(spotted.geom))::int as no,
            case when inside.yes then covering.id end as shape,
            case when not inside.yes then abroad.id end as territory,
            inside.yes as in_theatre, spotted.geom, st_area(spotted.geom) as area_m2
     from spotted
       cross join lateral (select st_intersects(boundary, spot) as yes from edition where id = $1) inside
       left join lateral (select id from shape where id = any($2) and st_intersects(shape.geom, spot)
                          order by id limit 1) covering on true
       left join lateral (select id from territory where edition = $1 and st_intersects(boundary, spot)
                          order by id limit 1) abroad on true
     where inside.yes or abroad.id is not null`,
    [edition, shapes],
  );
  const [sum] = await tx.query<{ built: number | null; geodesic: number }>(
    `select (select sum(area_m2) from face_built where in_theatre) as built,
            st_area(st_segmentize(boundary, 0.02)::geography) as geodesic from edition where id = $1`,
    [edition],
  );
  const { built, geodesic } = sum as { built: number | null; geodesic: number };
  if (built === null || Math.abs(built / geodesic - 1) > 1e-6) {
    throw new SalientError(
      'imbalance',
      `the plane's faces hold ${built ?? 0} m² of a theatre of ${geodesic} m²: nothing was stored`,
    );
  }
  const [row] = await tx.query<{ id: number }>(
    'insert into plane (edition, sha256, theatre_m2) values ($1, $2, $3) returning id',
    [edition, sha256, built],
  );
  const { id } = row as { id: number };
  await tx.query(
    `insert into plane_face (plane, no, shape, territory, geom, area_m2)
     select $1, no, shape, territory, geom, area_m2 from face_built`,
    [id],
  );
  return id;
}
