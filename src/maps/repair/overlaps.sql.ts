import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow } from '../../store/statement.js';

/** The grid of overlays in degrees: a hundredth of the precision at which the planar partition is noded. */
const OVERLAY_GRID_DEGREES = 1e-9;

/**
 * Degrees: the planar partition is noded on this grid (series/planar-partition.sql.ts). Areas that are settled have their
 * vertices on it, so that they meet there without a remainder.
 */
const NODING_GRID_DEGREES = 1e-7;

/**
 * Metres: two borders that are each written or noded one step of that grid beside the same line are apart by up to twice
 * its diagonal. Thinner overlaps are noise of writing: the partition gives each to one of the two.
 */
export const NOISE_WIDTH_M = 0.035;
/** The same in degrees, for single vertices. */
const NOISE_DEGREES = 4e-7;
/** Vertices of a thin overlap are compared with those of the areas up to so many pairs, a second or so. */
const COMPARED_PAIRS = 2e7;
/** Square metres: a thin overlap that is too long for that comparison is noise below this. */
const NOISE_M2 = 10_000;

/** Ground that two staged areas share, wider than noise. `a` and `b` are pointers, `a_no` and `b_no` the staged numbers. */
export interface Overlap {
  a: string;
  b: string;
  /** The other feature as its author knows it, where that is known. */
  b_name?: string | null;
  a_no: number;
  b_no: number;
  /** Both are of one class (`class_of`): no contradiction. */
  same_class: boolean;
  km2: number;
  /** Mean width of its widest part, metres. */
  width_m: number;
  /** A point of the largest part. */
  where: [number, number];
}

/** What staged areas share: pair by pair, the largest first, and all that is noise of writing. */
export interface Overlaps {
  wide: Overlap[];
  noise: { pieces: number; km2: number };
}

/**
 * Measures what staged areas share; they must be valid. A shared border is not shared ground. An overlap is noise where its
 * mean width (twice its area by its perimeter) is that of the grid and none of its vertices lies farther from either border.
 */
export async function measureOverlaps(tx: Queryable, edition: number): Promise<Overlaps> {
  const [row] = await tx.query<Overlaps>(
    `with met as materialized (
       -- No ST_Relate, nor ST_Intersects, which asks it: it has no second way where its noding fails, and of neighbours it
       -- takes as long as what they share.
       select a.no as a_no, b.no as b_no, ground as geom
       from staged a join staged b on a.no < b.no and a.geom && b.geom
         cross join lateral st_collectionextract(st_intersection(a.geom, b.geom, $2), 3) ground
       where not st_isempty(ground)
     ), part as materialized (
       select a_no, b_no, d.geom, row_number() over ()::int as nth from met cross join lateral st_dump(met.geom) d
     ), projected as (
       -- All in one ST_Transform: with a projection given as text a call costs a quarter of a millisecond or more.
       select st_transform(st_collect(st_segmentize(part.geom, 0.02) order by nth), edition.projection) as geom
       from part cross join edition where edition.id = $1 group by edition.projection
     ), measured as materialized (
       select d.path[1] as nth, st_area(d.geom) as m2, 2 * st_area(d.geom) / nullif(st_perimeter(d.geom), 0) as width_m
       from projected cross join lateral st_dump(projected.geom) d
     ), judged as materialized (
       select part.*, m2, width_m,
              width_m is null or (width_m <= $3 and case
                when st_npoints(part.geom)::float8 * (st_npoints(a.geom) + st_npoints(b.geom)) > $4 then m2 <= $5
                else not exists (
                  select from st_dumppoints(part.geom) vertex
                  where st_distance(vertex.geom, a.border) > $6 or st_distance(vertex.geom, b.border) > $6
                ) end) as noise
       from part join measured using (nth)
         cross join lateral (select geom, case when width_m <= $3 then st_boundary(geom) end as border from staged where no = a_no offset 0) a
         cross join lateral (select geom, case when width_m <= $3 then st_boundary(geom) end as border from staged where no = b_no offset 0) b
     ), wide as (
       select a_no, b_no, sum(m2) / 1e6 as km2, max(width_m) as width_m,
              (array_agg(st_pointonsurface(geom) order by m2 desc))[1] as spot
       from judged where not noise group by 1, 2
     ), told as (
       select a.at as a, b.at as b, b.name as b_name, a_no, b_no, class_of(a.status, a.party) is not distinct from class_of(b.status, b.party) as same_class,
              km2, width_m, json_build_array(st_x(spot), st_y(spot)) as where
       from wide join staged a on a.no = a_no join staged b on b.no = b_no
       order by km2 desc
     )
     select (select coalesce(json_agg(told), '[]') from told) as wide,
            (select json_build_object('pieces', count(*), 'km2', coalesce(sum(m2), 0) / 1e6) from judged where noise) as noise`,
    [edition, overlayGrid(tx, OVERLAY_GRID_DEGREES), NOISE_WIDTH_M, COMPARED_PAIRS, NOISE_M2, NOISE_DEGREES],
  );
  return requiredRow(row, 'compared with itself');
}

