import { TOUCHING_M } from '../encirclement/verdict.js';

/**
 * A CTE: places and posts of an edition (`$1`) as points of its plane. They are projected in one go: PROJ reads a projection given
 * as text anew for each geometry (0.25 ms).
 */
export const SPOTS = `listed as materialized (
       select row_number() over () as nth, listed.*
       from (select place::text as id, name, null::text as operator, null::int as number, geom from place_entry where edition = $1
             union all select null::text, name, operator::text, number, geom from post where edition = $1) listed
     ), spot as materialized (
       select listed.id, listed.name, listed.operator, listed.number, d.geom
       from edition, lateral (select st_collect(geom order by nth) as geom from listed) whole,
         lateral st_dump(st_transform(whole.geom, edition.projection)) d join listed on listed.nth = d.path[1] where edition.id = $1
     )`;

/**
 * Whether a spot is in a polygon or on its rim, as near as verdicts are told: an edge drawn along a parallel is a chord of it in the
 * plane, up to 5 cm off. Boxes first: a distance is measured to every vertex.
 */
const isIn = (polygon: string) =>
  `spot.geom && st_expand(${polygon}, ${TOUCHING_M}) and st_dwithin(${polygon}, spot.geom, ${TOUCHING_M})`;

/** Two columns: the places and the posts in a polygon. */
export const spotsIn = (polygon: string) => `
       (select coalesce(jsonb_agg(jsonb_build_object('id', spot.id, 'name', name) order by spot.id), '[]')
        from spot where spot.id is not null and ${isIn(polygon)}) as places,
       (select coalesce(jsonb_agg(jsonb_build_object('operator', operator, 'number', number, 'name', name) order by operator, number), '[]')
        from spot where spot.id is null and ${isIn(polygon)}) as posts`;
