import { type OpenSectors, openSectors } from '../../geometry/bearing-sectors.js';
import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow, requiredRows } from '../../store/statement.js';
import type { Policy } from '../verdict.js';
import { reachShare, type SeenEdge } from './reach.js';

/** Distances from a post, metres; null where there is no such ground. */
export interface Distances {
  id: number;
  d_hostile_m: number | null;
  /** To the main body under the strict policy. */
  d_main_m: number | null;
  in_hostile: boolean;
  mapped: boolean;
}

/** Nearest hostile ground and main body of every post (methods D4). Needs `dissolveMasks`. */
export async function measureDistances(tx: Queryable): Promise<Distances[]> {
  return requiredRows<Distances>(
    tx,
    'measured from the posts',
    `select p.id,
      (select min(st_distance(g.geom, p.geom)) from mask_face g where g.stance = 'hostile') as d_hostile_m,
      (select min(st_distance(m.geom, p.geom)) from mask_component m where m.policy = 'strict' and m.main) as d_main_m,
      exists (select from mask_face g where g.stance = 'hostile' and st_dwithin(g.geom, p.geom, 0)) as in_hostile,
      exists (select from mask_piece c where c.mask = 'mapped' and st_dwithin(c.geom, p.geom, 0.01)) as mapped
    from mask_post p order by p.id`,
  );
}

/** The edges of hostile ground and of the main body (strict policy) within a radius of a post, relative to it, metres. */
async function edgesAround(tx: Queryable, post: number, radiusM: number): Promise<SeenEdge[]> {
  const [row] = await tx.query<{ edges: SeenEdge[] }>(
    `with body as (
       select 'hostile' as of, geom from mask_face where stance = 'hostile'
       union all select 'main', geom from mask_component where policy = 'strict' and main),
     edge as (
       select body.of, st_x(st_startpoint(d.geom)) - st_x(p.geom) as ax, st_y(st_startpoint(d.geom)) - st_y(p.geom) as ay,
         st_x(st_endpoint(d.geom)) - st_x(p.geom) as bx, st_y(st_endpoint(d.geom)) - st_y(p.geom) as by
       from mask_post p join body on st_dwithin(body.geom, p.geom, $2), lateral st_dumpsegments(body.geom) d
       where p.id = $1 and st_dwithin(d.geom, p.geom, $2))
     select coalesce(json_agg(edge), '[]') as edges from edge`,
    [post, radiusM],
  );
  return requiredRow(row, 'swept around a post').edges;
}

export interface Sweep {
  /** The open bearings, from grid north (methods D4, open_share): none from within or on the edge of hostile ground. */
  open: OpenSectors;
  /** Share of bearings on which the main body is met before hostile ground: 1 in the main body, 0 in hostile ground. */
  reach_share: number;
}

/** One look around a post, to a radius in metres (methods D4). */
export async function measureSweep(tx: Queryable, post: Distances, radiusM: number): Promise<Sweep> {
  const inMain = post.d_main_m === 0;
  if (post.in_hostile) return { open: { share: 0, sectors: [], largest: null }, reach_share: inMain ? 1 : 0 };
  const edges = await edgesAround(tx, post.id, radiusM);
  const open = openSectors(
    edges.filter((edge) => edge.of === 'hostile'),
    radiusM,
  );
  return { open, reach_share: inMain ? 1 : reachShare(edges, radiusM) };
}

export interface Ring {
  area_m2: number;
  /** Outer perimeter, metres. */
  perimeter_m: number;
  /** Share of the perimeter by class of what lies beyond it; `unmapped` is the edge of the map. Sums to 1. */
  shares: Record<string, number>;
}

/**
 * The ring around the ground a post stands in (methods D1): area of the component within its r0, and who holds the
 * other side of its outer edge. Null when it stands in none. Assumes that the faces of `mask_face` do not overlap.
 * @param seamM ground in no area that is on average no wider (metres) is a seam between two drawings and holds nothing: the
 *   nearest ground beyond it does, where there is some as near as that
 */
export async function measureRing(tx: Queryable, policy: Policy, post: number, seamM: number): Promise<Ring | null> {
  const [row] = await tx.query<{ ring: Ring | null }>(
    `with body as materialized (
       select m.geom, m.area, st_exteriorring(m.geom) as edge from mask_component m, mask_post p
       where m.policy = $1 and p.id = $2 and st_dwithin(m.geom, p.geom, p.r0)
       order by st_distance(m.geom, p.geom), m.area desc limit 1),
     near as materialized (
       select g.stance, g.class, g.geom,
         g.class = 'unassigned' and 2 * st_area(g.geom) <= $4::float8 * st_perimeter(g.geom) as seam
       from body join mask_face g on g.geom && st_expand(body.edge, $4)),
     side as materialized (
       select near.class, near.seam, st_collectionextract(st_intersection(body.edge, near.geom, $3::double precision), 2) as geom
       from body join near on near.geom && body.edge
       where near.stance in ('hostile', 'closed', 'sea')
         or ($1 = 'strict' and near.stance in ('contested', 'unknown', 'neutral'))),
     holder as materialized (
       select near.class, near.geom from near, body
       where not near.seam and exists (select from side where seam) and not st_dwithin(st_pointonsurface(near.geom), body.geom, 0)),
     across as (
       select coalesce(beyond.class, side.class) as class, st_length(segment.geom) as metres
       from side cross join lateral st_dumpsegments(side.geom) segment
         cross join lateral st_lineinterpolatepoint(segment.geom, 0.5) as middle
         left join lateral (select h.class from holder h where st_dwithin(h.geom, middle, $4)
                            order by st_distance(h.geom, middle), h.class limit 1) beyond on true
       where side.seam),
     beyond as materialized (
       select class, sum(metres) as metres
       from (select class, st_length(geom) as metres from side where not seam union all select * from across) part
       group by class),
     total as (select coalesce(sum(metres), 0) as metres from beyond)
     select (select json_build_object('area_m2', area, 'perimeter_m', st_length(edge), 'shares',
         (select coalesce(json_object_agg(class, metres / st_length(edge)) filter (where metres > 0.01), '{}') from beyond)::jsonb
         || case when st_length(edge) - total.metres > 1e-6 * st_length(edge)
              then jsonb_build_object('unmapped', 1 - total.metres / st_length(edge)) else '{}' end)
       from body) as ring
     from total`,
    [policy, post, overlayGrid(tx), seamM],
  );
  return requiredRow(row, 'walked around').ring;
}
