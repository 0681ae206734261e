import type { Instant } from '../model/dates.js';
import { copyAllRows, copyEditionHead } from '../series/reference/copy-edition.sql.js';
import type { Queryable } from '../store/pool.js';
import { requiredRow } from '../store/statement.js';
import type { Content } from './proposal.js';

/** The record of a theatre's members, as far as it runs ahead of the public one. */
export interface Branch {
  active: boolean;
  version: number;
  /** Proposals that it has beyond the public record, in order. */
  applied: number[];
  /** The mark of the public record that it was brought up to date with; null: of none that is known. */
  followed: string | null;
}

/**
 * Another text after each public change of a theatre's record, also one that no held-back row tells of: a withdrawal of a map of which
 * members have another, a purge, a kind of step, a series that is continued. The theatre as `theatre`, a name or parameter of SQL.
 */
const publicMark = (theatre: string) => `(
  select concat_ws(' ', coalesce(sum(e.epoch), 0), (select count(*) from public.step_kind k join public.series s on s.id = k.series where s.theatre = ${theatre}),
                   (select count(*) from public.series_continuation c join public.series s on s.id = c.series where s.theatre = ${theatre}))
  from public.series join public.series_epoch e on e.series = series.id where series.theatre = ${theatre})`;

/** The mark of the public record as it is now. */
export async function publicMarkOf(tx: Queryable, theatre: string): Promise<string> {
  const [row] = await tx.query<{ mark: string }>(`select ${publicMark('$1')} as mark`, [theatre]);
  return requiredRow(row, 'counted').mark;
}

/** Locked: one at a time brings it up to date. Null: nothing was ever approved under embargo there. */
export async function lockBranch(tx: Queryable, theatre: string): Promise<Branch | null> {
  const [row] = await tx.query<Branch>(
    'select active, version, applied::int[] as applied, followed from ahead_branch where theatre = $1 for update',
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

export async function stateBranch(
  tx: Queryable,
  theatre: string,
  { active, version, applied, followed }: Branch,
): Promise<void> {
  await tx.query('update ahead_branch set active = $2, version = $3, applied = $4, followed = $5 where theatre = $1', [
    ...[theatre, active, version, applied, followed],
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
 * The theatres whose members' record waits to be brought up to date: the public one has changed, something public is held back, something approved is not in it
 * (an older process approved it), or something stopped still is.
 */
export async function lateBranches(db: Queryable): Promise<string[]> {
  const waiting = await db.query<{ theatre: string; late: boolean }>(
    `select theatre, followed is distinct from ${publicMark('ahead_branch.theatre')} as late from ahead_branch where active
     union
     select w.theatre, true from waiting_release w
     where not exists (select from ahead_branch b where b.theatre = w.theatre and b.active and w.id = any(b.applied))
     union
     select b.theatre, true from ahead_branch b
     where active and exists (select from proposal_stop s where s.proposal = any(b.applied))
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
  return tx.query('select id, series from waiting_release where theatre = $1 order by decided_at, id', [theatre]);
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

/** Of these proposals, the kinds of those that were stopped. */
export async function stoppedKinds(tx: Queryable, applied: readonly number[]): Promise<Content['kind'][]> {
  const rows = await tx.query<{ kind: Content['kind'] }>(
    'select p.kind from proposal_stop s join proposal p on p.id = s.proposal where p.id = any($1)',
    [applied],
  );
  return rows.map(({ kind }) => kind);
}

/** Members have the public reference data once more, as the newest version: the one that they had beyond it was stopped. */
export async function adoptReference(tx: Queryable, theatre: string, at: Instant): Promise<void> {
  const [stated] = await tx.query<{ id: number; sha256: string }>(
    `select id, sha256 from public.edition where theatre = $1 and recorded_at > '-infinity' order by recorded_at desc limit 1`,
    [theatre],
  );
  const { id, sha256 } = requiredRow(stated, 'recorded');
  const copy = await copyEditionHead(tx, id, sha256, at);
  await copyAllRows(tx, id, copy);
  await tx.query('delete from public.ahead_added_edition where ahead_theatre = $1', [theatre]);
  await tx.query('delete from public.ahead_reference_addition where ahead_theatre = $1', [theatre]);
  await tx.query(
    'insert into added_edition (edition, addition) select $2, addition from public.added_edition where edition = $1',
    [id, copy],
  );
}

/** @returns the public revisions that members had replaced, to be copied */
export async function adopt(tx: Queryable, theatre: string): Promise<number[]> {
  const [row] = await tx.query<{ revisions: number[] }>('select ahead_adopt($1)::int[] as revisions', [theatre]);
  return row?.revisions ?? [];
}
