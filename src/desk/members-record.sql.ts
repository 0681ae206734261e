import type { Queryable } from '../store/pool.js';

/** The record of a theatre's members, as far as it runs ahead of the public one. */
export interface Branch {
  active: boolean;
  version: number;
  /** Proposals that it has beyond the public record, in order. */
  applied: number[];
}

/** Locked: one at a time brings it up to date. Null: nothing was ever approved under embargo there. */
export async function lockBranch(tx: Queryable, theatre: string): Promise<Branch | null> {
  const [row] = await tx.query<Branch>(
    'select active, version, applied::int[] as applied from ahead_branch where theatre = $1 for update',
    [theatre],
  );
  return row ?? null;
}

export async function openBranch(tx: Queryable, theatre: string): Promise<void> {
  await tx.query(
    `insert into ahead_branch (theatre, active, version) values ($1, true, 1)
     on conflict (theatre) do update set active = true`,
    [theatre],
  );
}

export async function stateBranch(tx: Queryable, theatre: string, { active, version, applied }: Branch): Promise<void> {
  await tx.query('update ahead_branch set active = $2, version = $3, applied = $4 where theatre = $1', [
    theatre,
    active,
    version,
    applied,
  ]);
}

/** Whether anything public is not yet in the record of members, and whether reference data is. */
export async function heldBack(tx: Queryable, theatre: string): Promise<{ any: boolean; editions: boolean }> {
  const [row] = await tx.query<{ any: boolean; editions: boolean }>(
    `select exists (select from edition where theatre = $1 and ahead_at = 'infinity') as editions,
            exists (select from edition where theatre = $1 and ahead_at = 'infinity')
         or exists (select from revision where theatre = $1 and ${WAITS})
         or exists (select from claim where theatre = $1 and ${WAITS})
         or exists (select from event where theatre = $1 and ${WAITS})
         or exists (select from source where theatre = $1 and ${WAITS}) as any`,
    [theatre],
  );
  return row ?? { any: false, editions: false };
}
/** Whether members have a map of their own: until they have none, what is recorded publicly is held back. */
export async function hasOwnMaps(tx: Queryable, theatre: string): Promise<boolean> {
  const rows = await tx.query(
    `select from public.revision where theatre = $1 and recorded_at is null and ahead_at is not null and ahead_until is null limit 1`,
    [theatre],
  );
  return rows.length > 0;
}

/** A row that was superseded before members ever had it is never theirs. */
const WAITS = `(ahead_at = 'infinity' and superseded_at is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity')`;

/**
 * The theatres whose members' record waits to be brought up to date: something public is held back, or something approved is not in it
 * (an older process approved it).
 */
export async function lateBranches(db: Queryable): Promise<string[]> {
  const waiting = await db.query<{ theatre: string; late: boolean }>(
    `select theatre, false as late from ahead_branch where active
     union
     select p.theatre, true from proposal p
       join proposal_outcome o on o.proposal = p.id
       left join proposal_release r on r.proposal = p.id
     where o.outcome = 'approved' and r.proposal is null
       and not exists (select from ahead_branch b where b.theatre = p.theatre and b.active and p.id = any(b.applied))
     order by theatre`,
  );
  const late = new Set(waiting.filter((row) => row.late).map(({ theatre }) => theatre));
  for (const { theatre } of waiting) if (!late.has(theatre) && (await heldBack(db, theatre)).any) late.add(theatre);
  return [...late];
}

/** The theatres of which members have, or had, a record of their own, each with its series. */
export function branches(db: Queryable): Promise<{ theatre: string; version: number; series: string[] }[]> {
  return db.query(
    `select theatre, version, array(select id::text from series where series.theatre = ahead_branch.theatre) as series
     from ahead_branch order by theatre`,
    [],
    'prepared',
  );
}

/** Proposals of a theatre that are approved and not out, in the order in which they were approved. */
export function waitingReleases(tx: Queryable, theatre: string): Promise<{ id: number; series: string }[]> {
  return tx.query(
    `select p.id, p.series from proposal p
       join proposal_outcome o on o.proposal = p.id
       left join proposal_release r on r.proposal = p.id
     where p.theatre = $1 and o.outcome = 'approved' and r.proposal is null
     order by o.decided_at, p.id`,
    [theatre],
  );
}

/** From here on the transaction reads and writes the record of the members. @returns what `readPublic` takes */
export async function writeAhead(tx: Queryable, theatre: string): Promise<string> {
  const [row] = await tx.query<{ path: string }>(`select current_setting('search_path') as path`);
  await tx.query(
    `select set_config('search_path', 'ahead, public', true), set_config('salient.ahead', $1, true),
            set_config('salient.follow', $2, true)`,
    [`,${theatre},`, theatre],
  );
  return row?.path ?? 'public';
}

export async function writePublic(tx: Queryable, path: string): Promise<void> {
  await tx.query(
    `select set_config('search_path', $1, true), set_config('salient.ahead', '', true), set_config('salient.follow', '', true)`,
    [path],
  );
}

/** @returns the public revisions that members had replaced, to be copied */
export async function adopt(tx: Queryable, theatre: string): Promise<number[]> {
  const [row] = await tx.query<{ revisions: number[] }>('select ahead_adopt($1)::int[] as revisions', [theatre]);
  return row?.revisions ?? [];
}
