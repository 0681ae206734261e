import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** One version of a report's definition. */
export interface DefinitionRow {
  no: number;
  report: string;
  version: number;
  /** As it was given: `parseReportDefinition` reads it. */
  definition: unknown;
  withdrawn_why: string | null;
  recorded_at: Instant;
  /** When the first version was recorded. */
  first_recorded_at: Instant;
}

const NEWEST = `
  select distinct on (report) d.*,
         (select min(recorded_at) from report_definition f where f.report = d.report) as first_recorded_at
  from report_definition d`;

/** The newest version of every report, withdrawn ones too, by id. */
export function reportDefinitions(db: Queryable): Promise<DefinitionRow[]> {
  return db.query(`${NEWEST} order by report, version desc`);
}

/** The newest version of one report; null when there is none. */
export async function reportDefinition(db: Queryable, report: string): Promise<DefinitionRow | null> {
  const [row] = await db.query<DefinitionRow>(`${NEWEST} where report = $1 order by report, version desc`, [report]);
  return row ?? null;
}

/** Records the next version. Two that are recorded at once: the second is refused by the unique (report, version). */
export async function insertDefinition(
  db: Queryable,
  report: string,
  definition: unknown,
  withdrawnWhy: string | null,
): Promise<number> {
  const [row] = await db.query<{ version: number }>(
    `insert into report_definition (report, version, definition, withdrawn_why)
     select $1::text, coalesce(max(version), 0) + 1, $2::json, $3 from report_definition where report = $1::text
     returning version`,
    [report, JSON.stringify(definition), withdrawnWhy],
  );
  return (row as { version: number }).version;
}
