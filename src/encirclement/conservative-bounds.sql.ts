import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow } from '../store/statement.js';
import { clustered } from './connectivity.sql.js';
import { type Bounds, conservativeBounds } from './margins.js';
import { SIMPLIFY_M } from './policy-masks.sql.js';
import type { Policy } from './verdict.js';

/*
 * Verdicts of many posts (methods A.4): what a disc of one width sweeps from the anchor is made once, as ground with an
 * index, and every post only looks up whether it lies in it. The ground is made twice, from barriers simplified by
 * BOUNDS_SIMPLIFY_M: no larger and no smaller than the exact method's (`opensAt`). A post in the smaller passes, one
 * outside the larger does not, and for those between the two nothing is decided.
 */

/** Topology-preserving, metres: on top of `SIMPLIFY_M`, which the exact method has too. */
export const BOUNDS_SIMPLIFY_M = 25;
const QUAD_SEGMENTS = 8;

/** Makes the place for swept ground, and the light barriers of both policies. After `dissolveMasks`. */
export async function createBounds(tx: Queryable): Promise<void> {
  await tx.query(`
    create temp table if not exists mask_opened
      (policy text, w double precision, bound text, geom geometry) on commit drop;
    create index if not exists mask_opened_geom on mask_opened using gist (geom);
    create temp table if not exists barrier_simplified (policy text, geom geometry) on commit drop;
    truncate mask_opened, barrier_simplified`);
  await tx.query(
    `insert into barrier_simplified (policy, geom)
     select policy, st_simplifypreservetopology(geom, $1) from mask_part where part = 'barrier'`,
    [BOUNDS_SIMPLIFY_M],
  );
}

/** The ground within reach of what a disc sweeps, in indexed pieces. Answers the number of pieces, 0 when nothing is swept. */
async function open(
  tx: Queryable,
  policy: Policy,
  widthM: number,
  bound: 'inner' | 'outer',
  radii: Bounds['inner'],
  gridM: number,
): Promise<number | undefined> {
  const [row] = await tx.query<{ pieces: number }>(
    `with free as materialized (
       select st_difference(m.geom, st_buffer(w.geom, $4::float8, 'quad_segs=${QUAD_SEGMENTS}'), $6::float8) as geom
       from mask_part m, barrier_simplified w where m.part = 'mapped' and w.policy = $1),
     reaching as materialized (
       select d.geom from free, lateral st_dump(st_multi(st_collectionextract(free.geom, 3))) d
       where exists (select from mask_core c where c.policy = $1 and st_dwithin(c.geom, d.geom, $2::float8 / 2))
         and exists (select from mask_component m where m.policy = $1 and m.main and st_intersects(m.geom, st_pointonsurface(d.geom)))),
     kept as (
       insert into mask_opened (policy, w, bound, geom)
       select $1, $2, $3, st_subdivide(st_buffer(geom, $5::float8, 'quad_segs=${QUAD_SEGMENTS}'), 256, $6::float8) from reaching
       returning 1)
     select count(*)::int as pieces from kept`,
    [policy, widthM, bound, radii.erosionM, radii.dilationM, gridM],
  );
  return row?.pieces;
}

/** Which posts surely pass and which surely do not; the others are the exact method's. */
export interface Passage {
  passes: Set<number>;
  fails: Set<number>;
}

/** Which of these posts a disc of `widthM` surely reaches, and which surely not. None of either for widths that the simplification blurs. */
export async function boundPasses(
  tx: Queryable,
  policy: Policy,
  widthM: number,
  reachM: number,
  ids: readonly number[],
): Promise<Passage> {
  const [widest] = await tx.query<{ r0: number }>('select coalesce(max(r0), 0) as r0 from mask_post');
  const bounds = conservativeBounds(widthM, {
    reachM,
    widestReachM: Math.max(reachM, widest?.r0 ?? 0),
    simplifiedM: BOUNDS_SIMPLIFY_M,
    quadSegments: QUAD_SEGMENTS,
  });
  if (!bounds || !ids.length) return { passes: new Set(), fails: new Set() };
  const gridM = overlayGrid(tx);
  requiredRow(await open(tx, policy, widthM, 'inner', bounds.inner, gridM), `opened by ${widthM} m`);
  requiredRow(await open(tx, policy, widthM, 'outer', bounds.outer, gridM), `opened by ${widthM} m`);
  await tx.query('analyze mask_opened');
  const rows = await tx.query<{ id: number; inner: boolean; outer: boolean }>(
    `select p.id,
       exists (select from mask_opened o where o.policy = $1 and o.w = $2 and o.bound = 'inner' and st_intersects(o.geom, p.geom)) as inner,
       exists (select from mask_opened o where o.policy = $1 and o.w = $2 and o.bound = 'outer' and st_intersects(o.geom, p.geom)) as outer
     from mask_post p where p.id = any($3)`,
    [policy, widthM, ids],
  );
  return {
    passes: new Set(rows.filter((row) => row.inner).map(({ id }) => id)),
    fails: new Set(rows.filter((row) => !row.outer).map(({ id }) => id)),
  };
}

/** Which isolated posts are surely nearer to the main body than a hop of `widthM`, and which are surely not. */
export async function boundHops(
  tx: Queryable,
  policy: Policy,
  widthM: number,
  ids: readonly number[],
): Promise<Passage> {
  if (!ids.length) return { passes: new Set(), fails: new Set() };
  const cids = await clustered(tx, policy, widthM);
  const rows = await tx.query<{ id: number; near: boolean; maybe: boolean }>(
    `select p.id,
       $2::float8 > $4::float8 and exists (select from mask_piece c where c.mask = $1 and c.cid = any($5)
                                           and st_dwithin(c.geom, p.geom, p.r0 + $2::float8 - $4::float8)) as near,
       exists (select from mask_piece c where c.mask = $1 and c.cid = any($5)
               and st_dwithin(c.geom, p.geom, p.r0 + $2::float8 + $4::float8)) as maybe
     from mask_post p where p.id = any($3)`,
    [policy, widthM, ids, SIMPLIFY_M, cids],
  );
  return {
    passes: new Set(rows.filter((row) => row.near).map(({ id }) => id)),
    fails: new Set(rows.filter((row) => !row.maybe).map(({ id }) => id)),
  };
}
