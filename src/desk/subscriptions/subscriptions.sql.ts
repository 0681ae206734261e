import type { Instant, IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { requiredRow } from '../../store/statement.js';
import type { Subscription } from './subscription.js';

export type Outcome = 'stored' | 'held' | 'proposed' | 'decided' | 'unchanged' | 'failed';

/** A subscription as it stands. Instants RFC 3339. */
export interface SubscriptionRow extends Subscription {
  id: number;
  series: string;
  principal: string;
  recorded_at: Instant;
  next_due: Instant;
  paused_why: string | null;
  removed_why: string | null;
  not_before: Instant | null;
  etag: string | null;
  last_modified: string | null;
  /** Hash of the content that was brought in last. */
  sha256: string | null;
  pending_sha256: string | null;
  pending_date: IsoDate | null;
  fetched_at: Instant | null;
  status: number | null;
  outcome: Outcome | null;
  error: string | null;
  failures: number;
  owner: string | null;
  /** Until when its owner has it. */
  until: Instant | null;
}

/** The principal of what a subscription brings. */
export const principalOfSubscription = (id: number) => `subscription:${id}`;

/** Who stated the subscription that a principal is; null where it is none. A subscription is never stated anew under its number. */
export const statedBy = (principal: string) =>
  `(select s.principal from subscription s where ${principal} like 'subscription:%' and 'subscription:' || s.id = ${principal})`;

const COLUMNS = `s.id, s.series, s.address, s.publisher, s.source, s.mode, s.every_s, s.date_from, s.words, s.principal,
  s.recorded_at, t.next_due, t.paused_why, t.removed_why, t.not_before, t.etag, t.last_modified, t.sha256, t.pending_sha256,
  t.pending_date, t.fetched_at, t.status, t.outcome, t.error, t.failures, t.owner, t.until`;

export async function insertSubscription(
  tx: Queryable,
  { series, by, due, ...given }: Subscription & { series: string; by: string; due: Instant },
): Promise<number> {
  const { address, publisher, source, mode, every_s, date_from, words } = given;
  const [row] = await tx.query<{ id: number }>(
    `with made as (
       insert into subscription (series, address, publisher, source, mode, every_s, date_from, words, principal)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id
     )
     insert into subscription_state (subscription, host, next_due) select id, $10, $11 from made returning subscription as id`,
    [
      ...[series, address, publisher, source, mode, every_s, date_from, JSON.stringify(words), by],
      ...[new URL(address).host, due],
    ],
  );
  return requiredRow(row, 'stored').id;
}

/** Subscriptions of a series (null: of all) that are not removed, by number. */
export function subscriptions(db: Queryable, series: string | null): Promise<SubscriptionRow[]> {
  return db.query(
    `select ${COLUMNS} from subscription s join subscription_state t on t.subscription = s.id
     where ($1::text is null or s.series = $1) and t.removed_why is null order by s.id`,
    [series],
  );
}

/** Whether a subscription of the series has that address, and is not removed. */
export async function subscribedTo(db: Queryable, series: string, address: string): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `select s.id from subscription s join subscription_state t on t.subscription = s.id
     where s.series = $1 and s.address = $2 and t.removed_why is null`,
    [series, address],
  );
  return row?.id ?? null;
}

/**
 * Takes the subscription that has been due longest, or the one of a number whether due or not, until `seconds` have passed. Of
 * one host only one is taken at a time, by whatever process; takers take turns.
 */
export async function takeSubscription(
  tx: Queryable,
  { owner, now, seconds, id }: { owner: string; now: Instant; seconds: number; id: number | null },
): Promise<SubscriptionRow | null> {
  await tx.query('lock table subscription_state in share row exclusive mode');
  const [row] = await tx.query<SubscriptionRow>(
    `with due as (
       select d.subscription from subscription_state d
       where d.removed_why is null and (d.owner is null or d.until < $2)
         and case when $4::bigint is null then d.paused_why is null and d.next_due <= $2 else d.subscription = $4 end
         and not exists (select from subscription_state o
                         where o.host = d.host and o.subscription <> d.subscription and o.owner is not null and o.until >= $2)
       order by d.next_due, d.subscription limit 1
     ), t as (
       update subscription_state set owner = $1, until = $2::timestamptz + make_interval(secs => $3)
       where subscription = (select subscription from due) returning *
     )
     select ${COLUMNS} from t join subscription s on s.id = t.subscription`,
    [owner, now, seconds, id],
  );
  return row ?? null;
}

/** States which content is being brought in, and its day: if the process is killed, the same content keeps it. */
export function markPending(db: Queryable, id: number, sha256: string, date: IsoDate): Promise<object[]> {
  return db.query('update subscription_state set pending_sha256 = $2, pending_date = $3 where subscription = $1', [
    id,
    sha256,
    date,
  ]);
}

