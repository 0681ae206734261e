import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';

/** On the embedded engine maps are overlaid on a grid of a micrometre: areas move by 1e-10 of themselves at most. */
export const OVERLAY_GRID_M = 1e-6;

/** `crumbOf` ground of so many square metres, in SQL. */
export const crumbSql = (m2: string): string => `least(1, 1e-5 * sqrt(${m2}))`;

/** Square metres that were `from_class` in the one revision and are `to_class` in the other. */
export interface TransitionRow {
  from_class: string;
  to_class: string;
  m2: number;
}

export function cachedChange(db: Queryable, from: number, to: number): Promise<TransitionRow[]> {
  return db.query(
    'select from_class, to_class, m2 from kept_change where from_revision = $1 and to_revision = $2 order by 1, 2',
    [from, to],
    'prepared',
  );
}

/** Keeps the matrix of two revisions, unless one was purged meanwhile; rows of the same two classes are added up. */
export async function cacheChange(
  db: Queryable,
  from: number,
  to: number,
  rows: readonly TransitionRow[],
): Promise<void> {
  await db.query(
    `insert into kept_change (from_revision, to_revision, from_class, to_class, m2)
     select $1, $2, from_class, to_class, sum(m2)
     from jsonb_to_recordset($3::jsonb) as r(from_class text, to_class text, m2 float8)
     where not is_purged(array[$1, $2]::bigint[])
     group by from_class, to_class on conflict do nothing`,
    [from, to, JSON.stringify(rows)],
    'prepared',
  );
}

/** Square metres by class and, where that is contested, by who claims it: for what disputed ground may amount to. */
export interface ClaimedTransition extends TransitionRow {
  from_claimant: string | null;
  to_claimant: string | null;
}