/** How ground that several areas have is settled: by the lowest rank, or as contested ground of nobody's. */
export interface Settling {
  /** The areas that share ground wider than noise, by staged number, each with its rank. */
  areas: readonly { no: number; rank: number }[];
  contested: boolean;
}

/** Areas of different classes and equal rank that share ground: nothing decides whose it is. */
export interface Tie {
  a_no: number;
  b_no: number;
  km2: number;
  where: [number, number];
}

/**
 * Settles what areas share: their borders are noded together on the grid of the planar partition, every face between them
 * goes to one area, and each area becomes the union of its faces. So no two of them share ground afterwards, by construction.
 * Of equal ranks in one class the area with the lower confidence has it. Areas without a face left go. Returns the ties, and
 * then nothing is settled.
 */
export async function settleOverlaps(tx: Queryable, edition: number, { areas, contested }: Settling): Promise<Tie[]> {
  await tx.query('drop table if exists settled_face');
  await tx.query(
    `create temporary table settled_face on commit drop as
     with involved as materialized (
       select no, party, confidence, geom, class_of(status, party) as class, r.rank
       from staged join unnest($1::int[], $2::int[]) as r(no, rank) using (no)
     ), noded as materialized (
       select st_unaryunion(st_collect(st_boundary(geom)), $3) as geom from involved
     ), face as materialized (
       select row_number() over ()::int as n, geom
       from (select (st_dump(st_polygonize(array[geom]))).geom from noded) made
     ), spot as materialized (
       select n, geom, st_pointonsurface(geom) as spot from face
     ), covered as materialized (
       select n, spot.geom, spot, involved.no, class, rank,
              row_number() over (partition by n order by rank, confidence nulls first, party nulls first, involved.no) as place,
              min(rank) over (partition by n) as best
       from spot join involved on involved.geom && spot and st_intersects(involved.geom, spot)
     )
     select n, min(no) filter (where place = 1) as no, count(distinct class) as classes,
            count(distinct class) filter (where rank = best) as best_classes,
            (array_agg(no order by place))[1:2] as first, (array_agg(geom))[1] as geom, (array_agg(spot))[1] as spot
     from covered group by n`,
    [areas.map(({ no }) => no), areas.map(({ rank }) => rank), NODING_GRID_DEGREES],
  );
  if (!contested) {
    const ties = await tx.query<Tie>(
      `with tied as (
         select first[1] as a_no, first[2] as b_no, sum(planar_km2(settled_face.geom, projection)) as km2,
                (array_agg(spot order by st_area(settled_face.geom) desc))[1] as spot
         from settled_face cross join edition where edition.id = $1 and best_classes > 1
           and 2e6 * planar_km2(settled_face.geom, projection) > $2 * st_perimeter(st_transform(settled_face.geom, projection))
         group by 1, 2
       )
       select a_no, b_no, km2, json_build_array(st_x(spot), st_y(spot)) as where from tied order by km2 desc`,
      [edition, NOISE_WIDTH_M],
    );
    if (ties.length > 0) return ties;
  }
  await tx.query(
    `with shared as materialized (
       select st_multi(st_unaryunion(st_collect(geom), $3)) as geom from settled_face where $2 and classes > 1
     ), rebuilt as (
       select no, st_multi(st_unaryunion(st_collect(geom), $3)) as geom
       from settled_face where not ($2 and classes > 1) group by no
     ), updated as (
       update staged set geom = coalesce(rebuilt.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry)
       from unnest($1::int[]) as involved(no) left join rebuilt using (no) where staged.no = involved.no
     )
     insert into staged (no, at, party, status, confidence, geom)
     select (select max(no) + 1 from staged), '', null, 'contested', null, geom from shared where geom is not null and not st_isempty(geom)`,
    [areas.map(({ no }) => no), contested, NODING_GRID_DEGREES],
  );
  await tx.query('delete from staged where st_isempty(geom)');
  return [];
}

/** Overlaps that are somewhere wider than `widthM`, of those given as pairs of staged numbers. */
export function widerThan(
  tx: Queryable,
  edition: number,
  pairs: readonly { a_no: number; b_no: number }[],
  widthM: number,
): Promise<{ a_no: number; b_no: number }[]> {
  return tx.query(
    `select a_no, b_no from unnest($2::int[], $3::int[]) as pair(a_no, b_no)
       join staged a on a.no = a_no join staged b on b.no = b_no cross join edition
       cross join lateral st_collectionextract(st_intersection(a.geom, b.geom, $5), 3) shared
     where edition.id = $1 and not st_isempty(st_buffer(st_transform(st_segmentize(shared, 0.02), projection), -$4::float8 / 2))`,
    [
      edition,
      pairs.map(({ a_no }) => a_no),
      pairs.map(({ b_no }) => b_no),
      widthM,
      overlayGrid(tx, OVERLAY_GRID_DEGREES),
    ],
  );
}
