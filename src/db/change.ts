import { overlayGrid } from './ground.js';
import type { Queryable } from './pool.js';

/** On the embedded engine maps are overlaid on a grid of a micrometre: areas move by 1e-10 of themselves at most. */
export const OVERLAY_GRID_M = 1e-6;

/** Square metres that were `from_class` in the one revision and are `to_class` in the other. */
export interface TransitionRow {
  from_class: string;
  to_class: string;
  m2: number;
}

export function keptChange(db: Queryable, from: number, to: number): Promise<TransitionRow[]> {
  return db.query(
    'select from_class, to_class, m2 from kept_change where from_revision = $1 and to_revision = $2 order by 1, 2',
    [from, to],
  );
}

export async function keepChange(
  db: Queryable,
  from: number,
  to: number,
  rows: readonly TransitionRow[],
): Promise<void> {
  await db.query(
    `insert into kept_change (from_revision, to_revision, from_class, to_class, m2)
     select $1, $2, from_class, to_class, m2
     from jsonb_to_recordset($3::jsonb) as r(from_class text, to_class text, m2 float8)
     on conflict do nothing`,
    [from, to, JSON.stringify(rows)],
  );
}

/** The transition matrix of two revisions on one plane: sums of faces, no overlay (methods 0.7). */
export function changeByFace(db: Queryable, from: number, to: number): Promise<TransitionRow[]> {
  return db.query(
    `select coalesce(class_of(a.status, a.party), 'unassigned') as from_class,
            coalesce(class_of(b.status, b.party), 'unassigned') as to_class, sum(face.area_m2) as m2
     from revision r
       join plane_face face on face.plane = r.plane and face.territory is null
       left join area a on a.revision = $1 and a.shape = face.shape
       left join area b on b.revision = $2 and b.shape = face.shape
     where r.id = $1 group by 1, 2 order by 1, 2`,
    [from, to],
  );
}

/**
 * The transition matrix of two revisions on different planes of one projection (methods B.3). Faces with the same
 * vertices in both maps are the same ground and only counted; what is left is overlaid.
 */
export async function changeByOverlay(db: Queryable, from: number, to: number): Promise<TransitionRow[]> {
  return db.query(
    `with face as materialized (
       select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class, f.geom, f.area_m2,
              md5(st_asbinary(st_normalize(f.geom))) as key
       from revision r
         join plane_face f on f.plane = r.plane and f.territory is null
         left join area on area.revision = r.id and area.shape = f.shape
       where r.id in ($1, $2)
     ), redrawn as materialized (
       select revision, class, st_union(geom) as geom from face
       where key in (select key from face group by key having count(*) = 1 and $1 <> $2) group by 1, 2
     ), met as (
       select a.class as from_class, b.class as to_class, a.area_m2 as m2
       from face a join face b using (key) where a.revision = $1 and b.revision = $2
       union all
       select a.class, b.class, st_area(st_intersection(a.geom, b.geom, $3))
       from redrawn a join redrawn b on a.revision = $1 and b.revision = $2
     )
     select from_class, to_class, sum(m2) as m2 from met group by 1, 2 having sum(m2) > 0 order by 1, 2`,
    [from, to, await overlayGrid(db, OVERLAY_GRID_M)],
  );
}

/** Square metres by class and, where that is contested, by who claims it: for what disputed ground may amount to. */
export interface ClaimedTransition {
  from_class: string;
  from_claimant: string | null;
  to_class: string;
  to_claimant: string | null;
  m2: number;
}

/**
 * The transition matrix with contested and claimed ground told apart by claimant. As `changeByOverlay`, for any planes.
 * @param region WKB (hex), working projection: only the ground inside it; null: the whole theatre
 */