/** The transition matrix of two revisions on one partition: sums of faces in their order, no overlay (methods 0.7). */
export function changeByFace(db: Queryable, from: number, to: number): Promise<ClaimedTransition[]> {
  return db.query(
    `select a.class as from_class, a.claimant as from_claimant, b.class as to_class, b.claimant as to_claimant,
            sum(a.area_m2 order by no) as m2
     from faces_of($1) a join faces_of($2) b using (no)
     where a.territory is null group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [from, to],
  );
}

/**
 * The transition matrix of two revisions on different partitions in one projection (methods B.3). Faces with the same
 * vertices in both maps are the same ground and not overlaid. The rest is, face by face where the holder differs, which
 * costs less than to dissolve by class first: faces are paired by the cells of a grid that their boxes touch, each pair
 * in the one cell where its boxes begin to overlap. What stayed is the later area less what came from others, so the
 * columns add up by themselves, and the rows are the check of every overlay (gaps and overlaps of either map show there).
 * @param region WKB (hex), working projection: only the ground inside it; null: the whole theatre
 */
export async function changeByOverlay(
  db: Queryable,
  from: number,
  to: number,
  region: string | null = null,
): Promise<ClaimedTransition[]> {
  return db.query(
    `with face as materialized (
       select row_number() over () as n, side, f.class, f.claimant, f.class || coalesce('/' || f.claimant, '') as holder,
              part.geom, case when $4::geometry is null then f.area_m2 else st_area(part.geom) end as area_m2
       from unnest(array[$1::bigint, $2]) with ordinality asked (revision, side) cross join lateral faces_of(revision) f
         cross join lateral (
           select case when $4::geometry is null or st_coveredby(f.geom, $4::geometry) then f.geom
                       else st_collectionextract(st_intersection(f.geom, $4::geometry, $3), 3) end as geom
         ) part
       where f.territory is null and ($4::geometry is null or st_intersects(f.geom, $4::geometry))
     ), keyed as (
       -- Faces of different size are not the same: only the others are told apart by their vertices.
       select n, side, case when count(*) over (partition by round(area_m2)) > 1
                                then md5(st_asbinary(st_normalize(geom))) end as key
       from face
     ), same as materialized (
       select min(n) filter (where side = 1) as a, min(n) filter (where side = 2) as b
       from keyed where key is not null group by key having count(*) = 2 and min(side) <> max(side)
     ), rest as materialized (
       select face.*, st_xmin(box) as x0, st_ymin(box) as y0, st_xmax(box) as x1, st_ymax(box) as y1
       from face cross join lateral (select box3d(face.geom) as box) b
       where n not in (select a from same union all select b from same)
     ), grid as materialized (
       select min(x0) as x, min(y0) as y, greatest(max(x1) - min(x0), max(y1) - min(y0)) / ceil(sqrt(count(*))) as step from rest
     ), spread as materialized (
       select rest.n, side, holder, x0, y0, x1, y1, i, j, i0, j0
       from grid cross join rest
         cross join lateral (select floor((x0 - x) / step)::int as i0, floor((y0 - y) / step)::int as j0) lower
         cross join lateral generate_series(i0, floor((x1 - x) / step)::int) i
         cross join lateral generate_series(j0, floor((y1 - y) / step)::int) j
     ), pair as materialized (
       select a.n as a, b.n as b from spread a join spread b using (i, j)
       where a.side = 1 and b.side = 2 and a.holder <> b.holder
         and a.x0 <= b.x1 and b.x0 <= a.x1 and a.y0 <= b.y1 and b.y0 <= a.y1
         and i = greatest(a.i0, b.i0) and j = greatest(a.j0, b.j0)
     ), passed as materialized (
       select a.class as from_class, a.claimant as from_claimant, b.class as to_class, b.claimant as to_claimant, a.area_m2 as m2
       from same join face a on a.n = same.a join face b on b.n = same.b where a.holder <> b.holder
       union all
       select a.class, a.claimant, b.class, b.claimant, st_area(st_intersection(a.geom, b.geom, $3))
       from pair join rest a on a.n = pair.a join rest b on b.n = pair.b
     ), met as (
       select * from passed
       union all
       select to_class, to_claimant, to_class, to_claimant, -m2 from passed
       union all
       select class, claimant, class, claimant, area_m2 from face where side = 2
     )
     -- In order of size: else the last digit is another in a store that was restored.
     select from_class, from_claimant, to_class, to_claimant, sum(m2 order by m2) as m2
     -- Of ground that all passed on, rounding is left.
     from met group by 1, 2, 3, 4 having sum(m2) > 1e-10 * sum(abs(m2)) order by 1, 2, 3, 4`,
    [from, to, overlayGrid(db, OVERLAY_GRID_M), region],
  );
}

export interface PatchRow {
  from_class: string;
  to_class: string;
  m2: number;
  /** Length of the outline, metres. */
  perimeter_m: number;
  /** GeoJSON Polygon, or MultiPolygon where parts were merged; EPSG:4326. */
  geometry: string;
  /** West, south, east, north, degrees. */
  bounds: [number, number, number, number];
  /** Nearest place and the true bearing from it to the patch, degrees clockwise from north. */
  place: string | null;
  distance_m: number | null;
  bearing: number | null;
}

/**
 * The ground that changed its class, as patches: parts of one transition within `mergeM` metres of one another are one
 * patch (methods B.5). Largest first, each with the place nearest to its largest part. Faces with the same vertices in
 * both maps are taken whole, the rest by overlay; crumbs (`crumbOf` the theatre) are rounding.
 * @param region WKB (hex), working projection: only the ground inside it; null: the whole theatre
 */
export async function changePatches(
  db: Queryable,
  from: number,
  to: number,
  mergeM = 0,
  region: string | null = null,
): Promise<PatchRow[]> {
  return db.query(
    `with part as materialized (
       select from_class, to_class, (st_dump(geom)).geom from ground_changed($1, $2, $3, $5::geometry)
     ), near as (
       select part.*, st_clusterdbscan(geom, $4::float8, 1) over (partition by from_class, to_class) as patch
       from part where st_area(geom) > (select ${crumbSql('sum(area_m2)')} from faces_of($2) where territory is null)
     ), patch as materialized (
       select row_number() over () as n, from_class, to_class, geom, largest.spot
       from (select from_class, to_class, st_unaryunion(st_collect(geom), $3) as geom from near group by 1, 2, patch) united
         cross join lateral (
           select st_pointonsurface(d.geom) as spot from st_dump(united.geom) d
           order by st_area(d.geom) desc, st_xmin(d.geom), st_ymin(d.geom) limit 1
         ) largest
     ), ground as (
       select revision.edition, edition.projection from revision join edition on edition.id = revision.edition
       where revision.id = $2
     ), known as materialized (
       select p.name, p.geom, st_transform(p.geom, ground.projection) as spot
       from place_entry p join ground on ground.edition = p.edition
     ), turned as materialized (
       -- All at once: a projection is read anew for each geometry that it is asked for, which takes half a millisecond.
       select st_transform(st_collect(geom order by n), min(projection), 4326) as geoms,
              st_transform(st_collect(spot order by n), min(projection), 4326) as spots
       from patch cross join ground
     ), whole as materialized (
       select path[1] as n, case when min(cardinality(path)) = 1 then (array_agg(geom))[1] else st_collect(geom order by path) end as geom
       from turned cross join lateral st_dump(geoms) group by 1
     ), lonlat as materialized (
       select n, ${cutAt180('geom')} as geom from whole
     ), middle as materialized (
       select path[1] as n, st_setsrid(geom, 4326)::geography as middle from turned cross join lateral st_dump(spots)
     ), drawn as materialized (
       select patch.*, lonlat.geom as lonlat, middle from patch join lonlat using (n) join middle using (n)
     )
     select from_class, to_class, st_area(drawn.geom) as m2, st_perimeter(drawn.geom) as perimeter_m, place.name as place,
            st_distance(place.geom::geography, middle) as distance_m,
            degrees(st_azimuth(place.geom::geography, middle)) as bearing,
            json_build_array(st_xmin(lonlat), st_ymin(lonlat), st_xmax(lonlat), st_ymax(lonlat)) as bounds,
            st_asgeojson(st_forcepolygonccw(lonlat), case when bool_and(valid_at(lonlat, 7)) over () then 7 else 15 end) as geometry
     from drawn
       left join lateral (select * from known order by known.spot <-> drawn.spot limit 1) place on true
     order by m2 desc, from_class, to_class`,
    [from, to, overlayGrid(db, OVERLAY_GRID_M), mergeM, region],
  );
}
