import { lonLat } from '../../store/lon-lat.js';
import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow } from '../../store/statement.js';
import { projectedAtOnce } from '../fill-masks.sql.js';
import type { Spot } from '../mesh.js';
import { type Policy, TOUCHING_M } from '../verdict.js';

/**
 * Grid azimuth of true north at each post, degrees clockwise: the meridian convergence of the working projection, by
 * projecting a point 0.001° further north.
 */
export async function gridNorths(tx: Queryable, edition: number): Promise<Map<number, number>> {
  const rows = await tx.query<{ id: number; degrees: number }>(
    `select p.id, degrees(st_azimuth(p.geom, st_transform(
       st_translate(st_transform(p.geom, e.projection, 4326), 0, 0.001), e.projection))) as degrees
     from mask_post p join edition e on e.id = $1`,
    [edition],
  );
  return new Map(rows.map(({ id, degrees }) => [id, degrees > 180 ? degrees - 360 : degrees]));
}

/** The places of an edition in its working plane, once per transaction: `whereabouts` and `placesAround` read them. */
export async function fillPlaces(tx: Queryable, edition: number): Promise<void> {
  await tx.query(
    `create temp table if not exists mask_place (place text, name text, lonlat geometry, geom geometry) on commit drop`,
  );
  await tx.query('truncate mask_place');
  await tx.query(
    `with known as materialized (
       select place, name, geom, row_number() over (order by place)::int as nth from place_entry where edition = $1),
     projected as materialized (
       ${projectedAtOnce('known', '(select projection from edition where id = $1)')})
     insert into mask_place (place, name, lonlat, geom)
     select place, name, known.geom, projected.geom from known join projected using (nth)`,
    [edition],
  );
}

/** A point of the working plane in CRS84, and the place nearest to it. */
export interface Whereabouts {
  position: [lon: number, lat: number];
  place: string | null;
  place_name: string | null;
  /** From the place to the point: metres of the plane and true degrees. */
  place_distance_m: number | null;
  place_bearing: number | null;
}

/** Where points of the plane are, in their order. */
export async function whereabouts(tx: Queryable, edition: number, spots: readonly Spot[]): Promise<Whereabouts[]> {
  return tx.query<Whereabouts>(
    `select ${lonLat('s.geom')} as position, near.place, near.name as place_name,
       near.metres as place_distance_m,
       case when near.metres > 0 then degrees(st_azimuth(near.lonlat::geography, s.geom::geography)) end as place_bearing
     from edition e
       cross join unnest($2::float8[], $3::float8[]) with ordinality as p (x, y, n)
       cross join lateral (select st_point(x, y) as spot, st_transform(st_point(x, y), e.projection, 4326) as geom) s
       left join lateral (
         select known.place, known.name, known.lonlat, st_distance(known.geom, s.spot) as metres
         from mask_place known order by metres, known.place limit 1) near on true
     where e.id = $1 order by n`,
    [edition, spots.map(([x]) => x), spots.map(([, y]) => y)],
  );
}

/**
 * The ground in no area that lies between the piece of ground a post stands in (strict policy) and the main body, where each piece of
 * it is on average no wider than `widthM`: its area, mean width and a point of the largest piece. Null where there is none.
 */
export async function seamBefore(
  tx: Queryable,
  post: number,
  widthM: number,
): Promise<{ area_m2: number; width_m: number; pieces: number; spot: Spot } | null> {
  const [row] = await tx.query<{ area_m2: number | null; width_m: number; pieces: number; spot: Spot }>(
    `with body as materialized (
       select m.geom from mask_component m, mask_post p
       where m.policy = 'strict' and not m.main and p.id = $1 and st_dwithin(m.geom, p.geom, p.r0)
       order by st_distance(m.geom, p.geom), m.area desc limit 1
     ), seam as materialized (
       select g.geom, st_area(g.geom) as m2, st_perimeter(g.geom) as metres
       from mask_face g join body on st_dwithin(g.geom, body.geom, $3)
       where g.class = 'unassigned' and 2 * st_area(g.geom) <= $2 * st_perimeter(g.geom)
         and exists (select from mask_component m where m.policy = 'strict' and m.main and st_dwithin(m.geom, g.geom, $3))
     )
     select sum(m2) as area_m2, 2 * sum(m2) / sum(metres) as width_m, count(*)::int as pieces,
            (select jsonb_build_array(st_x(spot), st_y(spot))
             from (select st_pointonsurface(geom) as spot from seam order by m2 desc limit 1) largest) as spot
     from seam`,
    [post, widthM, TOUCHING_M],
  );
  const { area_m2, ...seam } = requiredRow(row, 'searched for seams');
  return area_m2 === null ? null : { area_m2, ...seam };
}

