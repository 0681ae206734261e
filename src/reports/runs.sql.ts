import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import type { Period } from './periods.js';

export type RunOutcome = 'made' | 'corrected' | 'unchanged' | 'failed';

/** A line of the run log. */
export interface RunRow {
  report: string;
  period: string;
  outcome: RunOutcome;
  reason: string;
  edition: number | null;
  process: string;
  started_at: Instant;
  ended_at: Instant;
}

export function insertRun(tx: Queryable, run: Omit<RunRow, 'ended_at'> & { inputs: string }): Promise<object[]> {
  return tx.query(
    `insert into report_run (report, period, outcome, reason, edition, inputs, process, started_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [run.report, run.period, run.outcome, run.reason, run.edition, run.inputs, run.process, run.started_at],
  );
}

/** What stands for the period in a line about the definition itself. */
const NO_PERIOD = 'definition';

/** Writes down that a definition cannot be judged, unless that is the last line of its log. */
export async function logUnjudged(db: Queryable, report: string, reason: string, process: string): Promise<void> {
  await db.query(
    `insert into report_run (report, period, outcome, reason, inputs, process, started_at)
     select $1::text, '${NO_PERIOD}', 'failed', $2::text, repeat('0', 64), $3, clock_timestamp()
     where $2 is distinct from (select reason from report_run where report = $1::text order by no desc limit 1)`,
    [report, reason.slice(0, 500), process],
  );
}

/** The newest lines of a report's log. */
export function runsOf(db: Queryable, report: string, most: number): Promise<RunRow[]> {
  return db.query(
    `select run.report, run.period, outcome, reason, e.edition, process, started_at, ended_at
     from report_run run left join report_edition e on e.no = run.edition
     where run.report = $1 order by run.no desc limit $2`,
    [report, most],
  );
}

/** Of every period of a report that was reported or found unchanged: what its answers rested on the last time. */
export function publishedInputs(db: Queryable, report: string): Promise<{ period: string; inputs: string }[]> {
  return db.query(
    `select distinct on (period) period, inputs from report_run
     where report = $1 and outcome <> 'failed' order by period, no desc`,
    [report],
  );
}

/** The clock of the database, to the microsecond: what is recorded later is not yet known then. */
export async function databaseClock(db: Queryable): Promise<Instant> {
  const [row] = await db.query<{ at: Instant }>('select clock_timestamp() as at');
  return (row as { at: Instant }).at;
}

/**
 * For each period, the hash of all that a report about it rests on: how the series are stated, the theatre's edition, the
 * maps in force from its start to its end and what kind of steps they are, and the claims, events and sources that
 * touch it. Rows never change, so equal hashes mean that nothing new was recorded.
 */
export function inputsOf(
  db: Queryable,
  series: readonly string[],
  periods: readonly Pick<Period, 'key' | 'from' | 'to'>[],
): Promise<{ period: string; inputs: string }[]> {
  return db.query(
    `with asked as (
       select * from jsonb_to_recordset($2::jsonb) as p(key text, "from" date, "to" date)
     ), told as (
       select id, theatre from series where id = any($1)
     ), starting as (
       -- Of a map that shows the start of its day the one of the day after a period stands for its end.
       select series from (select distinct on (series) series, date_means from series_statement
                           where series = any($1) order by series, recorded_at desc) newest where date_means = 'start'
     )
     select asked.key as period, encode(sha256(convert_to(concat_ws('|',
       (select string_agg(s.id::text, ',' order by s.id) from (
          select distinct on (series) id from series_statement where series in (select id from told)
          order by series, recorded_at desc) s),
       (select string_agg(e.id::text, ',' order by e.id) from (
          select distinct on (theatre) id from edition where theatre in (select theatre from told)
          order by theatre, recorded_at desc) e),
       (select string_agg(r.id::text, ',' order by r.id) from revision r
        where r.series in (select id from told) and r.superseded_at is null
          and r.valid_on < asked."to" + case when r.series in (select series from starting) then 1 else 0 end
          and r.valid_on >= (select coalesce(max(b.valid_on), '-infinity') from revision b
                             where b.series = r.series and b.superseded_at is null and b.valid_on < asked."from")),
       (select string_agg(k.id::text, ',' order by k.id) from step_kind k
        where k.series in (select id from told) and k.valid_on >= asked."from" and k.valid_on < asked."to"),
       (select string_agg(c.no::text, ',' order by c.no) from claim c
        where c.theatre in (select theatre from told) and c.superseded_at is null
          and coalesce(c.earliest, c.published_on, asked."from") < asked."to"
          and coalesce(c.latest, c.published_on, asked."from") >= asked."from"),
       (select string_agg(v.no::text, ',' order by v.no) from event v
        where v.theatre in (select theatre from told) and v.superseded_at is null
          and coalesce(v.earliest, asked."from") < asked."to" and coalesce(v.latest, v.earliest, asked."from") >= asked."from")
     ), 'UTF8')), 'hex') as inputs
     from asked order by asked."from"`,
    [series, JSON.stringify(periods.map(({ key, from, to }) => ({ key, from, to })))],
  );
}
