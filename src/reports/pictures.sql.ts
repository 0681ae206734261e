import { isAcross180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';

/*
 * What pictures of a report are drawn from: GeoJSON in the working projection, whole metres, simplified to `toleranceM`
 * where it has more vertices than a picture shows. For display only: nothing is measured here.
 */

const GRID_M = 1e-6;
/** Below so many vertices of a class nothing is simplified. */
const PLENTY = 4000;

export interface GroundPicture {
  class: string;
  claimant: string | null;
  geometry: string;
}

/** The ground of a revision by class, and contested ground by who claims it; in a region (WKB hex) or the whole theatre. */
export async function groundPicture(
  db: Queryable,
  revision: number,
  region: string | null,
  toleranceM: number,
): Promise<GroundPicture[]> {
  return db.query(
    `with held as (
       select coalesce(class_of(area.status, area.party), 'unassigned') as class,
              case when area.status in ('contested', 'claimed') then area.party end as claimant, st_union(f.geom) as geom
       from revision r
         join plane_face f on f.plane = r.plane and f.territory is null
         left join area on area.revision = r.id and area.shape = f.shape
       where r.id = $1 and ($2::geometry is null or st_intersects(f.geom, $2::geometry))
       group by 1, 2
     ), cut as (
       select class, claimant, case when $2::geometry is null then geom
                                    else st_collectionextract(st_intersection(geom, $2::geometry, $3), 3) end as geom from held
     )
     select class, claimant,
            st_asgeojson(case when st_npoints(geom) > $5 then st_simplifypreservetopology(geom, $4::float8) else geom end, 0) as geometry
     from cut where not st_isempty(geom) order by class, claimant nulls first`,
    [revision, region, overlayGrid(db, GRID_M), toleranceM, PLENTY],
  );
}

/** West, south, east, north of the theatre of a revision, and its edge, simplified to so many parts of its larger extent. */
export async function theatrePicture(
  db: Queryable,
  revision: number,
  parts: number,
): Promise<{ box: [number, number, number, number]; geometry: string }> {
  const [row] = await db.query<{ box: [number, number, number, number]; geometry: string }>(
    `with theatre as materialized (
       select st_unaryunion(st_collect(f.geom), $3) as geom
       from revision r join plane_face f on f.plane = r.plane and f.territory is null where r.id = $1
     ), measured as (
       select geom, st_xmin(geom) as w, st_ymin(geom) as s, st_xmax(geom) as e, st_ymax(geom) as n from theatre
     )
     select json_build_array(w, s, e, n) as box,
            st_asgeojson(st_simplifypreservetopology(geom, greatest(e - w, n - s) / $2::float8), 0) as geometry
     from measured`,
    [revision, parts, overlayGrid(db, GRID_M)],
  );
  return row as { box: [number, number, number, number]; geometry: string };
}

/** Neighbouring states and seas as the edition has them. */
export function abroadPicture(
  db: Queryable,
  edition: number,
  toleranceM: number,
): Promise<{ name: string; kind: 'state' | 'sea'; geometry: string }[]> {
  return db.query(
    `select territory.name, territory.kind,
            st_asgeojson(st_simplifypreservetopology(st_transform(st_segmentize(territory.boundary, 0.02), projection), $2::float8), 0) as geometry
     from territory join edition on edition.id = territory.edition where edition = $1 order by territory.id`,
    [edition, toleranceM],
  );
}

export interface MarkPicture {
  what: 'place' | 'post' | 'route';
  id: string;
  name: string;
  /** Of a place: city, town, village …; null of others. */
  kind: string | null;
  geometry: string;
}

/** Places, posts and routes of an edition. */
export function marksPicture(db: Queryable, edition: number, toleranceM: number): Promise<MarkPicture[]> {
  return db.query(
    `with mark as (
       select 'place' as what, place::text as id, name, kind, geom from place_entry where edition = $1
       union all select 'post', operator || '/' || number, name, null, geom from post where edition = $1
       union all select 'route', id, name, null, st_segmentize(geom, 0.02) from route where edition = $1
     )
     select what, mark.id, mark.name, mark.kind,
            st_asgeojson(st_simplify(st_transform(mark.geom, projection), $2::float8), 0) as geometry
     from mark join edition on edition.id = $1 order by what, mark.id`,
    [edition, toleranceM],
  );
}

/** Metres: what is united for a picture is noded on this grid; it is drawn to the metre. */
const UNITED_GRID_M = 0.01;

/** Geometries in CRS84 (GeoJSON) as the working projection of an edition has them: one ground where they are cut at 180°. */
export async function projected(
  db: Queryable,
  edition: number,
  geometries: readonly string[],
  toleranceM: number,
): Promise<string[]> {
  const rows = await db.query<{ geometry: string }>(
    `with given as materialized (
       select no, st_geomfromgeojson(text) as geom from unnest($2::text[]) with ordinality as g(text, no)
     ), turned as materialized (
       -- All at once: a projection is read anew for each geometry that it is asked for.
       select st_transform(st_setsrid(st_collect(given.geom order by given.no), 4326), min(projection)) as geoms
       from edition cross join given where edition.id = $1
     ), part as (
       select path[1] as no, case when min(cardinality(path)) = 1 then (array_agg(geom))[1] else st_collect(geom order by path) end as geom
       from turned cross join lateral st_dump(geoms) group by 1
     )
     select st_asgeojson(st_simplifypreservetopology(whole, $3::float8), 0) as geometry
     from part join given using (no) cross join lateral (
       select case when ${isAcross180('given.geom')} then st_unaryunion(part.geom, ${UNITED_GRID_M}) else part.geom end as whole
     ) united order by no`,
    [edition, geometries, toleranceM],
  );
  return rows.map((row) => row.geometry);
}
