import { parseJson } from '../../geometry/json-limits.js';
import { askReport, askReportLog, askReports } from '../../reports/ask.js';
import { defineReport, withdrawReport } from '../../reports/define.js';
import { parseReportDefinition } from '../../reports/definition.js';
import { REPORT_DEFINITION_SCHEMA } from '../../reports/definition-schema.js';
import { reportDefinition } from '../../reports/definitions.sql.js';
import { issuePeriod } from '../../reports/issue.js';
import type { Db } from '../../store/pool.js';
import { text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';
import { ALERT_ROUTES, ALERT_WRITES } from './alert-routes.js';
import { definitionFor, deliveriesFor, reasonFor } from './report-recipients.js';

const id = text('id of the report');

/** The series that a report is about; none where the caller knows of no such report. */
const seriesOf = async (db: Db, report: string) => (await reportDefinition(db, report))?.about ?? [];

/** The JSON endpoints of reports; `report-pages.ts` has the pages, files and feeds. */
export const REPORT_ROUTES: readonly Route[] = [
  route('/reports', 'Every report with its newest edition; a page for browsers', {}, {}, async ({ db, permits }) => {
    const reports = await askReports(db);
    return reports.map(({ withdrawn_why, about, ...report }) => ({
      ...report,
      ...reasonFor(permits, about, withdrawn_why),
    }));
  }),
  route('/reports/schema.json', 'JSON Schema of a report definition', {}, {}, async () => REPORT_DEFINITION_SCHEMA),
  route(
    '/reports/{id}',
    'One report: its definition and every edition; a page for browsers',
    { id },
    {},
    async ({ db, permits }, requested) => {
      const { definition, withdrawn_why, about, ...report } = await askReport(db, requested.id);
      const reason = reasonFor(permits, about, withdrawn_why);
      return { ...report, ...reason, definition: definitionFor(permits, about, definition) };
    },
  ),
  route(
    '/reports/{id}/log',
    'What was made and delivered, when, and why not',
    { id },
    {},
    async ({ db, permits }, requested) => {
      const { deliveries, about, ...log } = await askReportLog(db, requested.id);
      return { ...log, deliveries: deliveriesFor(permits, about, deliveries) };
    },
    'read',
    (db, requested) => seriesOf(db, requested.id),
  ),
  ...ALERT_ROUTES,
];

/** Scope, further scope, role and series of what is done with a report that there is. */
const BY_PUBLISHERS = ['write', () => null, null, seriesOf] as const;

/** What can be done with reports. */
export const REPORT_WRITES: readonly Write[] = [
  {
    path: '/reports',
    summary: 'Define a report, or the next version of one; the body is its definition',
    inPath: {},
    query: {},
    takesMap: true,
    needs: 'write',
    needsToo: () => null,
    role: null,
    concerns: async (db, _, { map }) => {
      const { id: report, series } = parseReportDefinition(parseJson(map as Uint8Array));
      return [...series, ...(await seriesOf(db, report))];
    },
    write: (db, _, __, { map }) => defineReport(db, parseJson(map as Uint8Array)),
  },
  write(
    '/reports/{id}/withdraw',
    'Withdraw a report with a reason: nothing more is made of it. Define it again to take it up',
    { id },
    { why: text('the reason; kept') },
    false,
    (db, report, { why }) => withdrawReport(db, report, why),
    ...BY_PUBLISHERS,
  ),
  write(
    '/reports/{id}/issue',
    'Make the report of a period now, when it has not been issued or something new was recorded',
    { id },
    { period: text('key of the period, such as 2020-W06') },
    false,
    (db, report, { period }) => issuePeriod(db, report, period),
    ...BY_PUBLISHERS,
  ),
  ...ALERT_WRITES,
];
