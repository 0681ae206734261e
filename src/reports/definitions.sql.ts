import { SalientError } from '../errors.js';
import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';

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

/** A report of a series that the caller may not know of is none to them. */
const isSeen = ({ definition }: DefinitionRow) =>
  ![(definition as { series?: unknown } | null)?.series].flat().some((id) => isHidden(String(id)));

/** The newest version of every report, withdrawn ones too, by id. */
export async function reportDefinitions(db: Queryable): Promise<DefinitionRow[]> {
  return (await db.query<DefinitionRow>(`${NEWEST} order by report, version desc`)).filter(isSeen);
}

/** The newest version of one report; null when there is none. */
export async function reportDefinition(db: Queryable, report: string): Promise<DefinitionRow | null> {
  const [row] = await db.query<DefinitionRow>(`${NEWEST} where report = $1 order by report, version desc`, [report]);
  return row && isSeen(row) ? row : null;
}

/** Records the next version. Two that are recorded at once: the second is refused by the unique (report, version). */
export async function insertDefinition(
  db: Queryable,
  report: string,
  definition: unknown,
  withdrawnWhy: string | null,
): Promise<number> {
  const [last] = await db.query<DefinitionRow>(`${NEWEST} where report = $1 order by report, version desc`, [report]);
  if (last && !isSeen(last)) throw new SalientError('not_allowed', `${report}: this id is not free`);
  const [row] = await db.query<{ version: number }>(
    `insert into report_definition (report, version, definition, withdrawn_why)
     select $1::text, coalesce(max(version), 0) + 1, $2::json, $3 from report_definition where report = $1::text
     returning version`,
    [report, JSON.stringify(definition), withdrawnWhy],
  );
  return (row as { version: number }).version;
}
