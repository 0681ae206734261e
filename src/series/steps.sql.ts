import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { refusePurged } from './purged.js';
import type { StepKind } from './step-kinds.js';

export interface StepRow {
  date: IsoDate;
  from_date: IsoDate;
  revision: number;
  from_revision: number;
  /** Whether the two maps are made of the same polygons: then change is a sum of faces. */
  same_partition: boolean;
  kind: StepKind;
  why: string | null;
  /** The kept transition matrix, m²; null where the step has not been measured yet. */
  matrix: { from: string; to: string; m2: number }[] | null;
}

/** The steps as `stepRows` gives them, without what has to be read for each: what kept answers about a span depend on. */
export function stepsStated(
  db: Queryable,
  series: string,
  from: IsoDate,
  to: IsoDate,
  knownAt: Instant | null,
): Promise<Pick<StepRow, 'date' | 'revision' | 'kind' | 'why'>[]> {
  return db.query(
    `with stated as (
       select distinct on (valid_on) valid_on, kind, why from step_kind
       where series = $1 and recorded_at <= coalesce($4::timestamptz, 'infinity')
       order by valid_on, recorded_at desc
     )
     select map.valid_on as date, map.id as revision, coalesce(stated.kind, 'movement') as kind, stated.why
     from revision map left join stated using (valid_on)
     where map.series = $1 and stands_at(map.recorded_at, map.superseded_at, $4::timestamptz)
       and map.valid_on > $2::date and map.valid_on <= $3::date
     order by map.valid_on`,
    [series, from, to, knownAt],
    'prepared',
  );
}

/**
 * The steps from the map in force on `from` to the one in force on `to` (not before `from`), in order of date, each with
 * its kind, as known at an instant (null: now).
 * @throws SalientError `purged` when one of the maps is gone
 */
export async function stepRows(
  db: Queryable,
  series: string,
  from: IsoDate,
  to: IsoDate,
  knownAt: Instant | null,
): Promise<StepRow[]> {
  const rows = await db.query<Omit<StepRow, 'same_partition'> & { same_partition: boolean | null }>(
    `with map as (
       select id, plane, valid_on, lag(id) over earlier as before, lag(plane) over earlier as plane_before,
              lag(valid_on) over earlier as from_date
       from revision
       where series = $1 and stands_at(recorded_at, superseded_at, $4::timestamptz)
       window earlier as (order by valid_on)
     )
     select map.valid_on as date, map.from_date, map.id as revision, map.before as from_revision,
            map.plane = map.plane_before as same_partition, coalesce(stated.kind, 'movement') as kind, stated.why,
            (select json_agg(json_build_object('from', from_class, 'to', to_class, 'm2', m2) order by from_class, to_class)
             from kept_change where from_revision = map.before and to_revision = map.id) as matrix
     from map
       left join lateral (
         select kind, why from step_kind k
         where k.series = $1 and k.valid_on = map.valid_on and k.recorded_at <= coalesce($4::timestamptz, 'infinity')
         order by k.recorded_at desc limit 1
       ) stated on true
     where map.before is not null and map.valid_on > $2::date and map.valid_on <= $3::date
     order by map.valid_on`,
    [series, from, to, knownAt],
    'prepared',
  );
  return rows.map(({ same_partition: same, ...row }) => {
    // Null: one of the two maps has no partition any more.
    if (same === null) throw refusePurged(series, row.date);
    return { ...row, same_partition: same };
  });
}

/** The steps to the map of a day and to the map after it, as far as somebody stated that they are no movement. */
export function stepsNotMovement(
  tx: Queryable,
  series: string,
  date: IsoDate,
): Promise<{ date: IsoDate; kind: StepKind; why: string }[]> {
  return tx.query(
    `with around as (
       select $2::date as valid_on
       union all (select valid_on from revision where series = $1 and superseded_at is null and valid_on > $2::date order by valid_on limit 1)
     )
     select valid_on as date, kind, why
     from around cross join lateral (
       select kind, why from step_kind k where k.series = $1 and k.valid_on = around.valid_on order by k.recorded_at desc limit 1
     ) stated
     where kind <> 'movement' order by valid_on`,
    [series, date],
    'prepared',
  );
}

export interface KindStatement {
  series: string;
  valid_on: IsoDate;
  kind: StepKind;
  why: string;
  stated_by: string | null;
  recorded_at: Instant;
}

/** States of what kind the step of a series to its map of a day is. Nothing is overwritten: the newest holds. */
export async function stateKind(tx: Queryable, statement: KindStatement): Promise<void> {
  const { series, valid_on, kind, why, stated_by, recorded_at } = statement;
  await tx.query(
    `insert into step_kind (series, valid_on, kind, why, stated_by, recorded_at) values ($1, $2, $3, $4, $5, $6)`,
    [series, valid_on, kind, why, stated_by, recorded_at],
  );
}
