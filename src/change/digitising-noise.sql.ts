import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow } from '../store/statement.js';
import { OVERLAY_GRID_M } from './overlay.sql.js';

export interface RedrawnRow {
  left: string;
  right: string;
  border_m: number;
  /** Of it, what is no edge of any polygon of the other map: drawn anew. */
  redrawn_m: number;
}

/** The borders between classes in the one revision, and how much of each has other vertices in the other (methods 0.6); in a region (WKB hex) or, null, the whole theatre. */
export function redrawnBorders(
  db: Queryable,
  from: number,
  to: number,
  region: string | null = null,
): Promise<RedrawnRow[]> {
  return db.query(
    `with later as materialized (
       select distinct round(1000 * least(ax, bx)) as x0, round(1000 * greatest(ax, bx)) as x1,
              round(1000 * least(ay, by)) as y0, round(1000 * greatest(ay, by)) as y1
       from face_segments($2)
     ), border as (
       select left_class as "left", right_class as "right",
              case when $3::geometry is null then sqrt((bx - ax) ^ 2 + (by - ay) ^ 2)
                   else st_length(st_intersection(st_makeline(st_point(ax, ay), st_point(bx, by)), $3::geometry)) end as m,
              round(1000 * least(ax, bx)) as x0, round(1000 * greatest(ax, bx)) as x1,
              round(1000 * least(ay, by)) as y0, round(1000 * greatest(ay, by)) as y1
       from class_segments($1) where right_role in ('party', 'gray')
     )
     select "left", "right", sum(m) as border_m, coalesce(sum(m) filter (where later.x0 is null), 0) as redrawn_m
     from border left join later using (x0, x1, y0, y1) group by 1, 2 order by 1, 2`,
    [from, to, region],
  );
}

export interface MovedRow {
  class: string;
  /** Of its border with other classes, what is no border of it in the other map, metres; and of how many edges. */
  before_m: number;
  after_m: number;
  edges: number;
}

/**
 * The borders between classes in the one revision with what was drawn anew (as `redrawnBorders` in the whole theatre),
 * and the borders of each class that are not in both revisions: what it gained and lost lies between them. An edge that
 * bounds a class in both maps, to the millimetre, moved nothing, however it is off. Both at once: the edges of a map are
 * what takes the time.
 */
export async function changedBorders(
  db: Queryable,
  from: number,
  to: number,
): Promise<{ redrawn: RedrawnRow[]; moved: MovedRow[] }> {
  const [row] = await db.query<{ redrawn: RedrawnRow[]; moved: MovedRow[] }>(
    `with face as materialized (
       -- Walked here with its class: to join the segments of face_segments with it takes a third as long again. Classes as
       -- numbers, which sort faster; ground abroad has none.
       select map, row_number() over ()::int as n, st_forcepolygonccw(f.geom) as geom, f.class as name,
              case when f.territory is null then dense_rank() over (order by f.class collate "C") end::int as class
       from unnest(array[$1::bigint, $2]) with ordinality asked (revision, map) cross join lateral faces_of(revision) f
     ), held as materialized (
       select distinct class, name from face where class is not null
     ), edge as materialized (
       -- Each edge once, to the millimetre, with the class on either side of it in the first map (a, b) and in the second (c, d).
       -- (The offsets keep the planner from repeating an expression wherever its column is used.)
       select max(m) as m, bool_or(map = 2) as in_second,
              max(class) filter (where map = 1 and forward) as a, max(class) filter (where map = 1 and not forward) as b,
              max(class) filter (where map = 2 and forward) as c, max(class) filter (where map = 2 and not forward) as d
       from (
         select map, class, m, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
                case when forward then bx else ax end as x1, case when forward then by else ay end as y1
         from (
           select *, ax < bx or (ax = bx and ay < by) as forward
           from (
             select map, class, sqrt((bx - ax) ^ 2 + (by - ay) ^ 2) as m, round(1000 * ax) as ax, round(1000 * ay) as ay,
                    round(1000 * bx) as bx, round(1000 * by) as by
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
       select m, in_second, case when a <> b then least(a, b) end as a, case when a <> b then greatest(a, b) end as b,
              case when c <> d then least(c, d) end as c, case when c <> d then greatest(c, d) end as d
       from edge where a <> b or c <> d
     ), drawn as (
       select a, b, sum(m) as border_m, coalesce(sum(m) filter (where not in_second), 0) as redrawn_m from border group by a, b
     ), redrawn as (
       select l.name as "left", r.name as "right", border_m, redrawn_m
       from drawn join held l on l.class = a join held r on r.class = b order by 1, 2
     ), alone as (
       select map, class, m from border
         cross join lateral (
           select 1 as map, class from unnest(array[a, b]) class where class is distinct from c and class is distinct from d
           union all
           select 2, class from unnest(array[c, d]) class where class is distinct from a and class is distinct from b
         ) side
       where (a, b) is distinct from (c, d)
     ), moved as (
       select name as class, coalesce(sum(m) filter (where map = 1), 0) as before_m,
              coalesce(sum(m) filter (where map = 2), 0) as after_m, count(*)::int as edges
       from alone join held using (class) group by 1 order by 1
     )
     select (select coalesce(json_agg(redrawn), '[]') from redrawn) as redrawn,
            (select coalesce(json_agg(moved), '[]') from moved) as moved`,
    [from, to],
  );
  return requiredRow(row, 'compared with the borders of another map');
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
