import type { Queryable } from '../store/pool.js';

/** Of each series that is not withdrawn: how many days ago its newest map was of, and how many maps wait for a person. */
export function newestMaps(db: Queryable): Promise<{ series: string; age_days: number | null; waiting: number }[]> {
  return db.query(
    `select series.id as series,
            (select current_date - max(r.valid_on) from revision r where r.series = series.id and r.superseded_at is null) as age_days,
            (select count(*) from held_snapshot h where h.series = series.id
               and not exists (select from held_decision d where d.held = h.id)) as waiting
     from series
       join lateral (select withdrawn_why from series_statement s where s.series = series.id order by s.recorded_at desc, s.id desc limit 1) s on true
     where s.withdrawn_why is null order by series.id`,
  );
}
