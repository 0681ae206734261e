import { SalientError } from '../../errors.js';
import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow, requiredRows } from '../../store/statement.js';
import { type Mesh, meshOf, type Spot, type TriangleRow } from '../mesh.js';
import { SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M } from '../policy-masks.sql.js';
import type { Policy } from '../verdict.js';

export interface Standing {
  id: number;
  spot: Spot;
  r0: number;
  /** The component of the main body the post is connected to; null when to none. */
  cid: number | null;
  /** Whether any ground of its side is within r0. */
  held: boolean;
}

/** Which component of the main body each post stands in, or near, to within its r0 (metres). Needs `dissolveMasks`. */
export async function standings(tx: Queryable, policy: Policy): Promise<Standing[]> {
  return requiredRows<Standing>(
    tx,
    'searched for what the posts stand in',
    `select p.id, jsonb_build_array(st_x(p.geom), st_y(p.geom)) as spot, p.r0,
       (select m.cid from mask_component m where m.policy = $1 and m.main and st_dwithin(m.geom, p.geom, p.r0)
        order by st_distance(m.geom, p.geom), m.area desc limit 1) as cid,
       exists (select from mask_component m where m.policy = $1 and st_dwithin(m.geom, p.geom, p.r0)) as held
     from mask_post p order by p.id`,
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
 * Triangles of a component, its outline sampled every `$3` metres or 3,000 points, whichever is coarser, and simplified by
 * a tenth of that where it is heavy (109,000 vertices take 5 s). `$4` m is taken off it first (0: nothing), which parts
 * rings that touch. A triangle is of the core where a thousandth less of it meets
 * the anchor: in common with it must be an area.
 */
async function triangulate(tx: Queryable, policy: Policy, cid: number, spacingM: number, lessM: number) {
  const [row] = await tx.query<{ found: Triangulation | null }>(
    `with body as materialized (
       select st_segmentize(o.geom, greatest($3::float8, st_perimeter(o.geom) / 3000)) as geom
       from mask_component m,
         lateral (select case when st_npoints(m.outline) > $5 then st_simplifypreservetopology(m.outline, $3::float8 / 10)
           else m.outline end as geom) s,
         lateral (select case when $4::float8 = 0 then s.geom
           else st_buffer(s.geom, -$4::float8, 'join=mitre') end as geom) o
       where m.policy = $1 and m.cid = $2 and st_geometrytype(o.geom) = 'ST_Polygon' and st_isvalid(o.geom)),
     core as materialized (select st_collect(geom) as geom from (
       select (st_dump(geom)).geom from mask_core where policy = $1) part),
     triangle as materialized (
       select st_exteriorring(d.geom) as ring, st_area(d.geom) as area,
         coalesce(st_intersects(core.geom, st_scale(d.geom, st_point(0.999, 0.999), st_centroid(d.geom))), false) as core
       from body cross join core, lateral st_dump(st_triangulatepolygon(body.geom)) d where st_area(d.geom) > 0),
     near as materialized (
       select 0.01 + case when sum(st_npoints(geom)) > $5 then 2 * $6::float8 + $3::float8 / 10 else 0 end as metres from mask_face),
     corner as materialized (
       select distinct st_x(d.geom) as x, st_y(d.geom) as y
       from body, near, lateral st_dumppoints(body.geom) d
       where exists (select from mask_piece e where e.mask = 'edge'
                     and st_dwithin(e.geom, d.geom, near.metres + $4::float8)))
     select (select jsonb_build_object(
         'triangles', (select jsonb_agg(jsonb_build_array(
            st_x(st_pointn(ring, 1)), st_y(st_pointn(ring, 1)), st_x(st_pointn(ring, 2)), st_y(st_pointn(ring, 2)),
            st_x(st_pointn(ring, 3)), st_y(st_pointn(ring, 3)), core::int)) from triangle),
         'rim', (select coalesce(jsonb_agg(jsonb_build_array(x, y)), '[]') from corner, near
            where not exists (select from mask_piece w where w.mask = $1 || ' barrier'
                              and st_dwithin(w.geom, st_point(x, y), near.metres + $4::float8))),
         'covered', (select sum(area) from triangle) / st_area(body.geom)) from body) as found`,
    [policy, cid, spacingM, lessM, SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M],
  );
  return requiredRow(row, 'triangulated').found;
}

/** Small pieces of the edge of the map and of the barriers, with the index of the others, once per transaction. */
async function subdivideEdges(tx: Queryable): Promise<void> {
  await tx.query(
    `insert into mask_piece (mask, main, geom)
     select case part when 'mapped' then 'edge' else policy || ' barrier' end, false,
       st_subdivide(case part when 'mapped' then st_boundary(geom) else geom end, 64, $1::float8)
     from mask_part
     where part in ('mapped', 'barrier') and not st_isempty(geom)
       and not exists (select from mask_piece where mask = 'edge')`,
    [overlayGrid(tx)],
  );
}

/**
 * What is taken off an outline, metres, in the order of trial. GEOS stops at some rings that touch at a point (`Unable to
 * find a convex corner`; 3.11 at many, 3.14 at few), so those are parted by a centimetre first.
 */
const LESS_M = { touching: [0.01, 0, 1], apart: [0, 0.01, 1] };

/** Whether rings of a component touch: then a point is in two of them. */
async function ringsTouch(tx: Queryable, policy: Policy, cid: number): Promise<boolean> {
  const [row] = await tx.query<{ touching: boolean }>(
    `select count(distinct (st_x(d.geom), st_y(d.geom))) < count(*) - st_nrings(m.outline) as touching
     from mask_component m, lateral st_dumppoints(m.outline) d where m.policy = $1 and m.cid = $2 group by m.outline`,
    [policy, cid],
  );
  return requiredRow(row, 'searched for rings that touch').touching;
}

/** A triangulation that covers the ground, or null. An exception is caught on a server; on the embedded engine it would end the connection, so there only the safest trial is made. */
async function attempt(tx: Queryable, catching: boolean, work: () => Promise<Triangulation | null>) {
  if (catching) await tx.query('savepoint triangulation');
  try {
    const found = await work();
    return found?.triangles && Math.abs(found.covered - 1) < 1e-6 ? found : null;
  } catch (error) {
    // What GEOS could not triangulate is tried again otherwise; what was lost is not.
    if (!catching || error instanceof SalientError) throw error;
    await tx.query('rollback to savepoint triangulation');
    return null;
  }
}

/**
 * The mesh of one component (methods A.4, constrained Delaunay): widths read off it are at most `√(w² + spacing²)`.
 * Null when the outline cannot be triangulated.
 */
export async function corridorMesh(tx: Queryable, policy: Policy, cid: number, spacingM: number): Promise<Mesh | null> {
  await subdivideEdges(tx);
  const server = overlayGrid(tx) < 0;
  const trials = LESS_M[(await ringsTouch(tx, policy, cid)) ? 'touching' : 'apart'];
  for (const less of server ? trials : trials.slice(0, 1)) {
    const found = await attempt(tx, server, () => triangulate(tx, policy, cid, spacingM, less));
    if (found) return meshOf(found.triangles, found.rim);
  }
  return null;
}
