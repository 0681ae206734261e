import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import type { Period } from './periods.js';

/** An edition without its content. */
export interface EditionRow {
  no: number;
  report: string;
  period: string;
  from: IsoDate;
  to: IsoDate;
  edition: number;
  known_at: Instant;
  made_at: Instant;
  /** What happened, in one line and in a few sentences, in the language of the report. */
  headline: string;
  summary: string;
  /** What differs from the edition before. */
  changed: unknown[];
}

const COLUMNS = `no, report, period, starts as "from", ends as "to", edition, known_at, made_at, headline, summary, changed`;

/** Every edition of a report, the newest period first, and of a period the newest edition first. */
export function editionsOf(db: Queryable, report: string): Promise<EditionRow[]> {
  return db.query(
    `select ${COLUMNS} from report_edition where report = $1 order by starts desc, period, edition desc`,
    [report],
  );
}

/** Keys of the periods of a report that have an edition. */
export async function issuedPeriods(db: Queryable, report: string): Promise<string[]> {
  const rows = await db.query<{ period: string }>('select distinct period from report_edition where report = $1', [
    report,
  ]);
  return rows.map(({ period }) => period);
}

/** Corrections that were made in the same instant follow each other by number; first editions by period. */
const ORDER = `listed_at desc, case edition when 1 then 0 else no end desc, "from" desc`;

/**
 * The newest editions of a report, the newest first: a correction by when it was made, a first edition by when the last was made up
 * to its period. So those of a backlog, which is made newest period first, are in the order of their periods. The newest edition of
 * the newest period is always among them. `last_made_at` is of all editions, those left out too.
 */
export function newestEditions(
  db: Queryable,
  report: string,
  most: number,
): Promise<(EditionRow & { last_made_at: Instant })[]> {
  return db.query(
    `with dated as (
       select ${COLUMNS}, max(made_at) over () as last_made_at,
              case edition when 1 then max(made_at) filter (where edition = 1) over (order by starts) else made_at end as listed_at
       from report_edition where report = $1),
     listed as (
       select * from dated
       order by no = (select no from dated order by "from" desc, edition desc limit 1) desc, ${ORDER} limit $2)
     select ${COLUMNS.replace('starts as "from", ends as "to"', '"from", "to"')}, last_made_at from listed
     order by ${ORDER}`,
    [report, most],
  );
}

/** The newest editions of the periods before and after one that begins on a day; none where nothing was made. */
export function neighbours(
  db: Queryable,
  report: string,
  starts: IsoDate,
): Promise<{ side: 'previous' | 'next'; period: string; headline: string }[]> {
  return db.query(
    `(select 'previous' as side, period, headline from report_edition where report = $1 and starts < $2
      order by starts desc, edition desc limit 1)
     union all
     (select 'next', period, headline from report_edition where report = $1 and starts > $2
      order by starts, edition desc limit 1)`,
    [report, starts],
  );
}

/** An edition that was made of a map whose geometry is gone for good has no content any more. */
export function purgedEdition(
  report: string,
  { period, edition }: Pick<EditionRow, 'period' | 'edition'>,
): SalientError {
  return new SalientError(
    'purged',
    `${report}: edition ${edition} of ${period} rested on a map that was removed for good`,
  );
}

/** One edition with its content as text, exactly as it was stored; the newest when `edition` is null. */
export async function editionOf(
  db: Queryable,
  report: string,
  period: string,
  edition: number | null,
): Promise<(EditionRow & { content: string; purged: boolean }) | null> {
  const [row] = await db.query<EditionRow & { content: string; purged: boolean }>(
    `select ${COLUMNS}, content::text as content, content->>'purged' is not null as purged from report_edition
     where report = $1 and period = $2 and ($3::integer is null or edition = $3)
     order by edition desc limit 1`,
    [report, period, edition],
  );
  return row ?? null;
}

/** Stores an edition; null when another process stored the one of that number first. */
export async function insertEdition(
  tx: Queryable,
  made: {
    definition: number;
    report: string;
    period: Period;
    edition: number;
    knownAt: Instant;
    content: string;
    headline: string;
    summary: string;
    changed: unknown[];
  },
): Promise<number | null> {
  const [row] = await tx.query<{ no: number }>(
    `insert into report_edition (definition, report, period, starts, ends, edition, known_at, content, changed, headline, summary)
     values ($1, $2, $3, $4, $5, $6, $7, $8::json, $9::json, $10, $11) on conflict (report, period, edition) do nothing returning no`,
    [
      made.definition,
      made.report,
      made.period.key,
      made.period.from,
      made.period.to,
      made.edition,
      made.knownAt,
      made.content,
      JSON.stringify(made.changed),
      made.headline,
      made.summary,
    ],
  );
  return row?.no ?? null;
}
