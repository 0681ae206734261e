import type { Queryable } from '../../store/pool.js';
import type { ShapeInput } from '../shapes.sql.js';

/** A cell of the tessellation; `place` is null for ground farther than R_max from every place. */
export interface Cell {
  place: string | null;
  coordinates: ShapeInput['coordinates'];
}

/**
 * Thiessen cells of the places in the edition's working projection, clipped to the theatre; ground farther than
 * `rMaxM` metres from every place is one cell without a place (methods C.4). Cells share every vertex: all lines are
 * noded together on the 1e-7 degree grid before the faces are formed. Output EPSG:4326.
 */
export async function tessellate(
  tx: Queryable,
  edition: number,
  places: readonly string[],
  rMaxM: number,
): Promise<Cell[]> {
  const rows = await tx.query<{ place: string | null; geojson: string }>(
    `with spot as materialized (
       select place, st_transform(place_entry.geom, projection) as geom
       from place_entry join edition on edition.id = place_entry.edition
       where edition = $1 and place = any($2)
     ), line as (
       select st_voronoilines(st_collect(spot.geom), 0, st_expand(st_extent(spot.geom)::geometry, 200000)) as geom from spot
       union all
       select st_boundary(st_union(st_buffer(geom, $3, 'quad_segs=24'))) from spot
     ), noded as materialized (
       select st_unaryunion(st_collect(geom), 1e-7) as geom from (
         select st_setsrid(st_transform(st_segmentize(line.geom, 1000), projection, 4326), 4326) as geom
         from line, edition where edition.id = $1
         union all
         -- The frame with the points that every partition of the theatre has (buildPartition).
         select st_boundary(st_segmentize(boundary, 0.02)) from edition where id = $1
       ) lines
     ), face as materialized (
       select (st_dump(st_polygonize(geom))).geom from noded
     ), inside as materialized (
       select face.geom, st_transform(st_pointonsurface(face.geom), projection) as spot
       from face join edition on edition.id = $1 and st_intersects(boundary, st_pointonsurface(face.geom))
     ), held as (
       select inside.geom, case when nearest.distance <= $3 then nearest.place end as place
       from inside cross join lateral (
         select place, st_distance(spot.geom, inside.spot) as distance from spot order by distance, place limit 1
       ) nearest
     )
     select place, st_asgeojson(st_multi(st_union(geom)), 7) as geojson from held group by place order by place`,
    [edition, places, rMaxM],
  );
  return rows.map(({ place, geojson }) => ({ place, coordinates: JSON.parse(geojson).coordinates }));
}
