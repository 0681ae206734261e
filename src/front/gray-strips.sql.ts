import type { Queryable } from '../store/pool.js';

/** Contested, unknown or unassigned area that lies between two parties or more, with its outline. */
export interface StripOutlineRow {
  strip: number;
  /** Of the whole strip, whichever parties it lies between. */
  area_m2: number;
  contested_m2: number;
  /** The parties on its edge, in order. */
  parties: string[];
  /** Each edge with the strip on its left: metres; the party by its place in the list, −1 for none. */
  edges: [ax: number, ay: number, bx: number, by: number, party: number][];
}

/** The strips of a revision that lie between parties (methods D.2); those beside one party alone have no mid-line. */
export function stripOutlines(db: Queryable, revision: number): Promise<StripOutlineRow[]> {
  return db.query(
    `with gray as materialized (
       select no, geom, area_m2, class from faces_of($1) where territory is null and status is distinct from 'controlled'
     ), strip as materialized (
       select row_number() over (order by st_xmin(d.geom), st_ymin(d.geom))::int as strip, d.geom
       from (select st_union(geom) as geom from gray) whole cross join lateral st_dump(whole.geom) d
     ), lying as materialized (
       select gray.no, gray.area_m2, gray.class, strip.strip
       from gray join strip on st_intersects(strip.geom, st_pointonsurface(gray.geom))
     ), segment as materialized (
       -- Walked once: that is most of the time.
       select * from class_segments($1)
     ), directed as materialized (
       select left_role, left_face, right_role, right_class, ax, ay, bx, by from segment where left_role = 'gray'
       union all
       select right_role, right_face, left_role, left_class, bx, by, ax, ay from segment where right_role = 'gray'
     ), edge as materialized (
       select strip, case when right_role = 'party' then right_class end as party, ax, ay, bx, by
       from directed join lying on lying.no = left_face where right_role is distinct from 'gray'
     ), bordering as materialized (
       select strip, array_agg(distinct party order by party) as parties from edge where party is not null
       group by strip having count(distinct party) > 1
     )
     select bordering.strip, bordering.parties,
            (select sum(area_m2) from lying where lying.strip = bordering.strip) as area_m2,
            (select coalesce(sum(area_m2), 0) from lying where lying.strip = bordering.strip and class = 'contested') as contested_m2,
            json_agg(json_build_array(ax, ay, bx, by, coalesce(array_position(bordering.parties, party), 0) - 1)) as edges
     from bordering join edge using (strip)
     group by 1, 2 order by 1`,
    [revision],
  );
}

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
