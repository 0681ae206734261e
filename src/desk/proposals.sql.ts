import type { IsoDate } from '../model/dates.js';
import type { Transition } from '../model/transition.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { requiredRow } from '../store/statement.js';
import { type Lapse, lapseOf } from './approvers.sql.js';
import type { Embargo } from './embargo.js';
import type { Content, Source } from './proposal.js';
import { statedBy } from './subscriptions/subscriptions.sql.js';

type ProposalState = 'open' | 'approved' | 'released' | 'stopped' | 'rejected' | 'retracted';

/** A proposal as it stands: its change, its comments and decisions, and how it ended. Instants RFC 3339. */
export interface ProposalRow {
  id: number;
  series: string;
  theatre: string;
  kind: Content['kind'];
  date: IsoDate | null;
  content: Content;
  why: string;
  sources: Source[];
  /** The ground that would have passed when it was proposed, m². */
  effect: Transition[];
  proposed_by: string;
  /** Of what a subscription brought, who stated it: its author as well. Null: of no subscription. */
  stated_by: string | null;
  proposed_at: string;
  state: ProposalState;
  /**
   * `embargo`: until when this approver holds it back, an instant or `release`; null: not. The strictest of all approvals holds.
   * `lapsed`: why the approval counts no longer; null: it counts, or did when the proposal was decided.
   */
  approvals: { by: string; why: string; at: string; embargo: string | null; lapsed: Lapse | null }[];
  comments: { by: string; text: string; at: string }[];
  outcome: { outcome: string; by: string; why: string; at: string; release_at: string | null } | null;
  release: { by: string; at: string; result: unknown } | null;
  /** Of an approved one that was stopped before it went out. */
  stop: { by: string; why: string; at: string } | null;
}

export interface ProposalInput {
  series: string;
  theatre: string;
  content: Content;
  file: Uint8Array | null;
  why: string;
  sources: readonly Source[];
  effect: readonly Transition[];
  by: string;
}

