import { SalientError } from '../../errors.js';
import { setMapping } from '../../maps/mappings.js';
import { type FetchFailure, refuseAddress } from '../../outbound/fetch-file.js';
import { masked } from '../../outbound/public-address.js';
import { databaseClock } from '../../reports/runs.sql.js';
import { standingSeries } from '../../series/as-of.js';
import type { Db } from '../../store/pool.js';
import { parseSubscription, unknownSubscription } from './subscription.js';
import {
  insertSubscription,
  pauseSubscription,
  pulls,
  removeSubscription,
  type SubscriptionRow,
  subscribedTo,
  subscriptions,
} from './subscriptions.sql.js';

/** Kept pulls that an answer has. */
const PULLS_SHOWN = 20;

/**
 * States a subscription; it is due at once.
 * @throws SalientError `invalid_subscription`, `invalid_mapping`, `unknown_series`, `decided` where the series has one of that address
 */
export async function subscribe(
  db: Db,
  series: string,
  value: unknown,
  by: string,
  { hosts }: { hosts: readonly string[] },
) {
  const { kind } = await standingSeries(db, series);
  if (kind === 'derived') {
    throw new SalientError(
      'invalid_subscription',
      `series ${series} is derived from claims: its maps are not imported`,
    );
  }
  const { subscription, mapping } = parseSubscription(value);
  try {
    refuseAddress({ hosts }, new URL(subscription.address));
  } catch (error) {
    const { message } = error as FetchFailure;
    throw new SalientError('invalid_subscription', message, [{ code: 'address', at: '/address', message }]);
  }
  const due = await databaseClock(db);
  const id = await db.transaction(async (tx) => {
    const there = await subscribedTo(tx, series, subscription.address);
    if (there !== null)
      throw new SalientError('decided', `subscription ${there} of ${series} has this address already`);
    return insertSubscription(tx, { ...subscription, series, by, due });
  });
  if (mapping) await setMapping(db, series, mapping);
  return showSubscription(db, series, id, true);
}

/** The subscriptions of a series, each as it stands. `whole`: with addresses that may hold a secret. */
export async function listSubscriptions(db: Db, series: string, whole: boolean) {
  await standingSeries(db, series);
  return { series, subscriptions: (await subscriptions(db, series)).map((row) => reported(row, whole)) };
}

/** One subscription with its newest pulls. @throws SalientError `unknown_subscription` */
export async function showSubscription(db: Db, series: string, id: number, whole: boolean) {
  await standingSeries(db, series);
  const row = (await subscriptions(db, series)).find((one) => one.id === id);
  if (!row) throw unknownSubscription(series, id);
  return { ...reported(row, whole), reading: row.words, pulls: await pulls(db, id, PULLS_SHOWN) };
}

/** Pauses a subscription with a reason, or resumes it (`why` null). @throws SalientError `unknown_subscription` */
export async function pause(db: Db, series: string, id: number, why: string | null) {
  await standingSeries(db, series);
  if (!(await pauseSubscription(db, series, id, why, await databaseClock(db)))) throw unknownSubscription(series, id);
  return { series, subscription: id, state: why === null ? ('due' as const) : ('paused' as const) };
}

/** Ends a subscription; what it brought stays. @throws SalientError `unknown_subscription` */
export async function unsubscribe(db: Db, series: string, id: number, why: string) {
  await standingSeries(db, series);
  if (!(await removeSubscription(db, series, id, why))) throw unknownSubscription(series, id);
  return { series, subscription: id, state: 'removed' as const };
}

function reported(row: SubscriptionRow, whole: boolean) {
  const { id, series, publisher, source, mode, every_s, date_from, principal, recorded_at } = row;
  const { next_due, paused_why, not_before, fetched_at, status, outcome, error, failures, owner, until } = row;
  const pulling = owner !== null && Date.parse(until ?? '') > Date.now();
  return {
    id,
    series,
    address: whole ? row.address : masked(row.address),
    ...{
      publisher,
      source,
      mode,
      every_minutes: every_s / 60,
      date_from,
      stated_by: principal,
      stated_at: recorded_at,
    },
    state: pulling ? 'pulling' : paused_why !== null ? 'paused' : failures > 0 ? 'failing' : 'due',
    ...{ paused_why, next_due, not_before, last_fetch: fetched_at, last_status: status, last_outcome: outcome },
    ...{ last_error: error, failures, href: `/series/${series}/subscriptions/${id}` },
  };
}
