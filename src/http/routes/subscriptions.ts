import { listSubscriptions, pause, showSubscription, subscribe, unsubscribe } from '../../desk/subscriptions/ask.js';
import { pullNow } from '../../desk/subscriptions/puller.js';
import { SUBSCRIPTION_SCHEMA } from '../../desk/subscriptions/subscription.js';
import { parseJson } from '../../geometry/json-limits.js';
import { published } from '../../model/contract.js';
import { principalName } from '../../store/principal.js';
import { series, text, wholeNumber } from '../parameters.js';
import { pullSettings } from '../pull-settings.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

const subscription = wholeNumber('number of the subscription', 999_999_999);
const why = text('the reason; kept');

/**
 * Files of other publishers that are pulled into a series: editorial, so a credential reads them. Whoever may import into the series sees
 * whole addresses, which may hold a secret; other readers see their hosts.
 */
export const SUBSCRIPTION_ROUTES: readonly Route[] = [
  route('/subscription.schema.json', 'JSON Schema of a subscription to a file of another publisher', {}, {}, async () =>
    published(SUBSCRIPTION_SCHEMA),
  ),
  route(
    '/series/{id}/subscriptions',
    'The files of other publishers that are pulled into a series, each with how its last pull went and when the next is due',
    { id: series },
    {},
    ({ db, permits }, { id }) => listSubscriptions(db, id, permits('write', [id])),
    'read',
  ),
  route(
    '/series/{id}/subscriptions/{subscription}',
    'A subscription with its newest pulls',
    { id: series, subscription },
    {},
    ({ db, permits }, { id, subscription: number }) => showSubscription(db, id, number, permits('write', [id])),
    'read',
  ),
];

export const SUBSCRIPTION_WRITES: readonly Write[] = [
  write(
    '/series/{id}/subscriptions',
    'Subscribe a series to a file of another publisher (/subscription.schema.json): it is pulled by its address on a schedule',
    {},
    {},
    true,
    (db, id, _, { map }, { config }) =>
      subscribe(db, id, parseJson(map as Uint8Array), principalName(), { hosts: config.pullHosts }),
  ),
  write(
    '/series/{id}/subscriptions/{subscription}/pull',
    'Pull the file of a subscription now: the answer says what became of it',
    { subscription },
    {},
    false,
    (db, id, values, _, { importer, config }) => pullNow(db, importer, pullSettings(config), id, values.subscription),
  ),
  write(
    '/series/{id}/subscriptions/{subscription}/pause',
    'Pull the file of a subscription no more until it is resumed',
    { subscription },
    { why },
    false,
    (db, id, values) => pause(db, id, values.subscription, values.why),
  ),
  write(
    '/series/{id}/subscriptions/{subscription}/resume',
    'Pull the file of a subscription again; it is due at once',
    { subscription },
    {},
    false,
    (db, id, values) => pause(db, id, values.subscription, null),
  ),
  write(
    '/series/{id}/subscriptions/{subscription}/remove',
    'End a subscription; what it brought stays',
    { subscription },
    { why },
    false,
    (db, id, values) => unsubscribe(db, id, values.subscription, values.why),
  ),
];