export async function changeByClaimant(
  db: Queryable,
  from: number,
  to: number,
  region: string | null = null,
): Promise<ClaimedTransition[]> {
  return db.query(
    `with face as materialized (
       select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class,
              case when area.status in ('contested', 'claimed') then area.party end as claimant, part.geom,
              case when $4::geometry is null then f.area_m2 else st_area(part.geom) end as area_m2,
              md5(st_asbinary(st_normalize(f.geom))) as key
       from revision r
         join plane_face f on f.plane = r.plane and f.territory is null
         left join area on area.revision = r.id and area.shape = f.shape
         cross join lateral (
           select case when $4::geometry is null or st_coveredby(f.geom, $4::geometry) then f.geom
                       else st_collectionextract(st_intersection(f.geom, $4::geometry, $3), 3) end as geom
         ) part
       where r.id in ($1, $2) and ($4::geometry is null or st_intersects(f.geom, $4::geometry))
     ), redrawn as materialized (
       select revision, class, claimant, st_union(geom) as geom from face
       where key in (select key from face group by key having count(*) = 1 and $1 <> $2) group by 1, 2, 3
     ), met as (
       select a.class as from_class, a.claimant as from_claimant, b.class as to_class, b.claimant as to_claimant,
              a.area_m2 as m2
       from face a join face b using (key) where a.revision = $1 and b.revision = $2
       union all
       select a.class, a.claimant, b.class, b.claimant, st_area(st_intersection(a.geom, b.geom, $3))
       from redrawn a join redrawn b on a.revision = $1 and b.revision = $2
     )
     select from_class, from_claimant, to_class, to_claimant, sum(m2) as m2
     from met group by 1, 2, 3, 4 having sum(m2) > 0 order by 1, 2, 3, 4`,
    [from, to, await overlayGrid(db, OVERLAY_GRID_M), region],
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
 * both maps are taken whole, the rest by overlay; crumbs under a square metre are rounding.
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
    `with face as materialized (
       select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class, part.geom,
              md5(st_asbinary(st_normalize(f.geom))) as key
       from revision r
         join plane_face f on f.plane = r.plane and f.territory is null
         left join area on area.revision = r.id and area.shape = f.shape
         cross join lateral (
           select case when $5::geometry is null or st_coveredby(f.geom, $5::geometry) then f.geom
                       else st_collectionextract(st_intersection(f.geom, $5::geometry, $3), 3) end as geom
         ) part
       where r.id in ($1, $2) and ($5::geometry is null or st_intersects(f.geom, $5::geometry))
     ), redrawn as materialized (
       select revision, class, st_union(geom) as geom from face
       where key in (select key from face group by key having count(*) = 1 and $1 <> $2) group by 1, 2
     ), part as materialized (
       select a.class as from_class, b.class as to_class, a.geom
       from face a join face b using (key) where a.revision = $1 and b.revision = $2 and a.class <> b.class
       union all
       select a.class, b.class, (st_dump(st_collectionextract(st_intersection(a.geom, b.geom, $3), 3))).geom
       from redrawn a join redrawn b on a.revision = $1 and b.revision = $2 and a.class <> b.class
     ), near as (
       select part.*, st_clusterdbscan(geom, $4::float8, 1) over (partition by from_class, to_class) as patch
       from part where st_area(geom) > 1
     ), patch as materialized (
       select from_class, to_class, st_unaryunion(st_collect(geom), $3) as geom from near group by 1, 2, patch
     ), ground as (
       select revision.edition, edition.projection from revision join edition on edition.id = revision.edition
       where revision.id = $2
     ), known as materialized (
       select p.name, p.geom, st_transform(p.geom, ground.projection) as spot
       from place_entry p join ground on ground.edition = p.edition
     ), drawn as materialized (
       select patch.*, st_transform(patch.geom, ground.projection, 4326) as lonlat, largest.spot,
              st_setsrid(st_transform(largest.spot, ground.projection, 4326), 4326)::geography as middle
       from patch cross join ground
         cross join lateral (
           select st_pointonsurface(d.geom) as spot from st_dump(patch.geom) d
           order by st_area(d.geom) desc, st_xmin(d.geom), st_ymin(d.geom) limit 1
         ) largest
     )
     select from_class, to_class, st_area(drawn.geom) as m2, st_perimeter(drawn.geom) as perimeter_m, place.name as place,
            st_distance(place.geom::geography, middle) as distance_m,
            degrees(st_azimuth(place.geom::geography, middle)) as bearing,
            json_build_array(st_xmin(lonlat), st_ymin(lonlat), st_xmax(lonlat), st_ymax(lonlat)) as bounds,
            st_asgeojson(st_forcepolygonccw(lonlat), 7) as geometry
     from drawn
       left join lateral (select * from known order by known.spot <-> drawn.spot limit 1) place on true
     order by m2 desc, from_class, to_class`,
    [from, to, await overlayGrid(db, OVERLAY_GRID_M), mergeM, region],
  );
}
