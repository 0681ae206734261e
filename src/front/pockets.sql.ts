import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';
import { FRIENDS } from './friends.sql.js';
import type { PartySides } from './party-bodies.js';
import { SPOTS, spotsIn } from './spots.sql.js';

export interface PocketShape {
  area_m2: number;
  /** Of its outer edge, metres. */
  perimeter_m: number;
  places: { id: string; name: string }[];
  posts: { operator: string; number: number; name: string }[];
  /** GeoJSON Polygon, EPSG:4326. */
  geometry: string;
}

/** Whose ground counts as each party's own on a day, as `frontLines` has allies, and which territories abroad are open to it. */
export function sidesOf(
  db: Queryable,
  { edition, date }: { edition: number; date: string },
  parties: readonly string[],
): Promise<PartySides[]> {
  return db.query(
    `with holder as (select unnest($1::text[]) as party), ${FRIENDS}
     select a.party,
       (select array_agg(b.party order by b.party) from holder b where b.party = a.party
          or exists (select from friend where (side, party) in ((a.party, b.party), (b.party, a.party)))
          or exists (select from friend x join friend y using (side) where x.party = a.party and y.party = b.party)) as held,
       array(select distinct p.territory::text from border_policy p
             where p.edition = $2 and p.valid @> $3::date and p.policy = 'open'
               and (p.side = a.party or exists (select from friend where friend.side = p.side and friend.party = a.party))) as open
     from holder a order by a.party`,
    [parties, edition, date],
  );
}

/** Some polygons (well-known binary, working projection), measured, and what lies in them: a row per polygon, in order. */
export function pocketShapes(db: Queryable, edition: number, polygons: readonly Uint8Array[]): Promise<PocketShape[]> {
  return db.query(
    `with pocket as materialized (
       select nth, st_geomfromwkb(wkb) as geom from unnest($2::bytea[]) with ordinality given(wkb, nth)
     ), ${SPOTS}, drawn as materialized (
       select d.path[1] as nth, ${cutAt180('d.geom')} as lonlat
       from edition, lateral (select st_collect(geom order by nth) as geom from pocket) whole,
         lateral st_dump(st_transform(whole.geom, edition.projection, 4326)) d where edition.id = $1
     )
     select st_area(pocket.geom) as area_m2, st_length(st_exteriorring(pocket.geom)) as perimeter_m,
       ${spotsIn('pocket.geom')},
       st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 7) then 7 else 15 end) as geometry
     from pocket join drawn using (nth) order by nth`,
    [edition, polygons.map((wkb) => Buffer.from(wkb))],
  );
}

/** An edge of a pocket with the face beyond it. */
export interface SeamEdge {
  /** Place of its pocket in the list. */
  pocket: number;
  beyond: number;
  middle: readonly [x: number, y: number];
}

/**
 * The class of what lies across a seam: ground in no area that is thinner than twice the accuracy, between two drawings. A row per edge,
 * in order; null where what lies beyond is no seam, or nothing else is near.
 */
export async function acrossSeams(
  db: Queryable,
  { revision, accuracyM }: { revision: number; accuracyM: number },
  edges: readonly SeamEdge[],
  pockets: readonly { faces: readonly number[] }[],
): Promise<(string | null)[]> {
  if (edges.length === 0) return [];
  const rows = await db.query<{ across: string | null }>(
    `with face as materialized (
       select no, geom, class, class = 'unassigned' and st_area(geom) < $2::float8 * st_perimeter(geom) as seam from faces_of($1)
     ), inside as materialized (select pocket, no from unnest($7::int[], $8::int[]) given(pocket, no))
     select across.class as across
     from unnest($3::int[], $4::int[], $5::float8[], $6::float8[]) with ordinality edge(pocket, beyond, x, y, n)
       left join face on face.no = edge.beyond and face.seam left join lateral (
         select f.class from face f
         where face.no is not null and not f.seam and st_dwithin(f.geom, st_point(x, y), 2 * $2::float8)
           and not exists (select from inside i where i.pocket = edge.pocket and i.no = f.no)
         order by st_distance(f.geom, st_point(x, y)) limit 1) across on true
     order by edge.n`,
    [
      ...[revision, accuracyM, edges.map(({ pocket }) => pocket), edges.map(({ beyond }) => beyond)],
      ...[edges.map(({ middle }) => middle[0]), edges.map(({ middle }) => middle[1])],
      pockets.flatMap(({ faces }, index) => faces.map(() => index)),
      pockets.flatMap(({ faces }) => faces),
    ],
  );
  return rows.map(({ across }) => across);
}
