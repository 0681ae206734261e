import type { IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import type { ControlState, MarginBound, Margins, Verdict } from './verdict.js';

/** Everything a verdict depends on; `since` is the first day of the segment inside the revision's validity. */
export interface EncirclementKey {
  revision: number;
  edition: number;
  statement: number;
  since: IsoDate;
}

export interface CachedVerdict {
  operator: string;
  number: number;
  verdict: Exclude<Verdict, 'inactive'>;
  reason: 'contested' | 'unknown' | 'accuracy' | null;
  grade: 'open' | 'narrow' | null;
  state_strict: ControlState | 'unmapped';
  state_lenient: ControlState | 'unmapped';
  margin_strict_m: number | null;
  margin_lenient_m: number | null;
  /** Whether one of the two is no measured width. */
  margin_at_least: boolean | null;
  /** What each margin is worth; null where margins were not measured. */
  margin_strict_bound: MarginBound | null;
  margin_lenient_bound: MarginBound | null;
}

export function cachedVerdicts(db: Queryable, key: EncirclementKey): Promise<CachedVerdict[]> {
  return db.query(
    `select operator, number, verdict, reason, grade, state_strict, state_lenient, margin_strict_m, margin_lenient_m,
            margin_at_least, margin_strict_bound, margin_lenient_bound
     from kept_encirclement where revision = $1 and edition = $2 and statement = $3 and since = $4
     order by operator, number`,
    [key.revision, key.edition, key.statement, key.since],
  );
}

/** Keeps verdicts, unless the map was purged meanwhile; ones that were kept without numbers get them, and nothing else of them can differ. */
export async function cacheVerdicts(
  db: Queryable,
  key: EncirclementKey,
  rows: readonly CachedVerdict[],
): Promise<void> {
  await db.query(
    `insert into kept_encirclement (revision, edition, statement, since, operator, number, verdict, reason, grade,
                                    state_strict, state_lenient, margin_strict_m, margin_lenient_m, margin_at_least,
                                    margin_strict_bound, margin_lenient_bound)
     select $1, $2, $3, $4, operator, number, verdict, reason, grade, state_strict, state_lenient, margin_strict_m,
            margin_lenient_m, margin_at_least, margin_strict_bound, margin_lenient_bound
     from jsonb_to_recordset($5::jsonb)
       as r(operator text, number int, verdict text, reason text, grade text, state_strict text, state_lenient text,
            margin_strict_m float8, margin_lenient_m float8, margin_at_least boolean,
            margin_strict_bound text, margin_lenient_bound text)
     where not is_purged(array[$1]::bigint[])
     on conflict (revision, edition, statement, since, operator, number) do update
       set margin_strict_m = excluded.margin_strict_m, margin_lenient_m = excluded.margin_lenient_m,
           margin_at_least = excluded.margin_at_least, margin_strict_bound = excluded.margin_strict_bound,
           margin_lenient_bound = excluded.margin_lenient_bound
       where excluded.margin_strict_bound is not null`,
    [key.revision, key.edition, key.statement, key.since, JSON.stringify(rows)],
  );
}

/** Everything kept for these revisions, as `cachedVerdicts` gives it for one segment of one of them. */
export function cachedVerdictsOf(
  db: Queryable,
  revisions: readonly number[],
  edition: number,
  statement: number,
): Promise<(CachedVerdict & { revision: number; since: IsoDate })[]> {
  return db.query(
    `select revision, since, operator, number, verdict, reason, grade, state_strict, state_lenient, margin_strict_m,
            margin_lenient_m, margin_at_least, margin_strict_bound, margin_lenient_bound
     from kept_encirclement where revision = any($1) and edition = $2 and statement = $3`,
    [revisions, edition, statement],
  );
}

/** Maps of the days before that are looked through: a day may have many corrections. */
const MAPS_BEFORE = 50;

/** The margins of posts on the map before that has any, by number: of the same edition and statement, as of the same series. */
export async function marginsBefore(
  db: Queryable,
  { revision, edition, statement, since }: EncirclementKey,
  operator: string,
  numbers: readonly number[],
): Promise<Map<number, Margins>> {
  const rows = await db.query<Pick<CachedVerdict, 'number'> & Margins>(
    `with before as materialized (
       select near.id, near.valid_on from revision own join revision near using (series)
       where own.id = $1 and near.valid_on <= $4 order by near.valid_on desc, near.id desc limit ${MAPS_BEFORE})
     select distinct on (number) number, margin_strict_m as strict, margin_lenient_m as lenient,
            json_build_object('strict', margin_strict_bound, 'lenient', margin_lenient_bound) as bound
     from kept_encirclement join before on before.id = revision
     where edition = $2 and statement = $3 and operator = $5 and number = any($6) and margin_strict_bound is not null
       and margin_lenient_bound is not null
     order by number, since desc, revision desc`,
    [revision, edition, statement, since, operator, numbers],
  );
  return new Map(rows.map(({ number, ...margins }) => [number, margins]));
}
