import type { Instant, IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { requiredRow } from '../../store/statement.js';

/** What a purge takes, by number, and what stands in its way. */
export interface Purgeable {
  /** Revisions of the day that do not count, the oldest first; of the whole series when no day is named. */
  revisions: { id: number; date: IsoDate; purged: boolean }[];
  /** Maps under review that a person has decided, and those that still wait. */
  held: number[];
  waiting: number[];
  /** Proposals that have ended, and those that have not. */
  proposals: number[];
  open: number[];
  /** Editions of reports whose pictures or figures rest on one of the revisions, with how many recipients got them. */
  editions: { no: number; report: string; period: string; edition: number; delivered: number }[];
  /** Alerts that were measured from one of the revisions, or told of one of the maps under review, the same. */
  alerts: { rule: string; alert: number; on: IsoDate; delivered: number }[];
}

/** @param date null: every day of the series */
export async function purgeable(tx: Queryable, series: string, date: IsoDate | null): Promise<Purgeable> {
  const [row] = await tx.query<Purgeable>(
    `with gone as materialized (
       select id, valid_on, recorded_at, superseded_at, plane is null as purged from revision
       where series = $1 and ($2::date is null or valid_on = $2) and superseded_at is not null
     ), told as (
       select e.no, e.report, e.period, e.edition,
              (select count(*)::int from delivery d join delivery_attempt a on a.delivery = d.no
               where d.edition = e.no and a.outcome = 'delivered') as delivered
       from report_edition e join report_definition f on f.no = e.definition
       where position(to_json($1::text)::text in f.definition::text) > 0
         and exists (
           select from gone g where g.valid_on <= e.ends and stands_at(g.recorded_at, g.superseded_at, e.known_at)
             and not exists (select from revision n where n.series = $1 and n.valid_on > g.valid_on and n.valid_on <= e.starts
                               and stands_at(n.recorded_at, n.superseded_at, e.known_at)))
     ), review as (
       select h.id, d.held is null as waits from held_snapshot h left join held_decision d on d.held = h.id
       where h.series = $1 and ($2::date is null or h.valid_on = $2)
         and not exists (select from revision r where r.id = d.revision and r.superseded_at is null)
     ), proposed as (
       select p.id, o.proposal is null or exists (select from waiting_release w where w.id = p.id) as is_open
       from proposal p left join proposal_outcome o on o.proposal = p.id
       where p.series = $1 and p.kind in ('edit', 'map')
         and exists (select from gone g where g.valid_on = p.valid_on and p.proposed_at <= g.superseded_at)
     ), fired as materialized (
       -- What an alert on a day compares: the map of the day or the first after it, and the last before; on an area, all from the first of its maps.
       select no, rule, kind, held, on_day, known_at, case kind when 'area' then from_day else on_day - 1 end as starts
       from alert a cross join lateral (
         select content->>'kind' as kind, (content->>'on')::date as on_day,
                case content->>'kind' when 'held' then (content->'figures'->>'held')::bigint end as held,
                case content->>'kind' when 'area' then coalesce((content->'figures'->>'from')::date,
                                                                (content->>'on')::date - (content->'figures'->>'days')::int) end as from_day,
                replace(substring(content->>'query' from 'known-at=([^&]+)'), '%3A', ':')::timestamptz as known_at
       ) said
       where content->>'series' = $1 and content->>'purged' is null
     ), alarmed as (
       select rule, no as alert, on_day as on,
              (select count(*)::int from alert_in_message m join delivery d on d.message = m.message join delivery_attempt t on t.delivery = d.no
               where m.alert = f.no and t.outcome = 'delivered') as delivered
       from fired f
       where held in (select id from review where not waits)
          or kind in ('verdict', 'place', 'route', 'area') and exists (
            select from gone g where stands_at(g.recorded_at, g.superseded_at, f.known_at)
              and not exists (select from revision n where n.series = $1 and stands_at(n.recorded_at, n.superseded_at, f.known_at)
                                and (n.valid_on > g.valid_on and n.valid_on <= f.starts or n.valid_on < g.valid_on and n.valid_on >= f.on_day)))
     )
     select (select coalesce(json_agg(json_build_object('id', id, 'date', valid_on, 'purged', purged) order by id), '[]') from gone) as revisions,
            (select coalesce(json_agg(id order by id) filter (where not waits), '[]') from review) as held,
            (select coalesce(json_agg(id order by id) filter (where waits), '[]') from review) as waiting,
            (select coalesce(json_agg(id order by id) filter (where not is_open), '[]') from proposed) as proposals,
            (select coalesce(json_agg(id order by id) filter (where is_open), '[]') from proposed) as open,
            (select coalesce(json_agg(told order by no), '[]') from told) as editions,
            (select coalesce(json_agg(alarmed order by alert), '[]') from alarmed) as alerts`,
    [series, date],
  );
  return requiredRow(row, 'counted');
}

/** Removes what has these numbers (migrations/functions/purge_maps.sql); returns how many polygons went. */
export async function purgeMaps(
  tx: Queryable,
  { revisions, held, proposals, editions, alerts }: Purgeable,
): Promise<number> {
  const [row] = await tx.query<{ shapes: number }>('select purge_maps($1, $2, $3, $4, $5) as shapes', [
    revisions.map(({ id }) => id),
    held,
    proposals,
    editions.map(({ no }) => no),
    alerts.map(({ alert }) => alert),
  ]);
  return requiredRow(row, 'purged').shapes;
}

/** The tombstone. */
export async function insertPurge(
  tx: Queryable,
  given: {
    series: string;
    date: IsoDate | null;
    taken: Purgeable;
    shapes: number;
    why: string;
    by: string | null;
    at: Instant;
  },
): Promise<number> {
  const { series, date, taken, shapes, why, by, at } = given;
  const [row] = await tx.query<{ id: number }>(
    `insert into purge (series, valid_on, revisions, held, proposals, report_editions, alerts, shapes, why, decided_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      ...[series, date, taken.revisions.map(({ id }) => id), taken.held, taken.proposals],
      ...[taken.editions.map(({ no }) => no), taken.alerts.map(({ alert }) => alert), shapes, why, by, at],
    ],
  );
  return requiredRow(row, 'stored').id;
}
