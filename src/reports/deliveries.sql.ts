import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** An edition of a report, or a message of alerts, on its way to one recipient. */
export interface Delivery {
  no: number;
  edition: number | null;
  message: number | null;
  kind: 'webhook' | 'folder' | 'email';
  target: string;
  key: string;
}

/** How a try ended: `not_sent` where there is nobody to send to any more, or nothing. After any but `failed` there is no other. */
export type Outcome = 'delivered' | 'failed' | 'given_up' | 'not_sent';

/** What was tried, and how it ended. */
export interface AttemptRow {
  report: string;
  period: string;
  edition: number;
  kind: Delivery['kind'];
  target: string;
  key: string;
  outcome: Outcome | 'waiting';
  reason: string | null;
  started_at: Instant | null;
  ended_at: Instant | null;
}

/** Puts something on its way to a recipient. `key` names both, the recipient by a hash. */
export async function insertDelivery(tx: Queryable, delivery: Omit<Delivery, 'no'>): Promise<number> {
  const [row] = await tx.query<{ no: number }>(
    'insert into delivery (edition, message, kind, target, key) values ($1, $2, $3, $4, $5) returning no',
    [delivery.edition, delivery.message, delivery.kind, delivery.target, delivery.key],
  );
  return (row as { no: number }).no;
}

/**
 * Takes the delivery that is due and has waited longest, for so many seconds; null when none is.
 * @param pauses seconds after the first, the second … failed try until it is due again
 */
export async function takeDelivery(
  db: Queryable,
  owner: string,
  now: Instant,
  seconds: number,
  pauses: readonly number[],
): Promise<number | null> {
  const [row] = await db.query<{ delivery: number }>(
    `insert into delivery_lease (delivery, owner, until)
     select d.no, $1, $2::timestamptz + make_interval(secs => $3)
     from delivery d
       cross join lateral (
         select count(*) filter (where outcome <> 'failed') as ended, count(*) as tries, max(ended_at) as last
         from delivery_attempt a where a.delivery = d.no
       ) tried
       left join delivery_lease held on held.delivery = d.no
       left join alert_message message on message.no = d.message
     where tried.ended = 0 and (message.not_before is null or message.not_before <= $2) and (held.until is null or held.until < $2)
       -- One at a time to one recipient: who does not answer holds up nobody else.
       and not exists (select from delivery_lease l join delivery o on o.no = l.delivery
                       where o.kind = d.kind and o.target = d.target and l.until >= $2)
       and (tried.tries = 0
            or tried.last + make_interval(secs => ($4::float8[])[tried.tries]) <= $2)
     order by coalesce(tried.last, d.recorded_at), d.no limit 1
     on conflict (delivery) do update set owner = excluded.owner, until = excluded.until
       where delivery_lease.until < $2
     returning delivery`,
    [owner, now, seconds, pauses],
  );
  return row?.delivery ?? null;
}

/** A delivery that is still open, with how often it was tried and, of a report, what of it; null when it has ended. */
export async function openDelivery(
  db: Queryable,
  no: number,
): Promise<(Delivery & { report: string | null; period: string; number: number; attempts: number }) | null> {
  const [row] = await db.query<Delivery & { report: string | null; period: string; number: number; attempts: number }>(
    `select d.no, d.edition, d.message, d.kind, d.target, d.key, e.report, e.period, e.edition as number,
            (select count(*)::integer from delivery_attempt a where a.delivery = d.no) as attempts
     from delivery d left join report_edition e on e.no = d.edition
     where d.no = $1 and not exists (
       select from delivery_attempt a where a.delivery = d.no and a.outcome in ('delivered', 'given_up', 'not_sent'))`,
    [no],
  );
  return row ?? null;
}

export function insertAttempt(
  db: Queryable,
  attempt: {
    delivery: number;
    outcome: Outcome;
    reason: string;
    process: string;
    started_at: Instant;
    ended_at: Instant;
  },
): Promise<object[]> {
  return db.query(
    `insert into delivery_attempt (delivery, outcome, reason, process, started_at, ended_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [
      attempt.delivery,
      attempt.outcome,
      attempt.reason.slice(0, 500),
      attempt.process,
      attempt.started_at,
      attempt.ended_at,
    ],
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

/** Gives a delivery back, if this process still has it. */
export function releaseDelivery(db: Queryable, no: number, owner: string): Promise<object[]> {
  return db.query('delete from delivery_lease where delivery = $1 and owner = $2', [no, owner]);
}

/** Every delivery of the alerts of a rule with each try, the newest first. */
export function attemptsOfRule(
  db: Queryable,
  rule: string,
  most: number,
): Promise<(Omit<AttemptRow, 'report' | 'period' | 'edition'> & { message: number })[]> {
  return db.query(
    `select d.message, d.kind, d.target, d.key, coalesce(a.outcome, 'waiting') as outcome, a.reason, a.started_at, a.ended_at
     from delivery d join alert_message m on m.no = d.message left join delivery_attempt a on a.delivery = d.no
     where m.rule = $1 order by a.no desc nulls first, d.no desc limit $2`,
    [rule, most],
  );
}
