import { parseJson } from '../../geometry/json-limits.js';
import { masked } from '../../outbound/public-address.js';
import { askReport, askReportLog, askReports } from '../../reports/ask.js';
import { defineReport, withdrawReport } from '../../reports/define.js';
import { REPORT_DEFINITION_SCHEMA } from '../../reports/definition-schema.js';
import { issuePeriod } from '../../reports/issue.js';
import { may } from '../../store/principal.js';
import { text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';
import { ALERT_ROUTES, ALERT_WRITES } from './alert-routes.js';
import { definitionFor, reasonFor } from './report-recipients.js';

const id = text('id of the report');

/** The JSON endpoints of reports; `report-pages.ts` has the pages, files and feeds. */
export const REPORT_ROUTES: readonly Route[] = [
  route('/reports', 'Every report with its newest edition; a page for browsers', {}, {}, async ({ db, principal }) => {
    const reports = await askReports(db);
    return reports.map(({ withdrawn_why, ...report }) => ({ ...report, ...reasonFor(principal, withdrawn_why) }));
  }),
  route('/reports/schema.json', 'JSON Schema of a report definition', {}, {}, async () => REPORT_DEFINITION_SCHEMA),
  route(
    '/reports/{id}',
    'One report: its definition and every edition; a page for browsers',
    { id },
    {},
    async ({ db, principal }, requested) => {
      const { definition, withdrawn_why, ...report } = await askReport(db, requested.id);
      return { ...report, ...reasonFor(principal, withdrawn_why), definition: definitionFor(principal, definition) };
    },
  ),
  route(
    '/reports/{id}/log',
    'What was made and delivered, when, and why not',
    { id },
    {},
    async ({ db, principal }, requested) => {
      const { deliveries, ...log } = await askReportLog(db, requested.id);
      if (may(principal, 'write')) return { ...log, deliveries };
      return { ...log, deliveries: deliveries.map(({ key: _, ...row }) => ({ ...row, target: masked(row.target) })) };
    },
    'read',
  ),
  ...ALERT_ROUTES,
];

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
    write: (db, _, __, { map }) => defineReport(db, parseJson(map as Uint8Array)),
  },
  write(
    '/reports/{id}/withdraw',
    'Withdraw a report with a reason: nothing more is made of it. Define it again to take it up',
    { id },
    { why: text('the reason; kept') },
    false,
    (db, report, { why }) => withdrawReport(db, report, why),
  ),
  write(
    '/reports/{id}/issue',
    'Make the report of a period now, when it has not been issued or something new was recorded',
    { id },
    { period: text('key of the period, such as 2020-W06') },
    false,
    (db, report, { period }) => issuePeriod(db, report, period),
  ),
  ...ALERT_WRITES,
];