export interface PocketPlace {
  place: string;
  name: string;
}

/** The places in the ground a post stands in under a policy; empty when it stands in none (within its r0). */
export async function placesAround(tx: Queryable, policy: Policy, post: number): Promise<PocketPlace[]> {
  return tx.query<PocketPlace>(
    `with body as materialized (
       select m.geom from mask_component m, mask_post p
       where m.policy = $1 and p.id = $2 and st_dwithin(m.geom, p.geom, p.r0)
       order by st_distance(m.geom, p.geom), m.area desc limit 1)
     select known.place, known.name from mask_place known join body on st_intersects(body.geom, known.geom)
     order by known.place`,
    [policy, post],
  );
}

/** The class of the ground of the main body nearest to each post: whose ground the way back begins with. */
export async function mainClasses(tx: Queryable): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; class: string }>(
    `select p.id, nearest.class from mask_post p
       join lateral (select m.geom from mask_component m where m.policy = 'strict' and m.main
                     order by st_distance(m.geom, p.geom) limit 1) main on true
       join lateral (select g.class from mask_face g
                     where g.stance in ('own', 'ally', 'open')
                       and st_dwithin(g.geom, st_closestpoint(main.geom, p.geom), 0.01)
                     order by g.class limit 1) nearest on true`,
  );
  return new Map(rows.map((row) => [row.id, row.class]));
}

/** Whether both policies give the same ground: the strict is part of the lenient, so equal areas are equal ground. */
export async function masksAlike(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ alike: boolean }>(
    `select coalesce(sum(area) filter (where policy = 'lenient'), 0) - coalesce(sum(area) filter (where policy = 'strict'), 0)
              < 1 as alike from mask_component`,
  );
  return requiredRow(row, 'compared under both policies').alike;
}

export interface GroundQuality {
  /** Area that both a friendly and a hostile face cover, m². */
  contradicted_m2: number;
  anchored: boolean;
}

/**
 * What is doubtful about the ground itself: faces of both sides over one another (the strict mask gives that ground to
 * the hostile side, the lenient one to the friendly), and whether an anchor was declared. Overlays only where the areas
 * of the faces add up to more than what is mapped.
 */
export async function groundQuality(tx: Queryable): Promise<GroundQuality> {
  const [sums] = await tx.query<{ excess: number; anchored: boolean }>(
    `select (select sum(st_area(geom)) from mask_face) / (select st_area(geom) from mask_part where part = 'mapped') - 1
         as excess, exists (select from mask_anchor) as anchored`,
  );
  const { excess, anchored } = requiredRow(sums, 'compared with its faces');
  if (excess <= 1e-6) return { contradicted_m2: 0, anchored };
  const [row] = await tx.query<{ m2: number }>(
    `with side as materialized (
       select coalesce(st_union(geom, $1::float8) filter (where stance in ('own', 'ally', 'open')), 'POLYGON EMPTY') as friendly,
         coalesce(st_union(geom, $1::float8) filter (where stance = 'hostile'), 'POLYGON EMPTY') as hostile from mask_face)
     select st_area(st_intersection(friendly, hostile, $1::float8)) as m2 from side`,
    [overlayGrid(tx)],
  );
  return { contradicted_m2: requiredRow(row, 'searched for contradictions').m2, anchored };
}
