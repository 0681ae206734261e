import { overlayGrid } from './ground.js';
import type { Queryable } from './pool.js';

/** On the embedded engine maps are overlaid on a grid of a micrometre: areas move by 1e-10 of themselves at most. */
const OVERLAY_GRID_M = 1e-6;

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

/** The transition matrix of two revisions on different planes of one projection, by overlay (methods B.3). */
export async function changeByOverlay(db: Queryable, from: number, to: number): Promise<TransitionRow[]> {
  return db.query(
    `with classed as materialized (
       select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class,
              st_union(face.geom) as geom
       from revision r
         join plane_face face on face.plane = r.plane and face.territory is null
         left join area on area.revision = r.id and area.shape = face.shape
       where r.id in ($1, $2) group by 1, 2
     ), met as (
       select a.class as from_class, b.class as to_class, st_area(st_intersection(a.geom, b.geom, $3)) as m2
       from classed a join classed b on a.revision = $1 and b.revision = $2
     )
     select from_class, to_class, m2 from met where m2 > 0 order by 1, 2`,
    [from, to, await overlayGrid(db, OVERLAY_GRID_M)],
  );
}

export interface PatchRow {
  from_class: string;
  to_class: string;
  m2: number;
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
  /** Nearest place and the true bearing from it to the patch, degrees clockwise from north. */
  place: string | null;
  distance_m: number | null;
  bearing: number | null;
}

/** The ground that changed its class, as connected patches, largest first, with the place nearest to each. */
export async function changePatches(db: Queryable, from: number, to: number): Promise<PatchRow[]> {
  return db.query(
    `with classed as materialized (
       select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class,
              st_union(face.geom) as geom
       from revision r
         join plane_face face on face.plane = r.plane and face.territory is null
         left join area on area.revision = r.id and area.shape = face.shape
       where r.id in ($1, $2) group by 1, 2
     ), patch as materialized (
       select a.class as from_class, b.class as to_class,
              (st_dump(st_collectionextract(st_intersection(a.geom, b.geom, $3), 3))).geom as geom
       from classed a join classed b on a.revision = $1 and b.revision = $2 and a.class <> b.class
     )
     select from_class, to_class, st_area(patch.geom) as m2, near.name as place, near.distance_m, near.bearing,
            st_asgeojson(st_forcepolygonccw(st_transform(patch.geom, edition.projection, 4326)), 7) as geometry
     from patch
       join revision on revision.id = $2 join edition on edition.id = revision.edition
       left join lateral (
         select p.name, st_distance(p.geom::geography, middle.spot::geography) as distance_m,
                degrees(st_azimuth(p.geom::geography, middle.spot::geography)) as bearing
         from place_entry p
           cross join (select st_setsrid(st_transform(st_pointonsurface(patch.geom), edition.projection, 4326), 4326) as spot) middle
         where p.edition = revision.edition
         order by p.geom <-> middle.spot limit 1
       ) near on true
     where st_area(patch.geom) > 0
     order by m2 desc, from_class, to_class`,
    [from, to, await overlayGrid(db, OVERLAY_GRID_M)],
  );
}
