import { snapshotDates, statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { parseReportDefinition, type ReportDefinition } from './definition.js';
import { reportDefinitions } from './definitions.sql.js';
import type { Period } from './periods.js';
import { databaseClock, inputsOf, publishedInputs } from './runs.sql.js';
import { duePeriods, type Reach } from './schedule.js';

export interface DueReport {
  report: string;
  period: Period;
}

/**
 * Every report that is to be made now: of each definition the periods that are due and have not been told, and those that
 * were told before something was recorded that touches them. However long nobody looked, nothing is left out.
 */
export async function dueReports(db: Db): Promise<DueReport[]> {
  const now = await databaseClock(db);
  const due: DueReport[] = [];
  for (const row of await reportDefinitions(db)) {
    if (row.withdrawn_why) continue;
    const definition = parseReportDefinition(row.definition);
    const reach = await commonReach(db, definition);
    if (!reach) continue;
    const periods = duePeriods(definition, reach, row.first_recorded_at, now);
    const told = new Map((await publishedInputs(db, row.report)).map(({ period, inputs }) => [period, inputs]));
    const inputs = new Map((await inputsOf(db, definition.series, periods)).map((one) => [one.period, one.inputs]));
    for (const period of periods) {
      if (told.get(period.key) !== inputs.get(period.key)) due.push({ report: row.report, period });
    }
  }
  return due;
}

/** The days that all series of a report cover; null while one of them has no map, is withdrawn or does not exist. */
async function commonReach(db: Db, { series }: ReportDefinition): Promise<Reach | null> {
  const reaches: Reach[] = [];
  for (const id of series) {
    const statement = await statementAt(db, id, null);
    const [firstDate] = await snapshotDates(db, id, null);
    if (!statement || statement.withdrawn_why !== null || !firstDate) return null;
    reaches.push({ firstDate, completeUntil: statement.complete_until });
  }
  return reaches.reduce((a, b) => ({
    firstDate: a.firstDate > b.firstDate ? a.firstDate : b.firstDate,
    completeUntil: earliest(a.completeUntil, b.completeUntil),
  }));
}

function earliest<Day extends string>(a: Day | null, b: Day | null): Day | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
