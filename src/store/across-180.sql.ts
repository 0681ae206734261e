/** SQL of a condition: a theatre is at most 45 degrees wide, so that what spans half of the globe lies across 180°. */
export const isAcross180 = (lonlat: string): string => `st_xmax(${lonlat}) - st_xmin(${lonlat}) > 180`;

/**
 * SQL of an expression: a geometry in degrees, cut at 180° where it lies across it, each part on its own side (RFC 7946, 3.1.9). Any
 * other is as it was.
 * @param lonlat a column, for it is named more than once: lines, or polygons
 */
export const cutAt180 = (lonlat: string): string =>
  `case when ${isAcross180(lonlat)} then (${cutOf(lonlat)}) else ${lonlat} end`;

/**
 * Degrees, a tenth of a millimetre: nearer than this to 180° is on it, whatever the arithmetic of projections did to it. A power of two,
 * so that 180 stays 180 on it to the last digit.
 */
const GRID = 2 ** -30;

/** Where `counted` is the geometry with its west beyond its east. */
const cutOf = (lonlat: string) => `
       select case st_dimension(counted) when 1 then (${LINES_CUT}) else ${POLYGONS_CUT} end
       from (select st_snaptogrid(st_shiftlongitude(${lonlat}), ${GRID}) as counted) beyond`;

/** On the grid, for the embedded engine cannot catch what GEOS throws. */
const polygonsWithin = (west: number, east: number) =>
  `st_collectionextract(st_intersection(counted, st_makeenvelope(${west}, -90, ${east}, 90, st_srid(counted)), ${GRID}), 3)`;

const POLYGONS_CUT = `st_collectionhomogenize(st_collect(${polygonsWithin(0, 180)}, st_translate(${polygonsWithin(180, 360)}, -360, 0)))`;

/**
 * Segment by segment, so that lines keep their direction: left and right of a front mean something. What runs along 180° goes with what
 * lies west of it.
 */
const LINES_CUT = `
         with segment as (
           select path[cardinality(path)] as nth, path[:cardinality(path) - 1] as line, st_startpoint(geom) as a, st_endpoint(geom) as b
           from st_dumpsegments(counted)
         ), crossing as (
           select segment.*, case when (st_x(a) - 180) * (st_x(b) - 180) < 0
                             then st_setsrid(st_point(180, st_y(a) + (st_y(b) - st_y(a)) * (180 - st_x(a)) / (st_x(b) - st_x(a))), st_srid(a)) end as cut
           from segment
         ), half as (
           select line, nth, 1 as half, a, coalesce(cut, b) as b from crossing
           union all select line, nth, 2, cut, b from crossing where cut is not null
         ), sided as (
           select half.*, greatest(st_x(a), st_x(b)) > 180 as beyond from half
         ), turned as (
           select sided.*, beyond is distinct from lag(beyond) over (partition by line order by nth, half) as turns from sided
         ), run as (
           select turned.*, count(*) filter (where turns) over (partition by line order by nth, half) as part from turned
         ), piece as (
           select line, part, st_translate(st_makeline(array[(array_agg(a order by nth, half))[1]] || array_agg(b order by nth, half)),
                                           case when bool_or(beyond) then -360 else 0 end, 0) as geom
           from run group by line, part
         )
         select st_collectionhomogenize(st_collect(geom order by line, part)) from piece`;
