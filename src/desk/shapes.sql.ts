import type { Queryable } from '../store/pool.js';

/** Whether one shape covers another; both GeoJSON texts, CRS84. */
export async function covers(db: Queryable, outer: string, inner: string): Promise<boolean> {
  const [row] = await db.query<{ covered: boolean }>(
    'select st_covers(st_setsrid(st_geomfromgeojson($1), 4326), st_setsrid(st_geomfromgeojson($2), 4326)) as covered',
    [outer, inner],
  );
  return row?.covered ?? false;
}

/** Positions of a system of coordinates as longitude and latitude, in their order. */
export async function lonLats(
  db: Queryable,
  srid: number,
  positions: readonly (readonly [number, number])[],
): Promise<[number, number][]> {
  const rows = await db.query<{ lon: number; lat: number }>(
    `select st_x(spot.geom) as lon, st_y(spot.geom) as lat
       from unnest($2::float8[], $3::float8[]) with ordinality as sent (x, y, nr)
      cross join lateral (select st_transform(st_setsrid(st_point(x, y), $1::int), 4326) as geom) spot
      order by nr`,
    [srid, positions.map(([x]) => x), positions.map(([, y]) => y)],
  );
  return rows.map(({ lon, lat }) => [lon, lat]);
}

/** Whether an area of one map, by its number there, is an area of another map too: the same ground of the same party, with the same status. */
export async function standsIn(db: Queryable, revision: number, no: number, other: number): Promise<boolean> {
  const rows = await db.query(
    `select 1 from area own join area on area.shape = own.shape and area.status = own.status
       and area.party is not distinct from own.party
     where own.revision = $1 and own.no = $2 and area.revision = $3 limit 1`,
    [revision, no, other],
  );
  return rows.length > 0;
}
