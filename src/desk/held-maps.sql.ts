import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { type Lapse, lapseOf } from './approvers.sql.js';
import { statedBy } from './subscriptions/subscriptions.sql.js';

/** How many people a rule that was stated requires for a kind of change; null where none is about it. The newest one holds. */
export async function approvalsStated(db: Queryable, series: string, kind: string): Promise<number | null> {
  const [row] = await db.query<{ approvals: number }>(
    `select approvals from review_rule where series = $1 and (kinds is null or $2 = any(kinds)) order by id desc limit 1`,
    [series, kind],
  );
  return row?.approvals ?? null;
}

/** Who sent a map under review; of what a subscription brought, also who stated that. */
export interface Sender {
  principal: string;
  stated_by: string | null;
}

/** Takes the turn to decide a map under review. @returns who sent it; null: there is no such map */
export async function lockHeld(tx: Queryable, series: string, id: number): Promise<Sender | null> {
  const [row] = await tx.query<Sender>(
    `select principal, ${statedBy('held_snapshot.principal')} as stated_by from held_snapshot
     where series = $1 and id = $2 for update`,
    [series, id],
  );
  return row ?? null;
}

/** Who approved a map under review, and why. */
export interface HeldApproval {
  held: number;
  by: string;
  why: string;
  at: Instant;
  /** Why it counts no longer; null: it counts, or did when the map was decided. */
  lapsed: Lapse | null;
}

/** The approvals of maps under review, in the order in which they were given. */
export function heldApprovals(db: Queryable, ids: readonly number[]): Promise<HeldApproval[]> {
  return db.query(
    `select a.held, a.principal as by, a.why, a.decided_at as at,
            case when d.held is null then ${lapseOf('a', 'h.series')} end as lapsed
     from held_approval a join held_snapshot h on h.id = a.held left join held_decision d on d.held = a.held
     where a.held = any($1) order by a.decided_at, a.principal`,
    [ids],
  );
}

export async function insertHeldApproval(tx: Queryable, id: number, principal: string, why: string): Promise<void> {
  await tx.query('insert into held_approval (held, principal, why) values ($1, $2, $3)', [id, principal, why]);
}
