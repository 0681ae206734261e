import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** An edition on its way to one recipient. */
export interface Delivery {
  no: number;
  edition: number;
  kind: 'webhook' | 'folder';
  target: string;
  key: string;
}

/** What was tried, and how it ended. */
export interface AttemptRow {
  report: string;
  period: string;
  edition: number;
  kind: Delivery['kind'];
  target: string;
  key: string;
  outcome: 'delivered' | 'failed' | 'given_up' | 'waiting';
  reason: string | null;
  started_at: Instant | null;
  ended_at: Instant | null;
}

/** Puts an edition on its way to a recipient. `key` names edition and recipient. */
export async function insertDelivery(
  tx: Queryable,
  delivery: { edition: number; kind: Delivery['kind']; target: string; key: string },
): Promise<number> {
  const [row] = await tx.query<{ no: number }>(
    'insert into delivery (edition, kind, target, key) values ($1, $2, $3, $4) returning no',
    [delivery.edition, delivery.kind, delivery.target, delivery.key],
  );
  return (row as { no: number }).no;
}

/** Deliveries that neither arrived nor were given up, oldest first. */
export function openDeliveries(db: Queryable): Promise<{ no: number }[]> {
  return db.query(
    `select no from delivery d where not exists (
       select from delivery_attempt a where a.delivery = d.no and a.outcome in ('delivered', 'given_up'))
     order by no`,
  );
}

/** A delivery that is still open, with how often it was tried; null when it has ended. */
export async function openDelivery(
  db: Queryable,
  no: number,
): Promise<(Delivery & { report: string; period: string; number: number; attempts: number }) | null> {
  const [row] = await db.query<Delivery & { report: string; period: string; number: number; attempts: number }>(
    `select d.no, d.edition, d.kind, d.target, d.key, e.report, e.period, e.edition as number,
            (select count(*)::integer from delivery_attempt a where a.delivery = d.no) as attempts
     from delivery d join report_edition e on e.no = d.edition
     where d.no = $1 and not exists (
       select from delivery_attempt a where a.delivery = d.no and a.outcome in ('delivered', 'given_up'))`,
    [no],
  );
  return row ?? null;
}

export function insertAttempt(
  db: Queryable,
  attempt: {
    delivery: number;
    outcome: 'delivered' | 'failed' | 'given_up';
    reason: string;
    process: string;
    started_at: Instant;
  },
): Promise<object[]> {
  return db.query(
    `insert into delivery_attempt (delivery, outcome, reason, process, started_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [attempt.delivery, attempt.outcome, attempt.reason.slice(0, 500), attempt.process, attempt.started_at],
  );
}

/** Every delivery of a report with each try, the newest first. */
export function attemptsOf(db: Queryable, report: string, most: number): Promise<AttemptRow[]> {
  return db.query(
    `select e.report, e.period, e.edition, d.kind, d.target, d.key, coalesce(a.outcome, 'waiting') as outcome, a.reason,
            a.started_at, a.ended_at
     from delivery d join report_edition e on e.no = d.edition left join delivery_attempt a on a.delivery = d.no
     where e.report = $1 order by a.no desc nulls first, d.no desc limit $2`,
    [report, most],
  );
}

/** Takes a delivery for so many seconds; false while another process has it. */
export async function leaseDelivery(db: Queryable, no: number, seconds: number): Promise<boolean> {
  const rows = await db.query(
    `insert into delivery_lease (delivery, until) values ($1, clock_timestamp() + make_interval(secs => $2))
     on conflict (delivery) do update set until = excluded.until where delivery_lease.until < clock_timestamp()
     returning delivery`,
    [no, seconds],
  );
  return rows.length > 0;
}

export function releaseDelivery(db: Queryable, no: number): Promise<object[]> {
  return db.query('delete from delivery_lease where delivery = $1', [no]);
}
