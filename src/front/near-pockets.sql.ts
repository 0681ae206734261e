import { linesToWkb } from '../geometry/wkb.js';
import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { SPOTS, spotsIn } from './spots.sql.js';

/** Ground of a party that hangs on the rest of it by less than twice the accuracy of the map. */
export interface NearPocketRow {
  area_m2: number;
  perimeter_m: number;
  /** A disc of this width does not pass from the rest into it, metres. */
  closes_at_m: number;
  /** One of this width does; 0 where none of those tried did. */
  passes_m: number;
  places: { id: string; name: string }[];
  posts: { operator: string; number: number; name: string }[];
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
}

/** Widths at which the corridor is tried, from twice the accuracy down: each a fifth narrower, to a thousandth. */
const TRIED = 31;
const STEP = 0.8;

/** The ground of one party or more, and what lies outside the partition. */
export interface BlockGround {
  /** Each connected body as well-known binary, working projection. */
  bodies: readonly Uint8Array[];
}

/**
 * Ground of each block that no disc twice as wide as the accuracy rolls into from the edge of the theatre, open foreign ground or the
 * block's largest room (methods D.6 with 2σ): a ring around it may be closed. Such ground holds a disc of twice that width, so that
 * the bays of a drawn line are none.
 * @param edgeOfTheatre the ends of each edge, metres
 * @param box what lies outside is not looked at farther out, metres
 */
export function nearPockets(
  db: Queryable,
  input: { edition: number; accuracyM: number },
  blocks: readonly BlockGround[],
  edgeOfTheatre: readonly Float64Array[],
  box: readonly [number, number, number, number],
): Promise<(NearPocketRow & { block: number })[]> {
  return db.query(
    `with recursive theatre as materialized (
       select st_boundary(st_buildarea(st_geomfromwkb($2))) as edge
     ), body as materialized (
       select block, row_number() over () as no, d.geom
       from unnest($4::int[], $5::bytea[]) given(block, wkb) cross join lateral st_geomfromwkb(wkb) whole(geom)
         cross join lateral st_dump(case when whole.geom @ st_makeenvelope($6, $7, $8, $9) then whole.geom
                                    else st_intersection(whole.geom, st_makeenvelope($6, $7, $8, $9)) end) d
     ), room as materialized (
       select block, body.no as body, row_number() over () as nth, d.geom, st_intersects(d.geom, theatre.edge) as reaches, st_area(d.geom) as area
       from body cross join theatre cross join lateral st_dump(st_buffer(body.geom, -$3::float8, 'quad_segs=8')) d
     ), lone as materialized (
       -- Hanging on another room of its body: what is cut off as drawn is told as such.
       select room.* from room
       where not reaches and area < (select max(area) from room other where other.block = room.block)
         and exists (select from room other where other.body = room.body and other.nth <> room.nth and (other.reaches or other.area > room.area))
     ), joined as materialized (
       select lone.*, body.geom as whole, st_pointonsurface(lone.geom) as inside
       from lone join body on body.no = lone.body
       -- It holds a disc of four times the accuracy.
       where not st_isempty(st_buffer(lone.geom, -$3::float8, 'quad_segs=8'))
     ), tried as (
       select block, nth, 0 as k, 2 * $3::float8 as width, false as passes from joined
       union all
       select t.block, t.nth, t.k + 1, t.width * ${STEP},
         exists (select from st_dump(st_buffer(j.whole, -t.width * ${STEP} / 2, 'quad_segs=8')) d
                 where st_intersects(d.geom, j.inside)
                   and exists (select from room other where other.body = j.body and other.nth <> j.nth
                               and (other.reaches or other.area > j.area) and st_intersects(d.geom, st_pointonsurface(other.geom))))
       from tried t join joined j using (block, nth) where not t.passes and t.k < ${TRIED}
     ), neck as (select block, nth, min(width) filter (where not passes) as closes_at_m,
            coalesce(max(width) filter (where passes), 0) as passes_m from tried group by 1, 2),
     pocket as materialized (
       select j.block, neck.closes_at_m, neck.passes_m, e.projection, part.geom
       from joined j join neck using (block, nth) join edition e on e.id = $1
         cross join lateral (
           select d.geom from st_dump(st_intersection(st_buffer(j.geom, $3::float8, 'quad_segs=8'), j.whole, 0.001)) d
           order by st_area(d.geom) desc limit 1) part
     ), ${SPOTS}
     select block, st_area(pocket.geom) as area_m2, st_length(st_exteriorring(pocket.geom)) as perimeter_m, closes_at_m, passes_m,
       ${spotsIn('pocket.geom')},
       st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 7) then 7 else 15 end) as geometry
     from pocket cross join lateral (select st_transform(pocket.geom, projection, 4326) as whole offset 0) turned
       cross join lateral (select ${cutAt180('whole')} as lonlat offset 0) drawn
     order by area_m2 desc, block`,
    [
      input.edition,
      Buffer.from(linesToWkb(edgeOfTheatre)),
      input.accuracyM,
      blocks.flatMap(({ bodies }, block) => bodies.map(() => block)),
      blocks.flatMap(({ bodies }) => bodies.map((wkb) => Buffer.from(wkb))),
      ...box,
    ],
  );
}
