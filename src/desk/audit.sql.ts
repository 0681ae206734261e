import type { Db, Queryable } from '../store/pool.js';
import { requiredRow } from '../store/statement.js';

/** An entry of the audit log. `recorded_us`: microseconds since 1970; hashes in hex. */
export interface AuditEntry {
  no: number;
  recorded_us: number;
  principal: string;
  action: string;
  subject: string;
  detail: unknown;
  previous: string;
  /** SHA-256 of the bytes of `previous` and of `text`. */
  hash: string;
  /** What is hashed: the six fields before `previous` as JSON, as the database writes it. */
  text: string;
}

/** The end of the log: the number and hash of its last entry. */
export interface AuditHead {
  no: number;
  hash: string;
}

export interface AuditInput {
  principal: string;
  /** What was done: `propose`, `approve`, `reject`, `release`, `stop`, `retract`, `comment`, `rule`, `restore`, or the path of another write. */
  action: string;
  /** What it was done to: `m5/proposals/12`. */
  subject: string;
  detail: unknown;
}

/** Appends an entry behind the last one. Writers take turns, so that there is one chain. */
export async function appendAudit(db: Db, { principal, action, subject, detail }: AuditInput): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('lock table audit_entry in share row exclusive mode');
    await tx.query(
      `with last as (
         select no, recorded_us, hash from audit_entry order by no desc limit 1
       ), entry as (
         select coalesce((select no from last), 0) + 1 as no,
                greatest((extract(epoch from clock_timestamp()) * 1e6)::bigint, (select recorded_us + 1 from last)) as recorded_us,
                coalesce((select hash from last), decode(repeat('00', 32), 'hex')) as previous
       )
       insert into audit_entry (no, recorded_us, principal, action, subject, detail, previous, hash)
       select no, recorded_us, $1, $2, $3, $4::jsonb, previous, audit_hash(no, recorded_us, $1, $2, $3, $4::jsonb, previous)
       from entry`,
      [principal, action, subject, JSON.stringify(detail)],
    );
  });
}

/** Entries after a number, in order. */
export function auditEntries(db: Queryable, after: number, limit: number): Promise<AuditEntry[]> {
  return db.query(
    `select no, recorded_us, principal, action, subject, detail, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash,
            jsonb_build_array(no, recorded_us, principal, action, subject, detail)::text as text
     from audit_entry where no > $1 order by no limit $2`,
    [after, limit],
  );
}

/**
 * Another text whenever something was done at the desk of a series (proposed, said, approved, decided, released, a rule or a role stated)
 * or an imported map began to wait there.
 */
export function deskMarks(db: Queryable, series: readonly string[]): Promise<{ series: string; mark: string }[]> {
  return db.query(
    `select id as series,
            coalesce((select no from audit_entry where split_part(regexp_replace(subject, '^/series/', ''), '/', 1) = id
                      order by no desc limit 1), 0)
              || '-' || coalesce((select max(held.id) from public.held_snapshot held where held.series = asked.id), 0) as mark
     from unnest($1::text[]) asked (id)`,
    [series],
    'prepared',
  );
}

export async function auditHead(db: Queryable): Promise<AuditHead | null> {
  const [row] = await db.query<AuditHead>(
    `select no, encode(hash, 'hex') as hash from audit_entry order by no desc limit 1`,
  );
  return row ?? null;
}

/** What the chain is: its length, its last hash, and the first entry that does not follow from the one before it. */
export interface AuditVerdict {
  entries: number;
  last_hash: string | null;
  /** Null: the chain holds. */
  broken_at: number | null;
  /** How it is broken there; null: it is not. */
  why: string | null;
  /** The number of the entry that has the noted hash; null: none is noted, or none has it, so that the end was cut off. */
  noted_at: number | null;
}

/** @param noted a hash that the log is known to have had; null: none is known */
export async function verifyAudit(db: Queryable, noted: string | null = null): Promise<AuditVerdict> {
  const [row] = await db.query<AuditVerdict>(
    `with linked as (
       select no, hash, previous, row_number() over (order by no) as nth,
              coalesce(lag(hash) over (order by no), decode(repeat('00', 32), 'hex')) as expected,
              audit_hash(no, recorded_us, principal, action, subject, detail, previous) as computed
       from audit_entry
     ), broken as (
       select nth, no, case when nth <> no then 'entry ' || nth || ' is missing: ' || no || ' stands in its place'
                            when hash <> computed then 'entry ' || no || ' was changed: its hash is another'
                            else 'entry ' || no || ' does not hold the hash of the one before it' end as why
       from linked where nth <> no or previous <> expected or hash <> computed order by no limit 1
     )
     select count(*)::int as entries, encode((select hash from audit_entry order by no desc limit 1), 'hex') as last_hash,
            coalesce((select no from broken),
                     case when $1::text is not null and not coalesce(bool_or(encode(hash, 'hex') = $1), false)
                          then coalesce(max(no), 0) + 1 end) as broken_at,
            coalesce((select why from broken),
                     case when $1::text is not null and not coalesce(bool_or(encode(hash, 'hex') = $1), false)
                          then 'no entry has the noted hash: what came before it was cut off or changed' end) as why,
            min(no) filter (where encode(hash, 'hex') = $1) as noted_at
     from linked`,
    [noted?.toLowerCase() ?? null],
  );
  return requiredRow(row, 'verified');
}
