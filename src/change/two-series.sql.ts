import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';
import { crumbSql, OVERLAY_GRID_M } from './overlay.sql.js';

/*
 * Two maps of different series, overlaid in the equal-area projection of the first. Where both have the same projection
 * their faces are taken as they are; else those of the second are projected once more, vertex by vertex: their arcs are
 * densified to 0.02 degrees already, so that an edge bends by less than a centimetre.
 */
const GROUND = `
  plan as (
    select a.id as a, b.id as b, ea.projection as projection, eb.projection as other
    from revision a join edition ea on ea.id = a.edition, revision b join edition eb on eb.id = b.edition
    where a.id = $1 and b.id = $2
  ), face as (
    select r.id as revision, coalesce(class_of(area.status, area.party), 'unassigned') as class, f.geom
    from plan join revision r on r.id in (plan.a, plan.b)
      join plane_face f on f.plane = r.plane and f.territory is null
      left join area on area.revision = r.id and area.shape = f.shape
  ), a as materialized (
    select class, st_union(geom) as geom from face, plan where revision = plan.a group by class
  ), b as materialized (
    select class, case when plan.projection = plan.other then st_union(geom)
                       else st_transform(st_union(geom), plan.other, plan.projection) end as geom
    from face, plan where revision = plan.b group by class, plan.projection, plan.other
  ), theatre_a as materialized (select st_union(geom, $3::float8) as geom from a),
  theatre_b as materialized (select st_union(geom, $3::float8) as geom from b)`;

export interface MeetingRow {
  a: string;
  b: string;
  m2: number;
}

/** Square metres by the class in the one map and the class in the other, inside both theatres. */
export async function meetings(db: Queryable, a: number, b: number): Promise<MeetingRow[]> {
  return db.query(
    `with ${GROUND}, met as (
       select a.class as a, b.class as b, st_area(st_intersection(a.geom, b.geom, $3::float8)) as m2 from a join b on a.geom && b.geom
     )
     select a, b, m2 from met where m2 > 0 order by a, b`,
    [a, b, overlayGrid(db, OVERLAY_GRID_M)],
  );
}

/** Square metres that `meetings` must add up to, and what each theatre has that the other does not. */
export interface SharedGround {
  shared: number;
  only_a: number;
  only_b: number;
  a: { class: string; m2: number }[];
  b: { class: string; m2: number }[];
}

export async function sharedGround(db: Queryable, a: number, b: number): Promise<SharedGround> {
  const [row] = await db.query<SharedGround>(
    `with ${GROUND}
     select st_area(st_intersection(ta.geom, tb.geom, $3::float8)) as shared,
            st_area(st_difference(ta.geom, tb.geom, $3::float8)) as only_a,
            st_area(st_difference(tb.geom, ta.geom, $3::float8)) as only_b,
            (select json_agg(json_build_object('class', class, 'm2', st_area(st_intersection(a.geom, tb.geom, $3::float8)))) from a) as a,
            (select json_agg(json_build_object('class', class, 'm2', st_area(st_intersection(b.geom, ta.geom, $3::float8)))) from b) as b
     from theatre_a ta, theatre_b tb`,
    [a, b, overlayGrid(db, OVERLAY_GRID_M)],
  );
  if (!row) throw new Error('two maps could not be overlaid');
  return row;
}

export interface DifferenceRow extends MeetingRow {
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
}

/** The ground inside both theatres, by pair of classes, as single polygons, largest first; crumbs (`crumbOf` the theatre) are rounding. */
export async function metPolygons(
  db: Queryable,
  a: number,
  b: number,
  pairs: readonly { a: string; b: string }[],
): Promise<DifferenceRow[]> {
  return db.query(
    `with ${GROUND}, part as materialized (
       select a.class as a, b.class as b,
              (st_dump(st_collectionextract(st_intersection(a.geom, b.geom, $3::float8), 3))).geom
       from a join b on a.geom && b.geom
         join jsonb_to_recordset($4::jsonb) as wanted(a text, b text) on wanted.a = a.class and wanted.b = b.class
     )
     select part.a, part.b, st_area(part.geom) as m2,
            st_asgeojson(st_forcepolygonccw(lonlat), case when bool_and(valid_at(lonlat, 7)) over () then 7 else 15 end) as geometry
     from part, plan cross join lateral (select st_transform(part.geom, plan.projection, 4326) as whole offset 0) turned
       cross join lateral (select ${cutAt180('whole')} as lonlat offset 0) drawn
     where st_area(part.geom) > (select ${crumbSql('st_area(geom)')} from theatre_a) order by m2 desc, part.a, part.b`,
    [a, b, overlayGrid(db, OVERLAY_GRID_M), JSON.stringify(pairs)],
  );
}
