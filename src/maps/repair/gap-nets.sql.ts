import { stripCuts } from '../../coverage/strip-cuts.js';
import type { StripEdge } from '../../coverage/strip-mesh.js';
import { grouped } from '../../model/grouped.js';
import type { Queryable } from '../../store/pool.js';

/** Degrees: a point so near to an area lies on its edge. */
export const ON_EDGE = 3e-7;
/** Degrees: the ends of a cut are brought onto the edges that they were computed from. */
const CUT_GRID_DEGREES = 1e-9;
/** Metres in a degree of latitude: what nets are cut by need not be exact. */
const DEGREE_M = 111_320;
/** Into so many edges at most a net is cut. */
const MOST_EDGES = 20_000;

interface NetEdge extends StripEdge {
  nth: number;
  lat: number;
}

/**
 * Cuts pieces that run on, by more than their own width, where the area with the longest border to them is not beside them any more: a
 * lane between districts is part of a net of all lanes, and the rim of a map that misses the edge of its theatre is one piece.
 * Works on the tables `narrow` (the pieces) and `border` (the borders of the staged areas).
 */
export async function cutNets(tx: Queryable, widthM: number): Promise<void> {
  const edges = await tx.query<NetEdge>(
    `with piece as materialized (
       select nth, st_segmentize(st_forcepolygonccw(geom), greatest($1::float8, st_perimeter(geom) / $3::int)) as geom from narrow
     ), edge as materialized (
       select nth, path, segment.geom, st_lineinterpolatepoint(segment.geom, 0.5) as middle
       from piece cross join lateral st_dumpsegments(piece.geom) segment
     ), sided as materialized (
       select edge.*, beside.no
       from edge left join lateral (
         select no from border where st_dwithin(geom, middle, ${ON_EDGE}) order by st_distance(geom, middle), no limit 1
       ) beside on true
     ), chosen as (
       select distinct on (nth) nth, no, areas from (
         select nth, no, sum(st_length(geom)) as shared, count(*) over (partition by nth) as areas
         from sided where no is not null group by nth, no
       ) side order by nth, shared desc, no
     ), net as (
       select nth from chosen
       where areas > 1 and exists (
         select from edge where edge.nth = chosen.nth and not exists (
           select from border where border.no = chosen.no
             and st_dwithin(geom, middle, 1.5 * $2::float8 / ${DEGREE_M} / cos(radians(st_y(middle))))))
     )
     select nth, st_x(a) as ax, st_y(a) as ay, st_x(b) as bx, st_y(b) as by, coalesce(no, -1) as party,
            avg(st_y(middle)) over (partition by nth) as lat
     from net join sided using (nth) cross join lateral (select st_startpoint(geom) as a, st_endpoint(geom) as b) ends
     order by nth, path`,
    [widthM / 4 / DEGREE_M, widthM, MOST_EDGES],
  );
  const cuts = [...grouped(edges, ({ nth }) => nth)].flatMap(([nth, net]) => {
    const scale = Math.cos(((net[0]?.lat ?? 0) * Math.PI) / 180);
    const flat = net.map(({ ax, bx, ...edge }) => ({ ...edge, ax: ax * scale, bx: bx * scale }));
    return stripCuts(flat).map(([ax, ay, bx, by]) => ({ nth, ends: [ax / scale, ay, bx / scale, by] }));
  });
  if (cuts.length === 0) return;
  await tx.query(
    `with cut as (
       select nth, st_collect(st_setsrid(st_makeline(st_makepoint(ax, ay), st_makepoint(bx, by)), 4326)) as geom
       from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::float8[]) as end_of(nth, ax, ay, bx, by) group by nth
     ), net as (
       delete from narrow where nth in (select nth from cut) returning nth, projection, geom
     )
     insert into narrow (projection, geom)
     select projection, part.geom
     from net join cut using (nth)
       cross join lateral st_dump(st_polygonize(array[st_unaryunion(st_collect(st_boundary(net.geom), cut.geom), $6)])) part
     where st_intersects(net.geom, st_pointonsurface(part.geom))`,
    [cuts.map(({ nth }) => nth), ...[0, 1, 2, 3].map((i) => cuts.map(({ ends }) => ends[i])), CUT_GRID_DEGREES],
  );
}
