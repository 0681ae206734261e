import type { Queryable } from '../store/pool.js';

/** Whether one shape covers another; both GeoJSON texts, CRS84. */
export async function covers(db: Queryable, outer: string, inner: string): Promise<boolean> {
  const [row] = await db.query<{ covered: boolean }>(
    'select st_covers(st_setsrid(st_geomfromgeojson($1), 4326), st_setsrid(st_geomfromgeojson($2), 4326)) as covered',
    [outer, inner],
  );
  return row?.covered ?? false;
}
