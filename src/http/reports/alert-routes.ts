import { parseJson } from '../../geometry/json-limits.js';
import { masked } from '../../outbound/public-address.js';
import { askAlert, askAlertLog, askAlerts, defineAlert, withdrawAlert } from '../../reports/alerts/ask.js';
import { ALERT_RULE_SCHEMA } from '../../reports/alerts/rule-schema.js';
import { may } from '../../store/principal.js';
import { text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';
import { demandSight, maySee } from './alert-rights.js';
import { definitionFor, reasonFor } from './report-recipients.js';

const id = text('id of the alert rule');

/** The JSON endpoints of alerts; `alert-pages.ts` has the feeds and the page to unsubscribe. */
export const ALERT_ROUTES: readonly Route[] = [
  route('/alerts', 'Every alert rule with what happened last by it', {}, {}, async ({ db, principal }) => {
    const rules = await askAlerts(db);
    return rules
      .filter((rule) => maySee(principal, rule))
      .map(({ withdrawn_why, ...rule }) => ({ ...rule, ...reasonFor(principal, withdrawn_why) }));
  }),
  route('/alerts/schema.json', 'JSON Schema of an alert rule', {}, {}, async () => ALERT_RULE_SCHEMA),
  route(
    '/alerts/{id}',
    'One alert rule, and what happened by it: on whose word, and how sure',
    { id },
    {},
    async ({ db, principal }, requested) => {
      const { definition, withdrawn_why, withdrawn, ...rule } = await askAlert(db, requested.id);
      demandSight(principal, definition);
      const series_withdrawn = withdrawn.map(({ id: series }) => series);
      return {
        ...rule,
        series_withdrawn,
        ...reasonFor(principal, withdrawn_why),
        definition: definitionFor(principal, definition),
      };
    },
  ),
  route(
    '/alerts/{id}/log',
    'Every try to deliver the alerts of a rule',
    { id },
    {},
    async ({ db, principal }, requested) => {
      const { deliveries, ...log } = await askAlertLog(db, requested.id);
      if (may(principal, 'write')) return { ...log, deliveries };
      return { ...log, deliveries: deliveries.map(({ key: _, ...row }) => ({ ...row, target: masked(row.target) })) };
    },
    'read',
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
    write: (db, _, __, { map }) => defineAlert(db, parseJson(map as Uint8Array)),
  },
  write(
    '/alerts/{id}/withdraw',
    'Withdraw an alert rule with a reason: nothing more fires by it. Define it again to take it up',
    { id },
    { why: text('the reason; kept') },
    false,
    (db, rule, { why }) => withdrawAlert(db, rule, why),
  ),
];
