import { OVERLAY_GRID_M } from './change.js';
import { answered, overlayGrid } from './ground.js';
import type { Queryable } from './pool.js';

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
    `with edge as materialized (
       select map, left_class, right_class, sqrt((bx - ax) ^ 2 + (by - ay) ^ 2) as m,
              round(1000 * least(ax, bx)) as x0, round(1000 * greatest(ax, bx)) as x1,
              round(1000 * least(ay, by)) as y0, round(1000 * greatest(ay, by)) as y1
       from unnest(array[$1::bigint, $2]) with ordinality asked (revision, map) cross join lateral class_segments(revision)
       where right_role in ('party', 'gray')
     ), later as materialized (
       select distinct round(1000 * least(ax, bx)) as x0, round(1000 * greatest(ax, bx)) as x1,
              round(1000 * least(ay, by)) as y0, round(1000 * greatest(ay, by)) as y1
       from face_segments($2)
     ), redrawn as (
       select left_class as "left", right_class as "right", sum(m) as border_m,
              coalesce(sum(m) filter (where later.x0 is null), 0) as redrawn_m
       from edge left join later using (x0, x1, y0, y1) where map = 1 group by 1, 2 order by 1, 2
     ), alone as (
       select class, sum(m) filter (where map = 1) as before_m, sum(m) filter (where map = 2) as after_m, count(*) as edges
       from edge cross join lateral unnest(array[left_class, right_class]) class
       group by x0, x1, y0, y1, class having min(map) = max(map)
     ), moved as (
       select class, coalesce(sum(before_m), 0) as before_m, coalesce(sum(after_m), 0) as after_m, sum(edges)::int as edges
       from alone group by class order by class
     )
     select (select coalesce(json_agg(redrawn), '[]') from redrawn) as redrawn,
            (select coalesce(json_agg(moved), '[]') from moved) as moved`,
    [from, to],
  );
  return answered(row, 'compared with the borders of another map');
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
