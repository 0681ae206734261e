import { SalientError } from '../errors.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow, requiredRows } from '../store/statement.js';
import { PIECE_VERTICES, pieceVertices, SIMPLIFY_M } from './policy-masks.sql.js';
import { type Hop, reliefDistances } from './separation.js';
import type { ControlState, Policy } from './verdict.js';

export interface PostState {
  id: number;
  mapped: boolean;
  policy: Policy;
  state: ControlState;
  /** On a point where the main body touches ground cut off from it: connected, with margin 0 (G, E20). */
  pinched: boolean;
}

/**
 * The topological state of each post under both policies (methods D1). Needs `dissolveMasks`. Pieces are looked up post
 * by post (`offset 0`): PostGIS guesses at joins of analysed tables, and of ground that does not meet it guessed 226851744 times
 * certain, which PostgreSQL refuses.
 */
export async function measureStates(tx: Queryable): Promise<PostState[]> {
  const states = await requiredRows<PostState & { posts: number }>(
    tx,
    'searched for the posts',
    `with touched as materialized (
       select p.id, near.*
       from mask_post p cross join lateral (
         select c.mask, c.main, st_intersects(c.geom, p.geom) as meets, st_dwithin(c.geom, p.geom, 0.001) as touches
         from mask_piece c where st_dwithin(c.geom, p.geom, 0.01) offset 0) near),
     standing as materialized (
       select p.id, policy, p.geom, p.r0,
         coalesce(bool_or(t.mask = 'mapped'), false) as mapped,
         coalesce(bool_or(t.mask = policy and t.main and t.meets), false) as inside,
         coalesce(bool_or(t.mask = policy and t.main and t.touches), false)
           and coalesce(bool_or(t.mask = policy and not t.main and t.touches), false) as pinched
       from mask_post p cross join unnest(array['strict', 'lenient']) policy left join touched t using (id)
       group by p.id, policy)
     select id, policy, mapped,
       case
         when inside then 'connected'
         when exists (select from mask_piece c where c.mask = policy and c.main and st_dwithin(c.geom, s.geom, s.r0))
           then 'connected_edge'
         when exists (select from mask_piece c where c.mask = policy and not c.main and st_dwithin(c.geom, s.geom, s.r0))
           then 'pocket'
         else 'engulfed' end as state,
       pinched, (select count(*)::int from mask_post) as posts
     from standing s order by id, policy`,
  );
  // The embedded engine can stop in the middle of an answer.
  const [first] = states;
  if (first && states.length !== 2 * first.posts) throw new SalientError('internal', 'states of posts are missing');
  return states.map(({ posts, ...state }) => state);
}

/**
 * Barriers of more vertices than this are grown in steps. A jagged front of 3,000 vertices grown by 50 km at once takes 4 s,
 * and next to nothing from where it stands grown by 45 km, for it is smooth there; a disc rolled in two steps is rolled
 * as far.
 */
const GROWN_FROM_VERTICES = 1000;
/** A step is at least this share of the whole distance, so that what is kept serves many widths. */
const KEEP_EVERY = 0.25;

/**
 * Keeps where the centre of a disc of diameter `$2` metres can be: mapped ground at least half of it away from any
 * barrier. The edge of the map is no barrier, so this is not a buffer of the mask. Of the components, those in the main body
 * count, and those whose discs reach the anchor are marked. quad_segs 32 makes necks too wide by 0.03 % at most, in
 * however many steps; GEOS drops concavities shallower than 1 % of the distance from what it buffers.
 */
async function erode(tx: Queryable, policy: Policy, widthM: number, gridM: number): Promise<number | undefined> {
  const [row] = await tx.query<{ vertices: number }>(
    `with barrier as materialized (
       select geom, st_npoints(geom) > $4 as heavy from mask_part where part = 'barrier' and policy = $1),
     start as materialized (
       select geom, 0 as r from barrier
       union all select geom, r from barrier_buffer where policy = $1 and r < $2::double precision / 2
       order by r desc limit 1),
     grown as materialized (
       select st_buffer(geom, $2::double precision / 2 - r, 'quad_segs=32') as geom, r from start),
     kept_grown as (
       insert into barrier_buffer (policy, r, geom)
       select $1, $2::double precision / 2, grown.geom from grown, barrier
       where heavy and $2::double precision / 2 - r >= $5 * $2::double precision / 2),
     free as materialized (
       select st_difference(m.geom, grown.geom, $3::double precision) as geom
       from mask_part m, grown where m.part = 'mapped'),
     -- Before it is cut: once for each component, not for each of its pieces.
     rolling as materialized (
       select d.path[1] as cid, d.geom,
         exists (select from mask_core c where c.policy = $1 and st_dwithin(c.geom, d.geom, $2::double precision / 2)) as reaches
       from free, lateral st_dump(st_multi(st_collectionextract(free.geom, 3))) d
       where exists (select from mask_component m
                     where m.policy = $1 and m.main and st_intersects(m.geom, st_pointonsurface(d.geom)))),
     kept as (
       insert into mask_eroded (policy, w, cid, reaches, geom)
       select $1, $2, cid, reaches, st_subdivide(geom, ${pieceVertices('mask_post')}, $3::double precision) from rolling returning 1)
     select st_npoints(geom)::int as vertices from free`,
    [policy, widthM, gridM, GROWN_FROM_VERTICES, KEEP_EVERY],
  );
  return row?.vertices;
}

