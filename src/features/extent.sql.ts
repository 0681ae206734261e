import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import type { KindName } from './collection-kinds.js';

/** West, south, east, north, degrees. */
export type Bounds = [number, number, number, number];

const BOX = 'json_build_array(st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)) as box';

/** Bounds of every area of some maps; null when they have none. */
export async function areaBounds(db: Queryable, revisions: readonly number[]): Promise<Bounds | null> {
  const [row] = await db.query<{ box: Bounds | [null, null, null, null] }>(
    `select ${BOX} from (
       select st_extent(geom) as box from shape where id in (select shape from area where revision = any($1))
     ) extent`,
    [revisions],
  );
  const box = row?.box;
  return box && box[0] !== null ? (box as Bounds) : null;
}

/** Bounds of what an edition states: its theatre, places, posts and routes. */
export async function editionBounds(db: Queryable, edition: number): Promise<Bounds> {
  const [row] = await db.query<{ box: Bounds }>(
    `with shown as (
       select boundary as geom from edition where id = $1
       union all select st_extent(geom)::geometry from place_entry where edition = $1
       union all select st_extent(geom)::geometry from post where edition = $1
       union all select st_extent(geom)::geometry from route where edition = $1
     )
     select ${BOX} from (select st_extent(geom) as box from shown) extent`,
    [edition],
    'prepared',
  );
  return (row as { box: Bounds }).box;
}

/** How many rows a collection of logged rows has, and their first and last day; nulls where no row states one. */
export interface Reach {
  rows: number;
  first: IsoDate | null;
  last: IsoDate | null;
}

/** The state of a theatre's log at an instant (null: now), and of its posts; absent where there is no row. */
export async function loggedReach(
  db: Queryable,
  theatre: string,
  edition: number,
  knownAt: Instant | null,
): Promise<Partial<Record<KindName, Reach>>> {
  const rows = await db.query<Reach & { log: KindName }>(
    `with logged as (
       select 'claim' as log, place, earliest, latest from claim
       where theatre = $1 and stands_at(recorded_at, superseded_at, $3::timestamptz)
       union all
       select 'event', place, earliest, latest from event
       where theatre = $1 and stands_at(recorded_at, superseded_at, $3::timestamptz)
     )
     select log || case when p.place is null then '_unlocated' else '' end as log, count(*) as rows,
            min(coalesce(earliest, latest)) as first, max(coalesce(latest, earliest)) as last
     from logged left join place_entry p on p.edition = $2 and p.place = logged.place
     group by 1
     union all
     select 'post', count(*), min(lower(established)), null from post where edition = $2 having count(*) > 0`,
    [theatre, edition, knownAt],
  );
  return Object.fromEntries(rows.map(({ log, ...reach }) => [log, reach]));
}
/** Bounds of everything that a series can show: its theatre, every area ever stored, places, posts and routes. */
export async function seriesBounds(db: Queryable, series: string, edition: number): Promise<Bounds> {
  const [row] = await db.query<{ box: Bounds }>(
    `with shown as (
       select st_extent(geom)::geometry as geom from shape
       where id in (select area.shape from area join revision on revision.id = area.revision
                    where revision.series = $1 and revision.recorded_at is not null)
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