/** How a pull ended, and when the next is due. */
export interface PullEnd {
  at: Instant;
  nextDue: Instant;
  notBefore: Instant | null;
  status: number | null;
  outcome: Outcome;
  words: string;
  etag: string | null;
  lastModified: string | null;
  sha256: string | null;
}

/**
 * Ends a pull and gives the subscription back, unless it was taken by another meanwhile. A failure keeps what was known of the
 * file, so that the next pull asks for the whole of it only if the last that succeeded did not have it.
 */
export async function endPull(tx: Queryable, row: SubscriptionRow, by: string, end: PullEnd): Promise<void> {
  const failed = end.outcome === 'failed';
  await tx.query(
    `update subscription_state set next_due = $3, not_before = $4, fetched_at = $5, status = $6, outcome = $7,
       error = case when $8 then $9 end, failures = case when $8 then failures + 1 else 0 end,
       etag = case when $8 then etag else $10 end, last_modified = case when $8 then last_modified else $11 end,
       sha256 = case when $8 then sha256 else coalesce($12, sha256) end,
       pending_sha256 = case when $8 then pending_sha256 end, pending_date = case when $8 then pending_date end,
       owner = null, until = null
     where subscription = $1 and owner = $2`,
    [
      ...[row.id, row.owner, end.nextDue, end.notBefore, end.at, end.status, end.outcome, failed, end.words],
      ...[end.etag, end.lastModified, end.sha256],
    ],
  );
  if (end.outcome === 'unchanged' && row.outcome !== null && row.outcome !== 'failed') return;
  if (failed && row.error === end.words) return;
  await tx.query(
    'insert into subscription_pull (subscription, pulled_at, outcome, status, words, principal) values ($1, $2, $3, $4, $5, $6)',
    [row.id, end.at, end.outcome, end.status, end.words, by],
  );
}

/** Pauses (a reason) or resumes (null); a resumed one is due at once. False: there is none. */
export async function pauseSubscription(
  db: Queryable,
  series: string,
  id: number,
  why: string | null,
  now: Instant,
): Promise<boolean> {
  const rows = await db.query(
    `update subscription_state t set paused_why = $3, next_due = case when $3::text is null then greatest($4::timestamptz, coalesce(not_before, $4)) else next_due end
     from subscription s where s.id = t.subscription and s.series = $1 and s.id = $2 and t.removed_why is null returning 1`,
    [series, id, why, now],
  );
  return rows.length > 0;
}

/** Ends a subscription; what it brought stays. False: there is none. */
export async function removeSubscription(db: Queryable, series: string, id: number, why: string): Promise<boolean> {
  const rows = await db.query(
    `update subscription_state t set removed_why = $3
     from subscription s where s.id = t.subscription and s.series = $1 and s.id = $2 and t.removed_why is null returning 1`,
    [series, id, why],
  );
  return rows.length > 0;
}

export interface PullRow {
  at: Instant;
  outcome: Outcome;
  status: number | null;
  words: string;
  by: string;
}

/** The newest pulls of a subscription that are kept, the newest first. */
export function pulls(db: Queryable, id: number, limit: number): Promise<PullRow[]> {
  return db.query(
    `select pulled_at as at, outcome, status, words, principal as by from subscription_pull
     where subscription = $1 order by no desc limit $2`,
    [id, limit],
  );
}

/** Whether somebody stated how many people approve a map of the series. */
export async function hasReviewRule(db: Queryable, series: string): Promise<boolean> {
  return (
    (
      await db.query(`select 1 from review_rule where series = $1 and (kinds is null or 'map' = any(kinds)) limit 1`, [
        series,
      ])
    ).length > 0
  );
}

/** What became of the newest proposal for a day that a principal made from a content; null: none, or a later one has another. */
export async function proposedBefore(
  db: Queryable,
  given: { series: string; by: string; date: IsoDate; sha256: string },
): Promise<number | null> {
  const [row] = await db.query<{ id: number; same: boolean }>(
    `select id, content ->> 'sha256' = $4 as same from proposal
     where series = $1 and proposed_by = $2 and valid_on = $3 order by id desc limit 1`,
    [given.series, given.by, given.date, given.sha256],
  );
  return row?.same ? row.id : null;
}

/** How many subscriptions stand how: a figure for each state, 0 too. */
export function subscriptionStates(db: Queryable): Promise<{ state: 'due' | 'failing' | 'paused'; count: number }[]> {
  return db.query(
    `select state, count(t.subscription)::int as count
     from unnest(array['due', 'failing', 'paused']) as state
       left join subscription_state t on t.removed_why is null
         and state = case when t.paused_why is not null then 'paused' when t.failures > 0 then 'failing' else 'due' end
     group by state`,
  );
}
