import { SalientError } from '../errors.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow } from '../store/statement.js';

/**
 * The planar partition seen from one side (methods A.2), in temp tables of the transaction: planar metres, SRID 0.
 * The caller fills `mask_face`, `mask_anchor` and `mask_post`; `dissolveMasks` makes the rest.
 *
 * - `mask_face.stance`: own, ally, open are traversable; hostile, closed, sea are barriers; contested, unknown, neutral are barriers
 *   to the strict policy and traversable to the lenient one. `class` labels the ring around a pocket.
 * - outside `mask_face` is unmapped: neither barrier nor traversable.
 * - `mask_anchor` empty: the largest component is the main body, its largest inscribed disc the anchor.
 */
export async function createMasks(tx: Queryable): Promise<void> {
  await tx.query(`
    create temp table if not exists mask_face (stance text not null, class text not null, geom geometry not null)
      on commit drop;
    create temp table if not exists mask_anchor (geom geometry not null) on commit drop;
    create temp table if not exists mask_post (id int primary key, geom geometry not null, r0 double precision not null)
      on commit drop;
    create temp table if not exists mask_part (policy text, part text, geom geometry) on commit drop;
    create temp table if not exists mask_component
      (policy text, cid int, main boolean, area double precision, geom geometry, outline geometry) on commit drop;
    create temp table if not exists mask_core (policy text, geom geometry) on commit drop;
    create temp table if not exists mask_piece (mask text, main boolean, cid int, geom geometry) on commit drop;
    create temp table if not exists barrier_buffer (policy text, r double precision, geom geometry) on commit drop;
    create temp table if not exists mask_eroded
      (policy text, w double precision, cid int, reaches boolean, geom geometry) on commit drop;
    create index if not exists mask_piece_geom on mask_piece using gist (geom);
    create index if not exists mask_piece_of on mask_piece (mask, cid);
    create index if not exists mask_eroded_geom on mask_eroded using gist (geom);
    truncate mask_face, mask_anchor, mask_post`);
}

interface Parts {
  policies: number;
  mapped: number;
  traversable: number;
  barrier: number;
}

/** Of a planar partition without overlaps, the areas of its faces add up to the area mapped to this share of it. */
const OVERLAP = 1e-11;

/**
 * Unions the ground into what is mapped, and per policy into traversable ground and barrier. Answers areas in m², for the balance.
 * Exact vertices on both engines: faces are noded, and a grid would fuse what touches at a point. Each face is united once: with
 * what a side surely holds, with what is disputed, or with what it surely does not. Nothing is answered where faces overlap, which
 * `uniteOverlapping` decides.
 */
async function unitePartition(tx: Queryable): Promise<Parts | undefined> {
  const [parts] = await tx.query<Parts>(
    `with whole as materialized (
       select coalesce(st_union(geom) filter (where stance in ('own', 'ally', 'open')), 'POLYGON EMPTY') as sure,
              coalesce(st_union(geom) filter (where stance in ('contested', 'unknown', 'neutral')), 'POLYGON EMPTY') as disputed,
              coalesce(st_union(geom) filter (where stance in ('hostile', 'closed', 'sea')), 'POLYGON EMPTY') as hostile,
              sum(st_area(geom)) as faces from mask_face),
     joined as materialized (
       select *, st_union(sure, disputed) as lenient, st_union(disputed, hostile) as barrier from whole),
     part as materialized (
       select policy, part, geom from joined, lateral (values
         ('mapped', 'mapped', st_union(lenient, hostile)), ('strict', 'traversable', sure), ('strict', 'barrier', barrier),
         ('lenient', 'traversable', lenient), ('lenient', 'barrier', hostile)) named(policy, part, geom)),
     total as materialized (
       select faces, (select st_area(geom) from part where part = 'mapped') as mapped from whole),
     kept as (
       insert into mask_part (policy, part, geom)
       select part.* from part, total where faces - mapped <= mapped * ${OVERLAP} returning policy, part, st_area(geom) as area)
    select count(distinct policy)::int as policies, coalesce(sum(area) filter (where part = 'mapped'), 0) as mapped,
      coalesce(sum(area) filter (where part = 'traversable'), 0) as traversable, coalesce(sum(area) filter (where part = 'barrier'), 0) as barrier
    from kept`,
  );
  return parts;
}

