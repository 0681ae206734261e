import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from './pool.js';

/** The map in force on a day, as known at an instant. */
export interface RevisionInForce {
  id: number;
  plane: number;
  valid_from: IsoDate;
  /** The next snapshot's date; null for the last one. */
  valid_to: IsoDate | null;
  recorded_at: Instant;
}

/** Null when the series has no snapshot on or before the day. `knownAt` null means now. */
export async function revisionInForce(
  db: Queryable,
  series: string,
  date: IsoDate,
  knownAt: Instant | null,
): Promise<RevisionInForce | null> {
  const [row] = await db.query<RevisionInForce>(
    `select r.id, r.plane, r.valid_on as valid_from, r.recorded_at,
            (select min(n.valid_on) from revision n
             where n.series = r.series and n.valid_on > r.valid_on and n.recorded_at <= k.at
               and (n.superseded_at is null or n.superseded_at > k.at)) as valid_to
     from (select coalesce($3::timestamptz, clock_timestamp()) as at) k
       join revision r on r.id = revision_at($1, $2, k.at)`,
    [series, date, knownAt],
  );
  return row ?? null;
}

/** First day and earliest recording of a series; nulls when it has no snapshot. */
export async function seriesReach(
  db: Queryable,
  series: string,
  knownAt: Instant | null,
): Promise<{ first_date: IsoDate | null; first_recorded_at: Instant | null; last_date: IsoDate | null }> {
  const [row] = await db.query<{
    first_date: IsoDate | null;
    first_recorded_at: Instant | null;
    last_date: IsoDate | null;
  }>(
    `select min(valid_on) filter (where recorded_at <= k.at and (superseded_at is null or superseded_at > k.at)) as first_date,
            max(valid_on) filter (where recorded_at <= k.at and (superseded_at is null or superseded_at > k.at)) as last_date,
            min(recorded_at) as first_recorded_at
     from revision, (select coalesce($2::timestamptz, clock_timestamp()) as at) k where series = $1`,
    [series, knownAt],
  );
  return row as { first_date: IsoDate | null; first_recorded_at: Instant | null; last_date: IsoDate | null };
}

/**
 * Days inside which nothing that a post's verdict depends on (relations, border policies, anchors, service of posts)
 * changes: the last such breakpoint on or before `date`, at the earliest `validFrom`.
 */
export async function segmentStart(
  db: Queryable,
  edition: number,
  validFrom: IsoDate,
  date: IsoDate,
): Promise<IsoDate> {
  const [row] = await db.query<{ since: IsoDate }>(
    `select greatest($2::date, max(day)) as since
     from (
       select unnest(array[lower(valid), upper(valid)]) as day from relation where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from border_policy where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from anchor where edition = $1
       union all select unnest(array[lower(established), upper(withdrawn) - 1]) from post where edition = $1
     ) breakpoints where day <= $3::date`,
    [edition, validFrom, date],
  );
  return (row as { since: IsoDate }).since ?? validFrom;
}

/** Every day of an edition on which something that verdicts depend on begins or ends, in order. */
export async function breakpoints(db: Queryable, edition: number): Promise<IsoDate[]> {
  const rows = await db.query<{ day: IsoDate }>(
    `select distinct day from (
       select unnest(array[lower(valid), upper(valid)]) as day from relation where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from border_policy where edition = $1
       union all select unnest(array[lower(valid), upper(valid)]) from anchor where edition = $1
       union all select unnest(array[lower(established), upper(withdrawn) - 1]) from post where edition = $1
     ) breakpoints where day is not null order by day`,
    [edition],
  );
  return rows.map((row) => row.day);
}
