import { SalientError } from '../errors.js';
import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';
import type { Region } from './region.js';

/** A part of a theatre, made once and cut out of every map of a series. */
export interface RegionGround {
  /** WKB (hex), working projection, metres, SRID 0. */
  geom: string;
  m2: number;
  /** GeoJSON, EPSG:4326. */
  geometry: string;
}

/** Arcs of a buffer to a quarter circle: the area of a corridor's ends is right to 1e-4. */
const QUARTER_SEGMENTS = 32;
/** As in `change.ts`: on the embedded engine overlays go to a grid of a micrometre. */
const REGION_GRID_M = 1e-6;

/**
 * The ground of a region inside the theatre of a revision, as the revision's partition has it: polygons densified and
 * projected as maps are, or everything within a distance of a route, as the edition in force draws it. Null when the route does not exist, or when none
 * of the region is in the theatre.
 * @throws SalientError `invalid_parameter` for a polygon that crosses itself
 */
export async function regionGround(
  db: Queryable,
  on: { revision: number; edition: number },
  region: Exclude<Region, { kind: 'theatre' }>,
): Promise<RegionGround | null> {
  const polygons =
    region.kind === 'polygon' ? JSON.stringify({ type: 'MultiPolygon', coordinates: region.polygons }) : null;
  if (polygons !== null) await checkPolygons(db, polygons);
  const [row] = await db.query<RegionGround>(
    `with ground as (
       select r.plane, e.projection from revision r join edition e on e.id = r.edition where r.id = $1
     ), wanted as materialized (
       select case when $2::text is not null
                then st_unaryunion(st_transform(st_segmentize(st_setsrid(st_geomfromgeojson($2), 4326), 0.02), projection), $6)
                else st_buffer(st_transform(st_segmentize(route.geom, 0.02), projection), $4::float8, $5::int) end as geom
       from ground left join route on route.edition = $7 and route.id = $3
     ), theatre as materialized (
       select st_unaryunion(st_collect(f.geom), $6) as geom from ground join plane_face f on f.plane = ground.plane and f.territory is null
     ), met as (
       select st_collectionextract(st_intersection(st_setsrid(wanted.geom, 0), theatre.geom, $6), 3) as geom
       from wanted, theatre where wanted.geom is not null
     )
     select encode(st_asbinary(met.geom), 'hex') as geom, st_area(met.geom) as m2,
            st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 6) then 6 else 15 end) as geometry
     from met cross join ground cross join lateral (select st_transform(met.geom, projection, 4326) as whole offset 0) turned
       cross join lateral (select ${cutAt180('whole')} as lonlat offset 0) drawn where not st_isempty(met.geom)`,
    [
      on.revision,
      polygons,
      region.kind === 'route' ? region.route : null,
      region.kind === 'route' ? region.within_m : 0,
      QUARTER_SEGMENTS,
      overlayGrid(db, REGION_GRID_M),
      on.edition,
    ],
  );
  return row ?? null;
}

/** An overlay of a polygon that crosses itself is an exception of GEOS, which the embedded engine cannot catch. */
async function checkPolygons(db: Queryable, geojson: string): Promise<void> {
  const [row] = await db.query<{ valid: boolean; reason: string }>(
    `select st_isvalid(geom) as valid, st_isvalidreason(geom) as reason from st_geomfromgeojson($1::text) geom`,
    [geojson],
  );
  if (!row?.valid) throw new SalientError('invalid_parameter', `polygon: not a valid MultiPolygon: ${row?.reason}`);
}

/**
 * Square metres of each class in every one of the revisions, in the region (null: in the whole theatre), in order of
 * revision and class. Summed in one order, so that a restored store answers the same to the last digit.
 */