/** As `unitePartition`. Where faces overlap, strict gives the ground to the hostile side and lenient to the friendly one (G). */
async function uniteOverlapping(tx: Queryable): Promise<Parts | undefined> {
  const [parts] = await tx.query<Parts>(
    `with role (policy, stance, part) as (
      select policy, stance, case
          when stance in ('own', 'ally', 'open') then 'traversable'
          when stance = 'hostile' then 'hostile'
          when stance in ('contested', 'unknown', 'neutral') and policy = 'lenient' then 'traversable'
          else 'barrier' end
      from unnest(array['strict', 'lenient']) policy,
           unnest(array['own', 'ally', 'open', 'hostile', 'contested', 'unknown', 'neutral', 'closed', 'sea']) stance),
    united as materialized (
      select policy,
        coalesce(st_union(geom) filter (where part = 'traversable'), 'POLYGON EMPTY') as traversable,
        coalesce(st_union(geom) filter (where part = 'hostile'), 'POLYGON EMPTY') as hostile,
        coalesce(st_union(geom) filter (where part = 'barrier'), 'POLYGON EMPTY') as barrier
      from mask_face join role using (stance) group by policy),
    kept as (
      insert into mask_part (policy, part, geom)
      select 'mapped', 'mapped', st_union(geom) from mask_face
      union all
      select policy, 'traversable', case policy when 'strict' then st_difference(traversable, hostile) else traversable end from united
      union all
      select policy, 'barrier', case policy
          when 'strict' then st_union(hostile, st_difference(barrier, traversable))
          else st_difference(st_union(hostile, barrier), traversable) end from united
      returning policy, part, st_area(geom) as area)
    select count(distinct policy)::int as policies, coalesce(sum(area) filter (where part = 'mapped'), 0) as mapped,
      coalesce(sum(area) filter (where part = 'traversable'), 0) as traversable, coalesce(sum(area) filter (where part = 'barrier'), 0) as barrier
    from kept`,
  );
  return parts;
}

/** Above this many vertices outlines are simplified before morphology: 15 erosions of 108,000 vertices cost 10 s raw. */
export const SIMPLIFY_ABOVE_VERTICES = 5000;
/** Topology-preserving; moves a neck or a gap by at most twice as much (methods A.4). States are never simplified. */
export const SIMPLIFY_M = 10;

/** Simplifies the barriers and the edge of the map where they are heavy. The traversable parts keep every vertex. */
async function simplifyBarriers(tx: Queryable): Promise<void> {
  await tx.query(
    `update mask_part set geom = st_simplifypreservetopology(geom, $2)
     where part in ('barrier', 'mapped') and st_npoints(geom) > $1`,
    [SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M],
  );
}

/**
 * Components of the traversable ground per policy: the parts of a valid multipolygon have connected interiors and touch at points at
 * most. Main are those that share area with the anchor; an edge in common is not a connection. Crumbs under 0.01 m²
 * are rounding. Answers how many components there are.
 */
