import { addDays, type Instant, type IsoDate } from '../model/dates.js';
import { firstMapDay, statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { parseReportDefinition, type ReportDefinition } from './definition.js';
import type { DefinitionRow } from './definitions.sql.js';
import { issuedPeriods } from './editions.sql.js';
import { type Period, periodOfKey } from './periods.js';
import { databaseClock, inputsOf, publishedInputs } from './runs.sql.js';
import { duePeriods, type Reach } from './schedule.js';
import { touchedSince, type Watch } from './schedule.sql.js';

/**
 * Recordings of a transaction become visible when it ends, with the instant at which it began: each tick looks this far back
 * behind the last one.
 */
const LATE_MS = 3_600_000;
/** Periods whose inputs one statement compares: the embedded engine answers nobody else meanwhile. */
const CHUNK = 200;

/**
 * The periods of one report that are to be made now: those that are due and have not been reported, and those that were reported,
 * by hand too, before something was recorded that touches them. However long no tick came, nothing is left out. What has been judged
 * before (`watch`) is not judged again: the work is proportional to what is new.
 * @throws SalientError, RangeError when the definition cannot be judged
 */
export async function dueOfReport(
  db: Db,
  row: Pick<DefinitionRow, 'report' | 'version' | 'definition' | 'first_recorded_at'>,
  now: Instant,
  watch: Watch | null = null,
): Promise<{ periods: Period[]; watch: Watch }> {
  const definition = parseReportDefinition(row.definition);
  const judged = watch?.version === row.version ? watch : null;
  const through = await databaseClock(db);
  const next = { report: row.report, version: row.version, through, reached: judged?.reached ?? null };
  const reach = await commonReach(db, definition);
  if (!reach) return { periods: [], watch: next };
  const all = (after: IsoDate | null) => duePeriods(definition, reach, row.first_recorded_at, now, after);
  const fresh = all(judged?.reached ?? null);
  const again = judged
    ? await touchedPeriods(db, row.report, definition, judged, all)
    : await issuedOf(db, row.report, definition);
  const periods = [...new Map([...again, ...fresh].map((period) => [period.key, period])).values()];
  const reached = fresh.at(-1)?.from ?? next.reached;
  return { periods: await untold(db, row.report, definition.series, periods), watch: { ...next, reached } };
}

/** Periods judged before, and those that somebody issued by hand, that something recorded since touches. */
async function touchedPeriods(
  db: Db,
  report: string,
  definition: ReportDefinition,
  { through, reached }: Watch,
  all: (after: IsoDate | null) => Period[],
): Promise<Period[]> {
  const since = new Date(Date.parse(through) - LATE_MS).toISOString() as Instant;
  const touched = await touchedSince(db, definition.series, since);
  if (!touched) return [];
  const judged = reached === null ? [] : all(null).filter(({ from }) => from <= reached);
  // A map of the day before stands for a period's beginning, one of the day after may stand for its end.
  return [...(await issuedOf(db, report, definition)), ...judged].filter(
    ({ from, to }) => addDays(from, -1) <= touched.to && addDays(to, 1) >= touched.from,
  );
}

/** The periods of a definition that have an edition, whether or not they ever came due. */
async function issuedOf(db: Db, report: string, { period: rule }: ReportDefinition): Promise<Period[]> {
  return (await issuedPeriods(db, report)).map((key) => periodOfKey(rule, key)).filter((period) => period !== null);
}

/** Those of the periods that rest on something else than what they were made from. */
async function untold(db: Db, report: string, series: readonly string[], periods: Period[]): Promise<Period[]> {
  if (periods.length === 0) return [];
  const reported = new Map((await publishedInputs(db, report)).map(({ period, inputs }) => [period, inputs]));
  const found: Period[] = [];
  for (let i = 0; i < periods.length; i += CHUNK) {
    const chunk = periods.slice(i, i + CHUNK);
    const inputs = new Map((await inputsOf(db, series, chunk)).map((one) => [one.period, one.inputs]));
    found.push(...chunk.filter(({ key }) => reported.get(key) !== inputs.get(key)));
  }
  return found.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The days that all series of a report cover; null while one of them has no map, is withdrawn or does not exist. */
export async function commonReach(db: Db, { series }: Pick<ReportDefinition, 'series'>): Promise<Reach | null> {
  const reaches: Reach[] = [];
  for (const id of series) {
    const statement = await statementAt(db, id, null);
    const firstDate = await firstMapDay(db, id);
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
