import { parseJson } from '../../geometry/json-limits.js';
import { alertRule } from '../../reports/alerts/alerts.sql.js';
import { askAlert, askAlertLog, askAlerts, defineAlert, withdrawAlert } from '../../reports/alerts/ask.js';
import { ALERT_RULE_SCHEMA, parseAlertRule } from '../../reports/alerts/rule-schema.js';
import type { Db } from '../../store/pool.js';
import { text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';
import { demandSight, maySee } from './alert-rights.js';
import { definitionFor, deliveriesFor, reasonFor } from './report-recipients.js';

const id = text('id of the alert rule');

/** The series that a rule is about; none where the caller knows of no such rule. */
const seriesOf = async (db: Db, rule: string) => (await alertRule(db, rule))?.about ?? [];

/** The JSON endpoints of alerts; `alert-pages.ts` has the feeds and the page to unsubscribe. */
export const ALERT_ROUTES: readonly Route[] = [
  route('/alerts', 'Every alert rule with what happened last by it', {}, {}, async ({ db, permits }) => {
    const rules = await askAlerts(db);
    return rules
      .filter((rule) => maySee(permits, rule))
      .map(({ withdrawn_why, about, ...rule }) => ({ ...rule, ...reasonFor(permits, about, withdrawn_why) }));
  }),
  route('/alerts/schema.json', 'JSON Schema of an alert rule', {}, {}, async () => ALERT_RULE_SCHEMA),
  route(
    '/alerts/{id}',
    'One alert rule, and what happened by it: on whose word, and how sure',
    { id },
    {},
    async ({ db, permits }, requested) => {
      const { definition, head, withdrawn_why, withdrawn, about, ...rule } = await askAlert(db, requested.id);
      demandSight(permits, head);
      const series_withdrawn = withdrawn.map(({ id: series }) => series);
      return {
        ...rule,
        series_withdrawn,
        ...reasonFor(permits, about, withdrawn_why),
        definition: definitionFor(permits, about, definition),
      };
    },
  ),
  route(
    '/alerts/{id}/log',
    'Every try to deliver the alerts of a rule',
    { id },
    {},
    async ({ db, permits }, requested) => {
      const { deliveries, about, ...log } = await askAlertLog(db, requested.id);
      return { ...log, deliveries: deliveriesFor(permits, about, deliveries) };
    },
    'read',
    (db, requested) => seriesOf(db, requested.id),
  ),
];

/** What can be done with alerts. */
export const ALERT_WRITES: readonly Write[] = [
  {
    path: '/alerts',
    summary: 'Define an alert rule, or the next version of one; the body is the rule',
    inPath: {},
    query: {},
    takesMap: true,
    needs: 'write',
    needsToo: () => null,
    role: null,
    concerns: async (db, _, { map }) => {
      const { id: rule, series } = parseAlertRule(parseJson(map as Uint8Array));
      return [series, ...(await seriesOf(db, rule))];
    },
    write: (db, _, __, { map }) => defineAlert(db, parseJson(map as Uint8Array)),
  },
  write(
    '/alerts/{id}/withdraw',
    'Withdraw an alert rule with a reason: nothing more fires by it. Define it again to take it up',
    { id },
    { why: text('the reason; kept') },
    false,
    (db, rule, { why }) => withdrawAlert(db, rule, why),
    'write',
    () => null,
    null,
    seriesOf,
  ),
];
