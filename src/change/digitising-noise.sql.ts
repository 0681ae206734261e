import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow } from '../store/statement.js';
import { OVERLAY_GRID_M } from './overlay.sql.js';

/** Edges of both maps that have the same ends, to the millimetre, summed by the classes on either side of them in each map. */
export interface SharedEdges {
  /** Classes on either side in the first map and in the second, by number; null: the same on both sides, or abroad. */
  before: [number, number] | null;
  after: [number, number] | null;
  metres: number;
  edges: number;
}

/** An edge between two classes that is in one of the maps only: metres, and of its length what lies in the region. */
export type LoneEdge = [
  map: 1 | 2,
  left: number,
  right: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  metres: number,
];

/** The borders between classes of two maps. */
export interface BorderEdges {
  /** Names of the classes, by number less one. */
  classes: string[];
  shared: SharedEdges[];
  lone: LoneEdge[];
}

/** The edges between classes in either revision (methods 0.6); in a region (WKB hex) or, null, the whole theatre. */
export async function borderEdges(
  db: Queryable,
  from: number,
  to: number,
  region: string | null = null,
): Promise<BorderEdges> {
  const [row] = await db.query<BorderEdges>(
    `with face as materialized (
       -- Walked here with its class: to join the segments of face_segments with it takes a third as long again. Classes as
       -- numbers, which sort faster; territory abroad has none.
       select map, row_number() over ()::int as n, st_forcepolygonccw(f.geom) as geom, f.class as name,
              case when f.territory is null then dense_rank() over (order by f.territory is not null, f.class collate "C") end::int as class
       from unnest(array[$1::bigint, $2]) with ordinality asked (revision, map) cross join lateral faces_of(revision) f
     ), named as materialized (
       select distinct class, name from face where class is not null
     ), edge as materialized (
       -- Each edge once, to the millimetre, with the class on either side of it in the first map (a, b) and in the second (c, d).
       -- (The offsets keep the planner from repeating an expression wherever its column is used.)
       select x0, y0, x1, y1, bool_or(map = 1) as in_first, bool_or(map = 2) as in_second,
              max(class) filter (where map = 1 and forward) as a, max(class) filter (where map = 1 and not forward) as b,
              max(class) filter (where map = 2 and forward) as c, max(class) filter (where map = 2 and not forward) as d
       from (
         select map, class, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
                case when forward then bx else ax end as x1, case when forward then by else ay end as y1
         from (
           select *, ax < bx or (ax = bx and ay < by) as forward
           from (
             select map, class, round(1000 * ax) as ax, round(1000 * ay) as ay, round(1000 * bx) as bx, round(1000 * by) as by
             from (
               select map, class, x as ax, y as ay, lead(x) over ring as bx, lead(y) over ring as by
               from (
                 select n, map, class, path[1] as ring, path[2] as nth, st_x(vertex.geom) as x, st_y(vertex.geom) as y
                 from face cross join lateral st_dumppoints(face.geom) vertex offset 0
               ) point
               window ring as (partition by n, ring order by nth)
             ) walked where bx is not null offset 0
           ) rounded offset 0
         ) directed offset 0
       ) half group by x0, y0, x1, y1
     ), border as materialized (
       select edge.x0 / 1000 as x0, edge.y0 / 1000 as y0, edge.x1 / 1000 as x1, edge.y1 / 1000 as y1, in_first, in_second, a, b, c, d,
              case when $3::geometry is null then sqrt((x1 - x0) ^ 2 + (y1 - y0) ^ 2) / 1000
                   else st_length(st_intersection(st_makeline(st_point(x0 / 1000, y0 / 1000), st_point(x1 / 1000, y1 / 1000)), $3::geometry)) end as m
       from edge where a <> b or c <> d
     ), shared as (
       select case when a <> b then json_build_array(least(a, b), greatest(a, b)) end::text as before,
              case when c <> d then json_build_array(least(c, d), greatest(c, d)) end::text as after, sum(m) as metres, count(*)::int as edges
       from border where in_first and in_second and m > 0 group by 1, 2
     )
     select (select coalesce(json_agg(name order by class), '[]') from named) as classes,
            (select coalesce(json_agg(json_build_object('before', before::json, 'after', after::json, 'metres', metres, 'edges', edges)), '[]') from shared) as shared,
            (select coalesce(json_agg(case when in_first then json_build_array(1, a, b, x0, y0, x1, y1, m)
                                           else json_build_array(2, c, d, x0, y0, x1, y1, m) end), '[]')
             from border where not (in_first and in_second) and m > 0) as lone`,
    [from, to, region],
  );
  return requiredRow(row, 'compared with the borders of another map');
}

/** How far apart the vertices of maps were drawn, metres, in the order given; null where it was not recorded. */
export async function drawnSpacings(db: Queryable, revisions: readonly number[]): Promise<(number | null)[]> {
  const rows = await db.query<{ drawn_spacing_m: number | null }>(
    `select r.drawn_spacing_m from unnest($1::bigint[]) with ordinality asked (id, n) join revision r using (id) order by n`,
    [revisions],
  );
  return rows.map((row) => row.drawn_spacing_m);
}

export interface OpenedRow {
  from_class: string;
  to_class: string;
  m2: number;
  /** Of it, what an opening of the radius leaves. */
  opened_m2: number;
}

/**
 * The ground that passed from one class to another, and what is left of it where no disc of `radiusM` fits (an opening:
 * erosion, then dilation, never beyond the ground itself). `quadSegments` to a quarter circle.
 */
export async function openedChange(
  db: Queryable,
  from: number,
  to: number,
  radiusM: number,
  quadSegments = 32,
): Promise<OpenedRow[]> {
  return db.query(
    `with passed as materialized (
       select from_class, to_class, st_unaryunion(st_collect(geom), $3) as geom from ground_changed($1, $2, $3) group by 1, 2
     )
     select from_class, to_class, st_area(geom) as m2,
            st_area(st_intersection(st_buffer(st_buffer(geom, -$4::float8, $5::int), $4::float8, $5::int), geom, $3)) as opened_m2
     from passed where st_area(geom) > 0 order by 1, 2`,
    [from, to, overlayGrid(db, OVERLAY_GRID_M), radiusM, quadSegments],
  );
}
