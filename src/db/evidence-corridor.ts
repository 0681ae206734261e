import { type Mesh, meshOf, type Spot, type TriangleRow } from '../model/mesh.js';
import type { Policy } from '../model/verdict.js';
import { answered, overlayGrid, SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M } from './ground.js';
import type { Queryable } from './pool.js';

export interface Standing {
  id: number;
  spot: Spot;
  r0: number;
  /** The component of the main body the post is connected to; null when to none. */
  cid: number | null;
  /** Whether any ground of its side is within r0. */
  held: boolean;
}

/** Which component of the main body each post stands in, or near, to within its r0 (metres). Needs `dissolveGround`. */
export async function standings(tx: Queryable, policy: Policy): Promise<Standing[]> {
  return tx.query<Standing>(
    `select p.id, jsonb_build_array(st_x(p.geom), st_y(p.geom)) as spot, p.r0,
       (select m.cid from ground_mask m where m.policy = $1 and m.main and st_dwithin(m.geom, p.geom, p.r0)
        order by st_distance(m.geom, p.geom), m.area desc limit 1) as cid,
       exists (select from ground_mask m where m.policy = $1 and st_dwithin(m.geom, p.geom, p.r0)) as held
     from ground_post p order by p.id`,
    [policy],
  );
}

interface Triangulation {
  triangles: TriangleRow[];
  rim: Spot[];
  /** Area of the triangles over the area of the ground: 1 but for rounding. */
  covered: number;
}

/**
 * Triangles of a component, its outline sampled every `$3` metres or 3,000 points, whichever is coarser. `$4` m is taken
 * off it first (0: nothing), which parts rings that touch. A triangle is of the core where a thousandth less of it meets
 * the anchor: in common with it must be an area.
 */
async function triangulate(tx: Queryable, policy: Policy, cid: number, spacingM: number, lessM: number) {
  const [row] = await tx.query<{ found: Triangulation | null }>(
    `with body as materialized (
       select st_segmentize(o.geom, greatest($3::float8, st_perimeter(o.geom) / 3000)) as geom
       from ground_mask m, lateral (select case when $4::float8 = 0 then m.outline
           else st_buffer(m.outline, -$4::float8, 'join=mitre') end as geom) o
       where m.policy = $1 and m.cid = $2 and st_geometrytype(o.geom) = 'ST_Polygon' and st_isvalid(o.geom)),
     core as materialized (select st_collect(geom) as geom from (
       select (st_dump(geom)).geom from ground_core where policy = $1) part),
     triangle as materialized (
       select st_exteriorring(d.geom) as ring, st_area(d.geom) as area,
         coalesce(st_intersects(core.geom, st_scale(d.geom, st_point(0.999, 0.999), st_centroid(d.geom))), false) as core
       from body cross join core, lateral st_dump(st_triangulatepolygon(body.geom)) d where st_area(d.geom) > 0),
     near as materialized (
       select 0.01 + case when sum(st_npoints(geom)) > $5 then 2 * $6::float8 else 0 end as metres from ground),
     corner as materialized (
       select distinct st_x(d.geom) as x, st_y(d.geom) as y
       from body, near, ground_part m, lateral st_dumppoints(body.geom) d
       where m.part = 'mapped' and st_dwithin(st_boundary(m.geom), d.geom, near.metres + $4::float8))
     select (select jsonb_build_object(
         'triangles', (select jsonb_agg(jsonb_build_array(
            st_x(st_pointn(ring, 1)), st_y(st_pointn(ring, 1)), st_x(st_pointn(ring, 2)), st_y(st_pointn(ring, 2)),
            st_x(st_pointn(ring, 3)), st_y(st_pointn(ring, 3)), core::int)) from triangle),
         'rim', (select coalesce(jsonb_agg(jsonb_build_array(x, y)), '[]') from corner, near
            where not exists (select from ground_part w where w.part = 'wall' and w.policy = $1
                              and st_dwithin(w.geom, st_point(x, y), near.metres + $4::float8))),
         'covered', (select sum(area) from triangle) / st_area(body.geom)) from body) as found`,
    [policy, cid, spacingM, lessM, SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M],
  );
  return answered(row, 'triangulated').found;
}

/** What is taken off an outline whose rings touch in a way that GEOS 3.11 does not triangulate, metres. */
const LESS_M = 0.01;

/** A triangulation that covers the ground, or null. An exception is caught on a server; the embedded GEOS has none here. */
async function attempt(tx: Queryable, catching: boolean, work: () => Promise<Triangulation | null>) {
  if (catching) await tx.query('savepoint triangulation');
  try {
    const found = await work();
    return found?.triangles && Math.abs(found.covered - 1) < 1e-6 ? found : null;
  } catch (error) {
    if (!catching) throw error;
    await tx.query('rollback to savepoint triangulation');
    return null;
  }
}

/**
 * The mesh of one component (methods A.4, constrained Delaunay): widths read off it are at most `√(w² + spacing²)`.
 * Null when the outline cannot be triangulated.
 */
export async function corridorMesh(tx: Queryable, policy: Policy, cid: number, spacingM: number): Promise<Mesh | null> {
  const server = (await overlayGrid(tx)) < 0;
  const found =
    (await attempt(tx, server, () => triangulate(tx, policy, cid, spacingM, 0))) ??
    (await attempt(tx, server, () => triangulate(tx, policy, cid, spacingM, LESS_M)));
  return found && meshOf(found.triangles, found.rim);
}