export async function insertProposal(tx: Queryable, given: ProposalInput): Promise<number> {
  const { series, theatre, content, file, why, sources, effect, by } = given;
  const [row] = await tx.query<{ id: number }>(
    `insert into proposal (series, theatre, kind, valid_on, content, file, why, sources, effect, proposed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      ...[series, theatre, content.kind, content.date, JSON.stringify(content), file && Buffer.from(file)],
      ...[why, JSON.stringify(sources), JSON.stringify(effect), by],
    ],
  );
  return requiredRow(row, 'stored').id;
}

/** Proposals of a series, the oldest first; one, or those in some states. Instants are written by the database in UTC. */
export async function proposals(
  db: Queryable,
  series: string,
  { id = null, open = false }: { id?: number | null; open?: boolean },
): Promise<ProposalRow[]> {
  if (isHidden(series)) return [];
  return db.query(
    `select p.id, p.series, p.theatre, p.kind, p.valid_on as date, p.content, p.why, p.sources, p.effect, p.proposed_by,
            ${statedBy('p.proposed_by')} as stated_by, p.proposed_at,
            case when r.proposal is not null then 'released' when s.proposal is not null then 'stopped'
                 else coalesce(o.outcome, 'open') end as state,
            (select coalesce(json_agg(json_build_object('by', a.principal, 'why', a.why, 'at', a.decided_at, 'embargo',
                        case when a.release_at = 'infinity' then to_json('release'::text) else to_json(a.release_at) end,
                        'lapsed', case when o.proposal is null then ${lapseOf('a', 'p.series')} end)
                                      order by a.decided_at), '[]')
             from proposal_approval a where a.proposal = p.id) as approvals,
            (select coalesce(json_agg(json_build_object('by', c.principal, 'text', c.text, 'at', c.said_at) order by c.id), '[]')
             from proposal_comment c where c.proposal = p.id) as comments,
            case when o.proposal is not null then
              json_build_object('outcome', o.outcome, 'by', o.principal, 'why', o.why, 'at', o.decided_at,
                                'release_at', nullif(o.release_at, 'infinity')) end as outcome,
            case when r.proposal is not null then
              json_build_object('by', r.principal, 'at', r.released_at, 'result', r.result) end as release,
            case when s.proposal is not null then json_build_object('by', s.principal, 'why', s.why, 'at', s.stopped_at) end as stop
     from proposal p
       left join proposal_outcome o on o.proposal = p.id
       left join proposal_release r on r.proposal = p.id
       left join proposal_stop s on s.proposal = p.id
     where p.series = $1 and ($2::bigint is null or p.id = $2)
       and (not $3 or o.proposal is null or exists (select from waiting_release w where w.id = p.id))
     order by p.id`,
    [series, id, open],
  );
}

/** Takes the turn to decide a proposal: a second reviewer waits here and then sees the decision. */
export async function lockProposal(tx: Queryable, id: number): Promise<void> {
  await tx.query('select 1 from proposal where id = $1 for update', [id]);
}

export async function proposedFile(db: Queryable, id: number): Promise<Uint8Array | null> {
  const [row] = await db.query<{ file: Buffer | null }>('select file from proposal where id = $1', [id]);
  return row?.file ?? null;
}

export async function insertComment(tx: Queryable, proposal: number, by: string, text: string): Promise<void> {
  await tx.query('insert into proposal_comment (proposal, principal, text) values ($1, $2, $3)', [proposal, by, text]);
}

/** @param embargo what this approver states, whatever others do */
export async function insertApproval(
  tx: Queryable,
  given: { proposal: number; by: string; why: string; embargo: Embargo },
): Promise<void> {
  await tx.query('insert into proposal_approval (proposal, principal, why, release_at) values ($1, $2, $3, $4)', [
    ...[given.proposal, given.by, given.why, releaseAtOf(given.embargo)],
  ]);
}

/** As it is stored: null where there is no embargo. */
const releaseAtOf = (embargo: Embargo) => (embargo?.until === 'release' ? 'infinity' : (embargo?.until ?? null));

export interface OutcomeInput {
  proposal: number;
  outcome: 'approved' | 'rejected' | 'retracted';
  by: string;
  why: string;
  /** Of an approved one; without, it goes out at once. */
  embargo: Embargo;
}

export async function insertOutcome(
  tx: Queryable,
  { proposal, outcome, by, why, embargo }: OutcomeInput,
): Promise<void> {
  const releaseAt = outcome === 'approved' ? (releaseAtOf(embargo) ?? new Date().toISOString()) : null;
  await tx.query(
    'insert into proposal_outcome (proposal, outcome, principal, why, release_at) values ($1, $2, $3, $4, $5)',
    [proposal, outcome, by, why, releaseAt],
  );
}

export async function insertRelease(tx: Queryable, proposal: number, by: string, result: unknown): Promise<void> {
  await tx.query('insert into proposal_release (proposal, principal, result) values ($1, $2, $3)', [
    proposal,
    by,
    JSON.stringify(result),
  ]);
}

export async function insertStop(tx: Queryable, proposal: number, by: string, why: string): Promise<void> {
  await tx.query('insert into proposal_stop (proposal, principal, why) values ($1, $2, $3)', [proposal, by, why]);
}

/** The approved proposals whose instant has come and that have not gone out, in the order in which they were approved. */
export function dueReleases(db: Queryable): Promise<{ id: number; series: string }[]> {
  return db.query(
    'select id, series from waiting_release where release_at <= clock_timestamp() order by decided_at, id',
  );
}

export async function insertRule(
  tx: Queryable,
  series: string,
  approvals: number,
  kinds: readonly string[] | null,
  why: string,
  by: string,
): Promise<void> {
  await tx.query('insert into review_rule (series, approvals, kinds, why, principal) values ($1, $2, $3, $4, $5)', [
    series,
    approvals,
    kinds,
    why,
    by,
  ]);
}

/** The newest rule that is about each kind: how many people it requires; a kind that no rule is about has none. */
export async function rulesByKind(
  db: Queryable,
  series: string,
  kinds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db.query<{ kind: string; approvals: number }>(
    `select distinct on (kind) kind, approvals from unnest($2::text[]) kind
       join review_rule on series = $1 and (kinds is null or kind = any(kinds))
     order by kind, id desc`,
    [series, kinds],
  );
  return new Map(rows.map(({ kind, approvals }) => [kind, approvals]));
}

/**
 * How many people other than the author approve a change of a kind (null: of most kinds) in the series: as the newest rule that is about
 * it says; one where none is.
 */
export async function approvalsNeeded(db: Queryable, series: string, kind: string | null): Promise<number> {
  const [row] = await db.query<{ approvals: number }>(
    'select approvals from review_rule where series = $1 and (kinds is null or $2 = any(kinds)) order by id desc limit 1',
    [series, kind],
  );
  return row?.approvals ?? 1;
}