export async function classAreasOver(
  db: Queryable,
  revisions: readonly number[],
  region: string | null,
): Promise<{ revision: number; class: string; m2: number }[]> {
  return db.query(
    `with face as materialized (
       select f.plane, f.shape, sum(case when $2::geometry is null or st_coveredby(f.geom, $2::geometry) then f.area_m2
                                         else st_area(st_intersection(f.geom, $2::geometry, $3)) end order by f.no) as m2
       from plane_face f
       where f.plane in (select plane from revision where id = any($1)) and f.territory is null
         and ($2::geometry is null or st_intersects(f.geom, $2::geometry))
       group by 1, 2
     )
     select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class, sum(face.m2 order by face.m2) as m2
     from revision r
       join face on face.plane = r.plane
       left join area on area.revision = r.id and area.shape = face.shape
     where r.id = any($1) group by 1, 2 having sum(face.m2) > 0 order by 1, 2`,
    [revisions, region, overlayGrid(db, REGION_GRID_M)],
  );
}

/** Square metres that each party only claims in every one of the revisions: a part of what `classAreasOver` has as contested. */
export function claimedAreasOver(
  db: Queryable,
  revisions: readonly number[],
): Promise<{ revision: number; party: string; m2: number }[]> {
  return db.query(
    `select r.id as revision, area.party, sum(f.area_m2 order by f.no) as m2
     from revision r
       join area on area.revision = r.id and area.status = 'claimed' and area.party is not null
       join plane_face f on f.plane = r.plane and f.shape = area.shape and f.territory is null
     where r.id = any($1) group by 1, 2 having sum(f.area_m2) > 0 order by 1, 2`,
    [revisions],
  );
}

/** The places and posts of an edition that stand in the region. */
export function standingIn(
  db: Queryable,
  edition: number,
  region: string,
): Promise<{ kind: 'place' | 'post'; id: string }[]> {
  return db.query(
    `with spot as (
       select 'place' as kind, place::text as id, geom from place_entry where edition = $1
       union all select 'post', operator || '/' || number, geom from post where edition = $1
     ), plane as materialized (
       select kind, spot.id, st_setsrid(st_transform(spot.geom, projection), 0) as geom from spot, edition where edition.id = $1
     )
     select kind, id from plane where st_intersects(plane.geom, $2::geometry) order by 1, 2`,
    [edition, region],
  );
}

/** The stretches of every route that lie in the region, metres from the route's start on the ellipsoid. */
export async function routesIn(
  db: Queryable,
  edition: number,
  region: string,
): Promise<{ route: string; from_m: number; to_m: number }[]> {
  return db.query(
    `with line as materialized (
       select route.id as route, st_setsrid(st_transform(st_segmentize(route.geom, 0.02), projection), 0) as geom,
              route_line(route.geom, projection) as measured
       from route join edition on edition.id = route.edition where edition = $1
     ), cut as (
       select route, st_linelocatepoint(line.geom, (st_dumppoints(st_intersection(line.geom, st_boundary($2::geometry)))).geom) as at from line
       union select route, 0 from line union select route, 1 from line
     ), piece as (
       select route, at, lead(at) over (partition by route order by at) as until from cut
     )
     select route, metres_along(measured, at) as from_m, metres_along(measured, until) as to_m
     from piece join line using (route)
     where until > at and st_intersects(st_lineinterpolatepoint(line.geom, (at + until) / 2), $2::geometry)
     order by route, at`,
    [edition, region],
  );
}

/** Metres of each of these lines (WKB hex, working projection) in the region, as drawn and generalised with the ruler. */
export async function lengthsIn(
  db: Queryable,
  lines: readonly string[],
  region: string,
  rulerM: number,
): Promise<{ length_m: number; ruled_m: number }[]> {
  return db.query(
    `select st_length(part.geom) as length_m, st_length(st_simplifypreservetopology(part.geom, $3::float8)) as ruled_m
     from unnest($1::text[]) with ordinality as given(line, no)
       cross join lateral (
         select st_linemerge(st_collectionextract(st_intersection(st_setsrid(line::geometry, 0), $2::geometry, $4), 2)) as geom
       ) part
     order by no`,
    [lines, region, rulerM, overlayGrid(db, REGION_GRID_M)],
  );
}
