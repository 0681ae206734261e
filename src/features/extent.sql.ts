import type { IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** West, south, east, north, degrees. */
export type Bounds = [number, number, number, number];

/** Bounds of everything that a series can show: its theatre, every area ever stored, places, posts and routes. */
export async function seriesBounds(db: Queryable, series: string, edition: number): Promise<Bounds> {
  const [row] = await db.query<{ box: Bounds }>(
    `with shown as (
       select st_extent(geom)::geometry as geom from shape
       where id in (select area.shape from area join revision on revision.id = area.revision where revision.series = $1)
       union all select boundary from edition where id = $2
       union all select st_extent(geom)::geometry from place_entry where edition = $2
       union all select st_extent(geom)::geometry from post where edition = $2
       union all select st_extent(geom)::geometry from route where edition = $2
     )
     select json_build_array(st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)) as box
     from (select st_extent(geom) as box from shown) extent`,
    [series, edition],
  );
  return (row as { box: Bounds }).box;
}

/** First and last day of what the log of a theatre says, and of its posts; nulls where there is none. */
export async function loggedReach(
  db: Queryable,
  theatre: string,
  edition: number,
): Promise<Record<'claim' | 'event' | 'post', { first: IsoDate | null; last: IsoDate | null }>> {
  const rows = await db.query<{ log: 'claim' | 'event' | 'post'; first: IsoDate | null; last: IsoDate | null }>(
    `select 'claim' as log, min(coalesce(earliest, latest)) as first, max(coalesce(latest, earliest)) as last from claim where theatre = $1
     union all
     select 'event', min(coalesce(earliest, latest)), max(coalesce(latest, earliest)) from event where theatre = $1
     union all
     select 'post', min(lower(established)), null from post where edition = $2`,
    [theatre, edition],
  );
  return Object.fromEntries(rows.map(({ log, first, last }) => [log, { first, last }])) as Record<
    'claim' | 'event' | 'post',
    { first: IsoDate | null; last: IsoDate | null }
  >;
}
