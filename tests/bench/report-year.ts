/**
 * What a report costs over a year beside a week, in a series of 1,000 daily maps:
 * `TEST_DATABASE_URL=… npx tsx tests/bench/report-year.ts [maps]`. Every map flips a few cells of the one before; the
 * steps are measured first, as an import does, so that what is timed is the report.
 */

import { measuredChangeSets } from '../../src/change/matrix.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { stepRows } from '../../src/series/steps.sql.js';
import { migrate } from '../../src/store/migrate.js';
import { openPool } from '../../src/store/pool.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { type PlainFace, plantSeries } from '../setup/plain-maps.js';
import { measuredReport } from '../setup/reports.js';

if (!SERVER_URL) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
const count = Number(process.argv[2] ?? 1000);
const db = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 2 }, 'server');
await migrate(db, `${PROJECT_ROOT}/migrations`);

const FIRST = parseDate('2018-01-01');
const SIDE = 12;
const square = (i: number) => {
  const [x, y] = [-60 + 10 * (i % SIDE), -60 + 10 * Math.floor(i / SIDE)];
  return `env(${x},${y},${x + 10},${y + 10})`;
};
/** A front that wanders: the cells west of it are one party's; each day it bulges elsewhere. */
const mapOf = (day: number): PlainFace[] =>
  Array.from({ length: SIDE * SIDE }, (_, i) => {
    const front = 6 + Math.round(3 * Math.sin(day / 40 + Math.floor(i / SIDE) / 3));
    return { of: square(i), party: i % SIDE < front ? 'west' : 'east' };
  });
const { series } = await plantSeries(db, {
  frame: 'env(-60,-60,60,60)',
  maps: Array.from({ length: count }, (_, day) => mapOf(day)),
  days: Array.from({ length: count }, (_, day) => addDays(FIRST, day)),
  accuracyM: 500,
});
await db.query('analyze');

const known = '2100-01-01T00:00:00Z' as Instant;
const timed = async (what: string, work: () => Promise<unknown>) => {
  const since = performance.now();
  await work();
  console.log(`${what}: ${(performance.now() - since).toFixed(0)} ms`);
};
const report = (from: IsoDate, to: IsoDate) => {
  const definition = parseReportDefinition({
    id: 'bench',
    title: 'bench',
    series,
    period: { every: 'custom', from, to },
  });
  return measuredReport(db, definition, { key: `${from}_${to}`, from, to }, known);
};
const last = addDays(FIRST, count - 1);
await timed(`${count - 1} steps, measured once`, async () =>
  measuredChangeSets(db, await stepRows(db, series, FIRST, last, known)),
);
await timed('(warming up) a week', () => report(addDays(last, -20), addDays(last, -13)));
await timed('a week', () => report(addDays(last, -7), last));
await timed('a year', () => report(addDays(last, -365), last));
await timed('the week again', () => report(addDays(last, -7), last));
await timed('the year again', () => report(addDays(last, -365), last));
await timed('all maps', () => report(addDays(FIRST, 1), last));
await db.close();
