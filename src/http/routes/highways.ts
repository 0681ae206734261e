import { askRoute, askRouteHistory } from '../../routes/ask.js';
import { knownAt, series, text } from '../parameters.js';
import { type Route, route } from '../route.js';

import { asOf, requested } from './as-of.js';

/** Who holds each kilometre of a route. */
export const HIGHWAYS_ROUTES: readonly Route[] = [
  route(
    '/routes/{id}/history',
    'Who held each stretch of a route over the whole series',
    { id: text('id of the route') },
    { series, 'known-at': knownAt },
    ({ db }, values) => askRouteHistory(db, { series: values.series, knownAt: values['known-at'] }, values.id),
  ),
  route('/routes/{id}', 'Who held each stretch of a route', { id: text('id of the route') }, asOf, ({ db }, values) =>
    askRoute(db, requested(values), values.id),
  ),
];
