import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import type { Period } from './periods.js';

/** Up to where a definition has been judged. */
export interface Watch {
  report: string;
  version: number;
  /** Everything recorded up to then has been looked at. */
  through: Instant;
  /** First day of the last period that was due. */
  reached: IsoDate | null;
}

export async function watches(db: Queryable): Promise<Map<string, Watch>> {
  const rows = await db.query<Watch>('select report, version, through, reached from report_watch');
  return new Map(rows.map((row) => [row.report, row]));
}

/** Records periods as due, and up to where their definition has been judged, at once. */
export async function recordDue(tx: Queryable, watch: Watch, periods: readonly Period[], now: Instant): Promise<void> {
  await tx.query(
    `insert into report_due (report, period, starts, ends, found_at, not_before)
     select $1, key, "from", "to", $3, $3 from jsonb_to_recordset($2::jsonb) as p(key text, "from" date, "to" date)
     on conflict (report, period) do update set found_at = excluded.found_at`,
    [watch.report, JSON.stringify(periods), now],
  );
  await tx.query(
    `insert into report_watch (report, version, through, reached) values ($1, $2, $3, $4)
     on conflict (report) do update set version = excluded.version, through = excluded.through, reached = excluded.reached`,
    [watch.report, watch.version, watch.through, watch.reached],
  );
}

/** A period that this process has taken. */
export interface TakenPeriod {
  report: string;
  period: string;
  from: IsoDate;
  to: IsoDate;
  found_at: Instant;
  tries: number;
}

/**
 * Takes the period that has waited longest for so many seconds, of those found at once the newest: it is read first. Null when
 * none waits. A lease that ran out is taken over.
 */
export async function takeDue(
  db: Queryable,
  owner: string,
  now: Instant,
  seconds: number,
): Promise<TakenPeriod | null> {
  const [row] = await db.query<TakenPeriod>(
    `with next as materialized (
       -- Chosen once: beside each row of the table it would be another, for what the statement has taken is passed over.
       select report, period from report_due
       where not_before <= $2 and (until is null or until < $2)
       order by not_before, starts desc, report limit 1 for update skip locked
     )
     update report_due d set owner = $1, until = $2::timestamptz + make_interval(secs => $3) from next
     where d.report = next.report and d.period = next.period
     returning d.report, d.period, d.starts as "from", d.ends as "to", d.found_at, d.tries`,
    [owner, now, seconds],
  );
  return row ?? null;
}

/** Ends work that this process still owns; what was found again meanwhile stays to be done. */
export async function endDue(db: Queryable, owner: string, { report, period, found_at }: TakenPeriod): Promise<void> {
  await db.query('delete from report_due where report = $1 and period = $2 and owner = $3 and found_at = $4', [
    report,
    period,
    owner,
    found_at,
  ]);
  await db.query(
    `update report_due set owner = null, until = null, tries = 0 where report = $1 and period = $2 and owner = $3`,
    [report, period, owner],
  );
}

/** Puts work back that failed, to be tried again from an instant on. */
export async function putBack(
  db: Queryable,
  owner: string,
  { report, period }: TakenPeriod,
  at: Instant,
): Promise<void> {
  await db.query(
    `update report_due set owner = null, until = null, tries = tries + 1, not_before = $4
     where report = $1 and period = $2 and owner = $3`,
    [report, period, owner, at],
  );
}

/**
 * The days that something recorded since an instant touches: null when there is none; without a first or last day where it
 * reaches without end, as the metadata of a series or its theatre does.
 */
export async function touchedSince(
  db: Queryable,
  series: readonly string[],
  since: Instant,
): Promise<{ from: IsoDate; to: IsoDate } | null> {
  const [row] = await db.query<{ from: IsoDate | null; to: IsoDate | null }>(
    `with of as (select id, theatre from series where id = any($1)), touched(first, last) as (
       select '-infinity'::date, 'infinity'::date from series_statement
       where series in (select id from of) and recorded_at > $2
       union all select '-infinity', 'infinity' from edition where theatre in (select theatre from of) and recorded_at > $2
       union all select r.valid_on, coalesce((select min(n.valid_on) from revision n
                          where n.series = r.series and n.valid_on > r.valid_on and n.superseded_at is null), 'infinity')
       from revision r where r.series in (select id from of) and (r.recorded_at > $2 or r.superseded_at > $2)
       union all select valid_on, valid_on from step_kind where series in (select id from of) and recorded_at > $2
       union all select coalesce(earliest, published_on, '-infinity'), coalesce(latest, published_on, 'infinity') from claim
       where theatre in (select theatre from of) and (recorded_at > $2 or superseded_at > $2)
       union all select coalesce(earliest, '-infinity'), coalesce(latest, earliest, 'infinity') from event
       where theatre in (select theatre from of) and (recorded_at > $2 or superseded_at > $2)
     )
     select greatest(min(first), '0001-01-01'::date) as "from", least(max(last), '9999-12-30'::date) as "to" from touched`,
    [series, since],
  );
  return row?.from && row.to ? { from: row.from, to: row.to } : null;
}

/** How many periods of reports are due, have failed and are tried again, and how many deliveries have not come to their end. */
export function reportStates(db: Queryable): Promise<{ state: 'due' | 'failing' | 'undelivered'; count: number }[]> {
  return db.query(
    `select 'due' as state, count(*) filter (where tries = 0)::int as count from report_due
     union all select 'failing', count(*) filter (where tries > 0)::int from report_due
     union all select 'undelivered', count(*)::int from delivery d where not exists (
       select from delivery_attempt a where a.delivery = d.no and a.outcome in ('delivered', 'given_up', 'not_sent'))`,
  );
}