/** Of these posts (null: all) those within reach (`$3`, or their own r0 if larger) of ground that the disc of diameter `$2` sweeps. */
async function postsSwept(
  tx: Queryable,
  policy: Policy,
  widthM: number,
  reachM: number,
  ids: readonly number[] | null,
): Promise<number[] | undefined> {
  const [row] = await tx.query<{ ids: number[] }>(
    `select coalesce(array_agg(p.id order by p.id), '{}') as ids from mask_post p
     where ($4::int[] is null or p.id = any($4))
       and exists (select from mask_eroded e where e.policy = $1 and e.w = $2 and e.reaches
                   and st_dwithin(e.geom, p.geom, $2::double precision / 2 + greatest($3, p.r0)))`,
    [policy, widthM, reachM, ids],
  );
  return row?.ids;
}

/**
 * The posts that a disc of diameter `widthM` rolls to from the anchor (methods D2, neck), to within `reachM` or their
 * r0. Decreasing in the width. Means something for connected posts only: an isolated one may be near the main body.
 */
export async function opensAt(
  tx: Queryable,
  policy: Policy,
  widthM: number,
  reachM: number,
  among: readonly number[] | null = null,
): Promise<Set<number>> {
  requiredRow(await erode(tx, policy, widthM, overlayGrid(tx)), `eroded by ${widthM / 2} m`);
  const ids = requiredRow(await postsSwept(tx, policy, widthM, reachM, among), 'met with the posts');
  return new Set(ids);
}

/**
 * Of the posts with brackets `[lo, hi]` whose ends were eroded: those whose corridor did not narrow but end. The
 * ground swept at `lo` left nothing at `hi`, and was last seen at the edge of the map, which is no barrier: their width
 * is unknown, and at least `lo`. A room that vanishes between barriers is as wide as it is. (ST_DWithin 0 where
 * ST_Intersects would do: GEOS's relate throws on some pairs of eroded polygons, `side location conflict`.)
 */
export async function neverNarrow(
  tx: Queryable,
  policy: Policy,
  reachM: number,
  brackets: readonly { id: number; lo: number; hi: number }[],
): Promise<number[]> {
  const [row] = await tx.query<{ ids: number[] }>(
    `with bracket as (select * from jsonb_to_recordset($3::jsonb) as b (id int, lo double precision, hi double precision)),
     serving as materialized (
       select distinct b.id, b.lo, b.hi, e.cid
       from bracket b join mask_post p using (id) join mask_eroded e on e.policy = $1 and e.w = b.lo and e.reaches
         and st_dwithin(e.geom, p.geom, b.lo / 2 + greatest($2, p.r0))),
     body as materialized (select distinct lo, cid, hi from serving),
     piece as materialized (
       select e.w, e.cid, st_subdivide(e.geom, ${PIECE_VERTICES}, $4::double precision) as geom from mask_eroded e
       where e.policy = $1 and (e.w, e.cid) in (select lo, cid from body)),
     narrower as materialized (
       select e.w, st_subdivide(e.geom, ${PIECE_VERTICES}, $4::double precision) as geom from mask_eroded e
       where e.policy = $1 and e.w in (select hi from body)),
     frame as materialized (select st_boundary(geom) as geom from mask_part where part = 'mapped'),
     ended as materialized (
       select lo, cid, hi,
         exists (select from piece p, frame where (p.w, p.cid) = (lo, cid) and st_dwithin(frame.geom, p.geom, 1)) as at_frame,
         exists (select from piece p join narrower n on n.geom && p.geom and st_dwithin(n.geom, p.geom, 0)
                 where (p.w, p.cid) = (lo, cid) and n.w = hi) as goes_on
       from body)
     select coalesce(array_agg(id), '{}') as ids from (
       select id from serving join ended using (lo, cid, hi) group by id having bool_or(at_frame) and not bool_or(goes_on)) capped`,
    [policy, reachM, JSON.stringify(brackets), overlayGrid(tx)],
  );
  if (!row) throw new SalientError('internal', 'corridors could not be compared');
  return row.ids;
}

interface Approach {
  id: number;
  cid: number;
  main: boolean;
  metres: number;
}

