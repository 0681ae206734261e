import { REPORT_SCHEMA } from '../reports/render/report-schema.js';
import { checkAnswering } from '../store/boot-checks.js';
import { TOKEN_ROUTES } from './access/token-routes.js';
import { answerReport, REPORT_QUERY } from './reports/report-route.js';
import { REPORT_ROUTES } from './reports/report-routes.js';
import { type Route, route } from './route.js';
import { CHANGE_ROUTES } from './routes/change.js';
import { DESK_ROUTES } from './routes/desk.js';
import { ENCIRCLEMENT_ROUTES } from './routes/encirclement.js';
import { FRONT_ROUTES } from './routes/front.js';
import { HIGHWAYS_ROUTES } from './routes/highways.js';
import { MAPS_ROUTES } from './routes/maps.js';
import { ROLE_ROUTES } from './routes/roles.js';
import { SERIES_ROUTES } from './routes/series.js';
import { SOURCE_ROUTES } from './routes/sources.js';
import { SUBSCRIPTION_ROUTES } from './routes/subscriptions.js';

/** The one table of routes; OpenAPI and the tables of docs/ are made of it. Tiles, files and the OGC API have tables of their own. */
export const ROUTES: readonly Route[] = [
  route('/health', 'Whether tiles can be served', {}, {}, async ({ db }) => {
    await checkAnswering(db);
    return { status: 'ok' };
  }),
  ...SERIES_ROUTES,
  ...MAPS_ROUTES,
  ...CHANGE_ROUTES,
  ...ENCIRCLEMENT_ROUTES,
  ...FRONT_ROUTES,
  ...HIGHWAYS_ROUTES,
  route('/report/schema.json', 'JSON Schema of a report as JSON', {}, {}, async () => REPORT_SCHEMA),
  route(
    '/report',
    'What changed in [from, to), as everything that a report says and is drawn from; `salient report` writes it in any form',
    {},
    REPORT_QUERY,
    ({ db }, values) => answerReport(db, values),
  ),
  ...DESK_ROUTES,
  ...ROLE_ROUTES,
  ...SUBSCRIPTION_ROUTES,
  ...SOURCE_ROUTES,
  ...REPORT_ROUTES,
  ...TOKEN_ROUTES,
];
