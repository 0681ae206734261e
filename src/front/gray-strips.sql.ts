import type { Queryable } from '../store/pool.js';
import { TURNED } from './in-degrees.sql.js';

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
    `with ground as materialized (
       select projection from revision join edition on edition.id = revision.edition where revision.id = $1
     ), line as materialized (
       select row_number() over (order by strip, what) as n, strip, what, v.geom
       from rows from (jsonb_to_recordset($2::jsonb) as (left_edge text, right_edge text, middle text)) with ordinality as g(left_edge, right_edge, middle, strip)
         cross join lateral (values (1, g.left_edge::geometry), (2, g.right_edge::geometry), (3, g.middle::geometry),
           (4, st_simplifypreservetopology(g.middle::geometry, $3::float8)), (5, st_linemerge(g.middle::geometry))) v(what, geom)
     ), ${TURNED}
     select max(metres) filter (where what = 1) as left_edge_m, max(metres) filter (where what = 2) as right_edge_m,
            max(metres) filter (where what = 3) as middle_m, max(metres) filter (where what = 4) as middle_ruled_m,
            max(st_asgeojson(turned.geom, 7)) filter (where what = 5) as geometry
     from line join turned using (n) cross join lateral (select case when what < 5 then st_length(turned.geom::geography) end as metres) length
     group by strip order by strip`,
    [revision, JSON.stringify(lines), rulerM],
  );
}
