import { SalientError } from '../errors.js';
import { statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import type { WithdrawnSeries } from './content/content.js';
import { definitionProblems, parseReportDefinition, type ReportDefinition, type ReportLanguage } from './definition.js';
import { type DefinitionRow, reportDefinition, reportDefinitions } from './definitions.sql.js';
import { attemptsOf } from './deliveries.sql.js';
import { type EditionRow, editionOf, editionsOf, neighbours, newestEditions, purgedEdition } from './editions.sql.js';
import { standingHeadline, withdrawalSentences } from './render/withdrawn.js';
import { runsOf } from './runs.sql.js';
import { withdrawnOf } from './withdrawn-series.js';

const LOG_LINES = 500;
const FEED_LENGTH = 30;

/** Every report with its newest edition; withdrawn ones too, with the reason. */
export async function askReports(db: Db) {
  const rows = await reportDefinitions(db);
  return Promise.all(
    rows.map(async (row) => {
      const { report, version, withdrawn_why, about } = row;
      const { title, series, formats, language } = reportHead(row);
      const [[newest], withdrawn] = await Promise.all([editionsOf(db, report), withdrawnOf(db, series)]);
      const series_withdrawn = withdrawn.map(({ id }) => id);
      const head = { id: report, title, series, series_withdrawn, version, formats, withdrawn_why, about };
      return { ...head, newest: newest ? named(newest, language, withdrawn) : null };
    }),
  );
}

/** The entry of a definition in the list; of one that this version cannot read, its name alone: it hides no other report. */
export function reportHead({
  report,
  definition,
}: Pick<DefinitionRow, 'report' | 'definition'>): Pick<ReportDefinition, 'title' | 'series' | 'formats' | 'language'> {
  if (definitionProblems(definition).length > 0) return { title: report, series: [], formats: [], language: 'en' };
  return parseReportDefinition(definition);
}

/**
 * One report: its definition as given, and every edition of every period, newest first.
 * @throws SalientError `unknown_report`
 */
export async function askReport(db: Db, report: string) {
  const row = await known(db, report);
  const { version, definition, withdrawn_why, about } = row;
  const { series, language } = reportHead({ report, definition });
  const [editions, withdrawn] = await Promise.all([editionsOf(db, report), withdrawnOf(db, series)]);
  return {
    id: report,
    version,
    withdrawn_why,
    about,
    series_withdrawn: withdrawn.map(({ id }) => id),
    definition,
    editions: editions.map((edition) => named(edition, language, withdrawn)),
  };
}

/**
 * The run log of a report: what was made, corrected, found unchanged or failed, and every try to deliver it; newest first.
 * @throws SalientError `unknown_report`
 */
export async function askReportLog(db: Db, report: string) {
  const { about } = await known(db, report);
  const [runs, deliveries] = [await runsOf(db, report, LOG_LINES), await attemptsOf(db, report, LOG_LINES)];
  return { id: report, about, runs, deliveries };
}

/**
 * One edition with its content as it was stored; the number of the newest of its period, and the series of the report that are withdrawn now.
 * @param reasons whether with the reasons of withdrawals, given the series that the report is about
 * @throws SalientError `unknown_report`, `unknown_edition`
 */
export async function askEdition(
  db: Db,
  report: string,
  period: string,
  edition: number | null,
  reasons: (about: readonly string[]) => boolean = () => false,
) {
  const { definition, about } = await known(db, report);
  const found = await editionOf(db, report, period, edition);
  if (!found) {
    const what = edition === null ? `no report of ${period}` : `no edition ${edition} of ${period}`;
    throw new SalientError('unknown_edition', `${report}: ${what} has been made; GET /reports/${report} lists them`);
  }
  if (found.purged) throw purgedEdition(report, found);
  const [newest, withdrawn] = await Promise.all([
    edition === null ? found : editionOf(db, report, period, null),
    withdrawnOf(db, reportHead({ report, definition }).series, reasons(about)),
  ]);
  return { ...found, newest: newest?.edition ?? found.edition, withdrawn };
}

/** What lies before and after an edition. */
export async function askNeighbours(db: Db, { report, from }: Pick<EditionRow, 'report' | 'from'>) {
  const found = await neighbours(db, report, from);
  const of = (side: 'previous' | 'next') => found.find((row) => row.side === side) ?? null;
  return { previous: of('previous'), next: of('next') };
}

/**
 * The newest editions, for a feed, with who publishes the maps they rest on.
 * @throws SalientError `unknown_report`
 */
export async function askFeed(db: Db, report: string) {
  const { definition, first_recorded_at } = await known(db, report);
  const { title, series, language } = parseReportDefinition(definition);
  const publishers = await Promise.all(series.map(async (id) => (await statementAt(db, id, null))?.publisher ?? id));
  const [editions, withdrawn] = await Promise.all([newestEditions(db, report, FEED_LENGTH), withdrawnOf(db, series)]);
  return {
    title,
    language,
    publisher: [...new Set(publishers)].join(', '),
    defined_at: first_recorded_at,
    updated: editions[0]?.last_made_at,
    withdrawn,
    editions: editions.map((edition) => named(edition, language, withdrawn)),
  };
}

async function known(db: Db, report: string) {
  const row = await reportDefinition(db, report);
  if (row) return row;
  throw new SalientError('unknown_report', `there is no report ${JSON.stringify(report)}; GET /reports lists them`);
}

const named = (
  { period, from, to, edition, known_at, made_at, headline, summary, changed }: EditionRow,
  language: ReportLanguage,
  withdrawn: readonly WithdrawnSeries[],
) => ({
  period,
  from,
  to,
  edition,
  known_at,
  made_at,
  headline: standingHeadline(headline, language, withdrawn),
  summary: [...withdrawalSentences(withdrawn, language), summary].join(' '),
  changed,
});