/**
 * Distances from the perimeter of each of the posts to the components no farther than the main body, metres; 0 when
 * within the perimeter. None where there is no main body.
 */
async function approaches(tx: Queryable, policy: Policy, ids: readonly number[]): Promise<Approach[]> {
  return requiredRows<Approach>(
    tx,
    'searched for ways to a post',
    `select id, cid, main, metres from (
       select p.id, m.cid, m.main, d.metres, min(d.metres) filter (where m.main) over (partition by p.id) as direct
       from mask_post p, mask_component m,
         lateral (select greatest(0, st_distance(m.outline, p.geom) - p.r0) as metres) d
       where m.policy = $1 and p.id = any($2)) way
     where metres <= direct`,
    [policy, ids],
  );
}

/**
 * Distances between components up to a limit, metres. Short ones, which simplified outlines may have opened or closed,
 * are taken from the exact components: touching is 0. Those are compared piece by piece: the exact distance is longer
 * by `SIMPLIFY_M` on each side at most, so the pieces that near hold it.
 */
async function hops(tx: Queryable, policy: Policy, limitM: number): Promise<Hop[]> {
  return requiredRows<Hop>(
    tx,
    'searched for ways between its components',
    `with pair as materialized (
       select a.cid as a, b.cid as b, a.main as from_main, b.main as to_main, st_distance(a.outline, b.outline) as metres
       from mask_component a join mask_component b on b.policy = a.policy and b.cid > a.cid and not (a.main and b.main)
         and st_dwithin(a.outline, b.outline, $2) where a.policy = $1)
     select case when from_main then 0 else a end as a, case when to_main then 0 else b end as b,
       case when metres > 4 * $3::float8 then metres
         else (select min(near.metres) from mask_piece p cross join lateral (
                 select st_distance(p.geom, q.geom) as metres from mask_piece q
                 where q.mask = $1 and q.cid = pair.b and st_dwithin(p.geom, q.geom, pair.metres + 2 * $3::float8)
                 offset 0) near
               where p.mask = $1 and p.cid = pair.a) end as metres
     from pair`,
    [policy, limitM, SIMPLIFY_M],
  );
}

/**
 * The thickness to be opened for each isolated post (methods D2, gap), metres, from its disc r0, hop by hop over other
 * friendly ground. A post is absent when there is no main body at all.
 */
export async function gaps(tx: Queryable, policy: Policy, ids: readonly number[]): Promise<Map<number, number>> {
  const ways = ids.length ? await approaches(tx, policy, ids) : [];
  const direct = ways.filter(({ main }) => main).map(({ metres }) => metres);
  if (!direct.length) return new Map();
  // No hop longer than the direct way of some post can be on anyone's best way.
  const between = await hops(tx, policy, direct.reduce((a, b) => Math.max(a, b)) + 1);
  const stones = new Set(ways.filter(({ main }) => !main).map(({ cid }) => cid));
  const onward = reliefDistances([...stones], between);
  const relief = new Map<number, number>();
  for (const { id, cid, main, metres } of ways) {
    const longest = Math.max(metres, main ? 0 : (onward.get(cid) ?? Number.POSITIVE_INFINITY));
    relief.set(id, Math.min(longest, relief.get(id) ?? Number.POSITIVE_INFINITY));
  }
  return relief;
}

/** The components that reach the main body by hops of `widthM` at most, itself included. Empty without a main body. */
export async function clustered(tx: Queryable, policy: Policy, widthM: number): Promise<number[]> {
  const parts = await tx.query<{ cid: number; main: boolean }>(
    'select cid, main from mask_component where policy = $1',
    [policy],
  );
  const main = parts.filter((part) => part.main).map(({ cid }) => cid);
  if (!main.length) return [];
  const short = (await hops(tx, policy, widthM + 1)).filter(({ metres }) => metres <= widthM);
  const stones = parts.filter((part) => !part.main).map(({ cid }) => cid);
  return [...main, ...reliefDistances(stones, short).keys()];
}

/**
 * Of posts that only lenient ground joins to their rear, those that contested and neutral ground alone would not join: their way
 * leads over ground about which nothing is stated (a sea that is nobody's).
 */
export async function overUnknownGround(tx: Queryable, posts: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `with stated as materialized (
       select (st_dump(st_union(geom))).geom from mask_face
       where stance in ('own', 'ally', 'open', 'contested', 'neutral') and exists (select from mask_face where stance = 'unknown'))
     select id from mask_post p
     where id = any($1) and exists (select from stated)
       and not exists (
         select from stated s where st_dwithin(s.geom, p.geom, p.r0)
           and exists (select from mask_component m where m.policy = 'strict' and m.main and st_intersects(m.geom, s.geom)))`,
    [posts],
  );
  return rows.map(({ id }) => id);
}
