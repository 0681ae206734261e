import { type Bounds, narrowestBounds } from '../geometry/bounds.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { boxesOf } from '../store/boxes.sql.js';
import type { Queryable } from '../store/pool.js';
import type { KindName } from './collection-kinds.js';

/** Bounds of every area of some maps; null when they have none. */
export function areaBounds(db: Queryable, revisions: readonly number[]): Promise<Bounds | null> {
  const areas = 'select geom from shape where id in (select shape from area where revision = any($1))';
  return boundsOf(db, areas, [revisions]);
}

/** What an edition ($1) states: its theatre, places, posts and routes. */
const STATED = `select boundary as geom from edition where id = $1
  union all select geom from place_entry where edition = $1
  union all select geom from post where edition = $1
  union all select geom from route where edition = $1`;

/** Bounds of what an edition states. */
export async function editionBounds(db: Queryable, edition: number): Promise<Bounds> {
  return (await boundsOf(db, STATED, [edition])) as Bounds;
}

/** Bounds of everything that a series can show: what its edition states, and every area ever stored. */
export async function seriesBounds(db: Queryable, series: string, edition: number): Promise<Bounds> {
  const areas = `select geom from shape
    where id in (select area.shape from area join revision on revision.id = area.revision
                 where revision.series = $2 and revision.recorded_at is not null)`;
  return (await boundsOf(db, `${STATED} union all ${areas}`, [edition, series])) as Bounds;
}

async function boundsOf(db: Queryable, query: string, values: readonly unknown[]): Promise<Bounds | null> {
  const [row] = await db.query<{ boxes: Bounds[] | null }>(`select ${boxesOf(query)} as boxes`, [...values]);
  return row?.boxes ? narrowestBounds(row.boxes) : null;
}

/** How many rows a collection of logged rows has, and their first and last day; null where no row states one, or one is open there. */
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
            case when bool_and(earliest is not null or latest is null) then min(earliest) end as first,
            case when bool_and(latest is not null or earliest is null) then max(latest) end as last
     from logged left join place_entry p on p.edition = $2 and p.place = logged.place
     group by 1
     union all
     select 'post', count(*), min(lower(established)), null from post where edition = $2 having count(*) > 0`,
    [theatre, edition, knownAt],
  );
  return Object.fromEntries(rows.map(({ log, ...reach }) => [log, reach]));
}
