import type { Queryable } from '../store/pool.js';

/** The edges of a strip towards two parties and the line halfway between them, each WKB (hex) in the working projection. */
export interface StripLines {
  strip: number;
  left: string;
  right: string;
  left_edge: string;
  right_edge: string;
  middle: string;
}

export interface StripLengths {
  left_edge_m: number;
  right_edge_m: number;
  /** Of the mid-line, as drawn and with the ruler. */
  middle_m: number;
  middle_ruled_m: number;
  /** GeoJSON, EPSG:4326: the mid-line. */
  geometry: string;
}

/** Lengths on the ellipsoid, metres, and the mid-line in degrees: a row per row given, in order. */
export function stripLengths(
  db: Queryable,
  revision: number,
  lines: readonly StripLines[],
  rulerM: number,
): Promise<StripLengths[]> {
  return db.query(
    `select geodesic_m(g.left_edge::geometry, projection) as left_edge_m, geodesic_m(g.right_edge::geometry, projection) as right_edge_m,
            geodesic_m(g.middle::geometry, projection) as middle_m,
            geodesic_m(st_simplifypreservetopology(g.middle::geometry, $3::float8), projection) as middle_ruled_m,
            st_asgeojson(st_transform(st_linemerge(g.middle::geometry), projection, 4326), 7) as geometry
     from rows from (jsonb_to_recordset($2::jsonb) as (left_edge text, right_edge text, middle text)) with ordinality as g(left_edge, right_edge, middle, n)
       cross join revision join edition on edition.id = revision.edition
     where revision.id = $1 order by n`,
    [revision, JSON.stringify(lines), rulerM],
  );
}
