import type { Spot } from '../coverage/differing.js';
import type { HeldFace } from '../coverage/edge-table.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';
import { OVERLAY_GRID_M } from './overlay.sql.js';

/** Bytes of the faces of two maps, as stored: larger ones are compared by the database, which takes longer but not from others. */
const MOST_BYTES = 8 << 20;

/**
 * The faces of two revisions inside the theatre, in their order, so that sums over them are the same whenever they are made; null where
 * they are too large to be compared here.
 */
export async function facesOfBoth(db: Queryable, from: number, to: number): Promise<HeldFace[] | null> {
  const rows = await db.query<Omit<HeldFace, 'wkb'> & { wkb: Uint8Array | null }>(
    `with face as (
       select map, no, class, claimant, area_m2, geom, sum(pg_column_size(geom)) over () as bytes
       from unnest(array[$1::bigint, $2]) with ordinality asked (revision, map) cross join lateral faces_of(revision)
       where territory is null
     )
     select map::int, class, claimant, area_m2, case when bytes <= $3 then st_asbinary(geom, 'NDR') end as wkb
     from face order by map, no`,
    [from, to, MOST_BYTES],
  );
  return rows.every((row): row is HeldFace => row.wkb !== null) ? rows : null;
}

/** The faces between lines (WKB): the area of each, m², and a point in it. */
export function facesBetween(db: Queryable, lines: Uint8Array): Promise<(Spot & { m2: number })[]> {
  return db.query(
    `select st_area(geom) as m2, st_x(spot) as x, st_y(spot) as y
     from (select (st_dump(st_polygonize(array[st_unaryunion(st_geomfromwkb($1), $2)]))).geom) face
       cross join lateral st_pointonsurface(face.geom) spot
     where st_area(geom) > 0`,
    [lines, overlayGrid(db, OVERLAY_GRID_M)],
  );
}