async function splitComponents(tx: Queryable, gridM: number): Promise<number | undefined> {
  const [row] = await tx.query<{ components: number }>(
    `with part as materialized (
       select policy, (row_number() over (partition by policy order by st_area(d.geom) desc))::int as cid, d.geom
       from mask_part, lateral st_dump(geom) d where part = 'traversable' and st_area(d.geom) > 0.01),
     light as materialized (select policy, sum(st_npoints(geom)) <= $1 as as_is from part group by policy),
     kept as (
       insert into mask_component (policy, cid, main, area, geom, outline)
       select policy, cid,
         case when exists (select from mask_anchor)
           then exists (select from mask_anchor a
                        where a.geom && part.geom and st_area(st_intersection(a.geom, part.geom, $3::double precision)) > 0.01)
           else cid = 1 end,
         st_area(geom), geom, case when as_is then geom else st_simplifypreservetopology(geom, $2) end
       from part join light using (policy) returning cid)
     select count(*)::int as components from kept`,
    [SIMPLIFY_ABOVE_VERTICES, SIMPLIFY_M, gridM],
  );
  return row?.components;
}

/** Vertices of a piece of ground that is looked up by an index. */
export const PIECE_VERTICES = 256;

/** For points alone: of so few (SQL: their table) the whole is asked sooner than it is cut into pieces. */
export const pieceVertices = (points: string) =>
  `case when (select count(*) from ${points}) > 100 then ${PIECE_VERTICES} else 2147483647 end`;

/**
 * Small pieces with an index: of what is mapped, for points, and of the traversable ground per policy, for other ground as well.
 * Answers their number.
 */
async function subdivide(tx: Queryable, gridM: number): Promise<number | undefined> {
  const [row] = await tx.query<{ pieces: number }>(
    `with kept as (
      insert into mask_piece (mask, main, cid, geom)
      select 'mapped', false, null, st_subdivide(geom, ${pieceVertices('mask_post')}, $1::double precision) from mask_face
      union all
      select policy, main, cid, st_subdivide(geom, ${PIECE_VERTICES}, $1::double precision) from mask_component returning 1)
    select count(*)::int as pieces from kept`,
    [gridM],
  );
  return row?.pieces;
}

/** The part of the anchor that is traversable, or the largest disc in the main body when no anchor is declared. */
async function coreOfMain(tx: Queryable, gridM: number): Promise<number | undefined> {
  const [row] = await tx.query<{ cores: number }>(
    `with kept as (
      insert into mask_core (policy, geom)
      select m.policy, st_collectionextract(st_intersection(a.geom, m.outline, $1::double precision), 3)
      from mask_component m join mask_anchor a on a.geom && m.outline where m.main
      union all
      select m.policy, st_buffer(c.center, c.radius) from mask_component m, lateral st_maximuminscribedcircle(m.outline) c
      where m.main and not exists (select from mask_anchor) returning 1)
    select count(*)::int as cores from kept`,
    [gridM],
  );
  return row?.cores;
}

/**
 * Makes masks, barriers, components and indexed pieces of the ground that was filled in.
 * @throws SalientError `imbalance` when traversable ground and barrier do not add up to what is mapped (relative 1e-6)
 * @throws SalientError `internal` when an aggregate answers no row (a swallowed GEOS exception of the embedded engine)
 */
export async function dissolveMasks(tx: Queryable): Promise<void> {
  const gridM = overlayGrid(tx);
  await tx.query('truncate mask_part, mask_component, mask_core, mask_piece, barrier_buffer, mask_eroded');
  const united = requiredRow(await unitePartition(tx), 'united');
  const parts = united.policies > 0 ? united : requiredRow(await uniteOverlapping(tx), 'united');
  if (parts.policies !== 3) throw new SalientError('internal', 'the ground has no faces');
  const residual = Math.abs(2 * parts.mapped - parts.traversable - parts.barrier);
  if (residual > 1e-6 * parts.mapped) {
    throw new SalientError(
      'imbalance',
      `traversable ground and barrier differ from the mapped ground by ${residual} m²`,
    );
  }
  requiredRow(await splitComponents(tx, gridM), 'cut into components');
  await simplifyBarriers(tx);
  requiredRow(await subdivide(tx, gridM), 'cut into pieces');
  requiredRow(await coreOfMain(tx, gridM), 'met with the anchor');
  await tx.query('analyze mask_piece, mask_post');
}
