import type { Queryable } from '../store/pool.js';

export interface StripRow {
  strip: number;
  left: string;
  right: string;
  /** Of the whole strip, whichever parties it lies between. */
  area_m2: number;
  contested_m2: number;
  /** Its edges towards either party, metres. */
  left_edge_m: number;
  right_edge_m: number;
  /** The line halfway between the two edges, as drawn and with the ruler: metres. */
  middle_m: number;
  middle_ruled_m: number;
  /** WKB (hex), working projection, metres. */
  line: string;
  /** GeoJSON, EPSG:4326: the mid-line. */
  geometry: string;
}

/**
 * Disputed or unknown ground between two parties (methods D.2), a row per strip and pair of parties it lies between. The
 * mid-line runs through the triangles between samples of one party's edge and the other's (Delaunay, a sample at least
 * every `sampleM` metres), halfway between the two, and ends where the edges meet.
 */
export function grayStrips(db: Queryable, revision: number, rulerM: number, sampleM: number): Promise<StripRow[]> {
  return db.query(
    `with edge as materialized (select * from class_edges($1) where 'gray' in (left_role, right_role)),
     gray as materialized (
       select no, geom, area_m2, class from faces_of($1) where territory is null and status is distinct from 'controlled'
     ), strip as materialized (
       select row_number() over (order by st_xmin(d.geom), st_ymin(d.geom))::int as strip, d.geom
       from (select st_union(geom) as geom from gray) whole cross join lateral st_dump(whole.geom) d
     ), lying as materialized (
       select gray.no, gray.area_m2, gray.class, strip.strip
       from gray join strip on st_intersects(strip.geom, st_pointonsurface(gray.geom))
     ), side as materialized (
       select lying.strip, case when right_role = 'party' then right_class else left_class end as party,
              st_linemerge(st_collect(edge.geom)) as geom
       from edge join lying on lying.no = case when left_role = 'gray' then left_face else right_face end
       where 'party' in (left_role, right_role) group by 1, 2
     ), sample as materialized (
       select strip, st_x(p.geom) as x, st_y(p.geom) as y, array_agg(distinct party) as parties
       from side cross join lateral st_dumppoints(st_segmentize(side.geom, $3::float8)) p
       where strip in (select strip from side group by strip having count(*) > 1) group by 1, 2, 3
     ), triangle as materialized (
       select strip, d.path[1] as no, d.geom
       from (select strip, st_delaunaytriangles(st_collect(st_point(x, y))) as geom from sample group by strip) made
         cross join lateral st_dump(made.geom) d
     ), vertex as materialized (
       select triangle.strip, triangle.no, n, st_x(p.geom) as x, st_y(p.geom) as y
       from triangle cross join generate_series(1, 4) n
         cross join lateral (select st_pointn(st_exteriorring(triangle.geom), n) as geom) p
     ), side_of as (
       -- Each side of a triangle with the corner opposite to it.
       select strip, no, n, x, y, parties, lead(x) over walk as x1, lead(y) over walk as y1, lead(parties) over walk as parties1,
              coalesce(lead(x, 2) over walk, lag(x) over walk) as x2, coalesce(lead(y, 2) over walk, lag(y) over walk) as y2,
              coalesce(lead(parties, 2) over walk, lag(parties) over walk) as parties2
       from vertex join sample using (strip, x, y) window walk as (partition by strip, no order by n)
     ), across as materialized (
       select *, least(parties[1], parties1[1]) as p, greatest(parties[1], parties1[1]) as q from side_of
       where n < 4 and cardinality(parties) = 1 and cardinality(parties1) = 1 and parties <> parties1
     ), crossing as materialized (
       select strip, no, p, q, (x + x1) / 2 as x, (y + y1) / 2 as y from across
       union all
       select strip, no, p, q, x2, y2 from across where parties2 @> array[p, q]
     ), halfway as materialized (
       select strip, no, p, q, st_point(avg(x), avg(y)) as geom from crossing group by 1, 2, 3, 4 having count(*) = 2
     ), step as (
       -- From triangle to neighbouring triangle; at the ends of a strip from its end to the last triangle.
       select strip, p, q, case when count(*) = 1 then st_makeline(st_point(x, y), (array_agg(halfway.geom))[1])
                                else st_makeline(halfway.geom) end as geom
       from crossing join halfway using (strip, no, p, q) group by strip, p, q, x, y
     ), middle as materialized (
       select step.strip, p, q, st_linemerge(st_collect(step.geom)) as geom
       from step join strip on strip.strip = step.strip and st_intersects(strip.geom, st_lineinterpolatepoint(step.geom, 0.5))
       where st_length(step.geom) > 0 group by 1, 2, 3
     ), ground as (
       select strip, sum(area_m2) as area_m2, coalesce(sum(area_m2) filter (where class = 'contested'), 0) as contested_m2
       from lying group by 1
     )
     select middle.strip, middle.p as "left", middle.q as "right", area_m2, contested_m2,
            st_length(a.geom) as left_edge_m, st_length(b.geom) as right_edge_m, st_length(middle.geom) as middle_m,
            st_length(st_simplifypreservetopology(middle.geom, $2::float8)) as middle_ruled_m,
            encode(st_asbinary(middle.geom), 'hex') as line,
            st_asgeojson(st_transform(middle.geom, edition.projection, 4326), 7) as geometry
     from middle join ground using (strip)
       join side a on a.strip = middle.strip and a.party = middle.p
       join side b on b.strip = middle.strip and b.party = middle.q
       cross join revision join edition on edition.id = revision.edition
     where revision.id = $1 order by area_m2 desc, "left", "right"`,
    [revision, rulerM, sampleM],
  );
}
