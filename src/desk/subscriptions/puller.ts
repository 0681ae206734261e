import { setTimeout as sleep } from 'node:timers/promises';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import type { Importer } from '../../maps/import.js';
import type { Instant } from '../../model/dates.js';
import type { FetchSettings } from '../../outbound/fetch-file.js';
import { THIS_PROCESS } from '../../reports/issue.js';
import { databaseClock } from '../../reports/runs.sql.js';
import { standingSeries } from '../../series/as-of.js';
import { atWork } from '../../store/cancellation.js';
import type { Db } from '../../store/pool.js';
import { asPrincipal } from '../../store/principal.js';
import { outages } from '../../store/standing-failures.js';
import { pullFile } from './pull.js';
import { unknownSubscription } from './subscription.js';
import {
  endPull,
  type Outcome,
  principalOfSubscription,
  type SubscriptionRow,
  subscriptions,
  takeSubscription,
} from './subscriptions.sql.js';

export interface PullSettings extends FetchSettings {
  /** Seconds between two looks; 0: nothing is pulled by itself. */
  everySeconds: number;
  /** The time by which pulls are due; the database's clock when absent. */
  clock?: () => Promise<Instant>;
}

/** Pulls what is due as long as it is open. */
export interface Puller {
  /** Pulls all that is due now, one after the other; what fails is kept as the state of its subscription. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** How a pull went, as it is reported. */
export interface PullReport {
  series: string;
  subscription: number;
  outcome: Outcome;
  status: number | null;
  words: string;
  next_due: Instant;
}

/** What a process that was killed had taken is given to another after this long; a pull is broken off before. */
const LEASE_S = 900;
const DEADLINE_MS = 600_000;
/** Failures put the next pull off by powers of two, up to this long, seconds. */
const LONGEST_PAUSE_S = 86_400;
/** A publisher that asks for more is asked again after this long all the same, seconds. */
const LONGEST_RETRY_S = 7 * 86_400;
/** By hand a file is fetched no sooner after the last time, seconds. */
const SOONEST_BY_HAND_S = 60;
const OUTAGE_MS = 5000;
const WORK = 'subscriptions: pulling';

const later = (now: Instant, seconds: number) => new Date(Date.parse(now) + 1000 * seconds).toISOString() as Instant;

/** Opens the puller on a store. Any number of processes may on one database: each pull is taken by one of them. */
export function openPuller(db: Db, importer: Importer, settings: PullSettings): Puller {
  const owner = ownerOfPulls();
  const closing = new AbortController();
  const clock = settings.clock ?? (() => databaseClock(db));

  async function pullOne(): Promise<boolean> {
    const now = await clock();
    const row = await db.transaction((tx) => takeSubscription(tx, { owner, now, seconds: LEASE_S, id: null }));
    if (!row) return false;
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(DEADLINE_MS)]);
    await atWork({ signal }, () => pullTaken(db, importer, settings, row, clock));
    return true;
  }
  const drain = async () => {
    while (!closing.signal.aborted && (await pullOne()));
  };
  const broken = outages(log);
  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      const pause = await drain().then(
        () => {
          broken.done(WORK);
          return settings.everySeconds * 1000;
        },
        (error) => {
          if (!closing.signal.aborted) broken.broken(WORK, error);
          return OUTAGE_MS;
        },
      );
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
    }
  }
  const watching = settings.everySeconds === 0 ? Promise.resolve() : watch();
  return {
    drain,
    async close() {
      closing.abort();
      await watching;
    },
  };
}

const ownerOfPulls = () => `${THIS_PROCESS}/${Math.random().toString(36).slice(2, 8)}`;

/**
 * Pulls one subscription now, due or paused or not.
 * @throws SalientError `unknown_subscription`, `rate_limited` where its host is being asked, was a moment ago, or wants to be
 * asked later, `not_pulled`
 */
export async function pullNow(
  db: Db,
  importer: Importer,
  settings: PullSettings,
  series: string,
  id: number,
): Promise<PullReport> {
  await standingSeries(db, series);
  const clock = settings.clock ?? (() => databaseClock(db));
  const now = await clock();
  const known = (await subscriptions(db, series)).find((row) => row.id === id);
  if (!known) throw unknownSubscription(series, id);
  const free = known.fetched_at === null ? now : later(known.fetched_at, SOONEST_BY_HAND_S);
  refuseBefore(now, free, `subscription ${id} was pulled at ${known.fetched_at}`);
  refuseBefore(
    now,
    known.not_before,
    `the publisher of subscription ${id} asks for no request before ${known.not_before}`,
  );
  const owner = ownerOfPulls();
  const row = await db.transaction((tx) => takeSubscription(tx, { owner, now, seconds: LEASE_S, id }));
  if (!row) {
    const message = `subscription ${id}, or another of its host, is being pulled: one request to a host at a time`;
    throw new SalientError('rate_limited', message, [], { retryAfterS: 30 });
  }
  const report = await pullTaken(db, importer, settings, row, clock);
  if (report.outcome === 'failed') throw new SalientError('not_pulled', `subscription ${id}: ${report.words}`);
  return report;
}

function refuseBefore(now: Instant, until: Instant | null, words: string): void {
  const wait = until === null ? 0 : (Date.parse(until) - Date.parse(now)) / 1000;
  if (wait > 0) throw new SalientError('rate_limited', words, [], { retryAfterS: Math.ceil(wait) });
}

async function pullTaken(
  db: Db,
  importer: Importer,
  settings: PullSettings,
  row: SubscriptionRow,
  clock: () => Promise<Instant>,
): Promise<PullReport> {
  const { series, id: subscription } = row;
  const principal = { name: principalOfSubscription(subscription), scopes: [] };
  const now = await clock();
  const { outcome, status, words, retryAfterS, ...file } = await asPrincipal(principal, () =>
    pullFile(db, importer, settings, row, now),
  );
  const at = await clock();
  const failed = outcome === 'failed';
  const backoff = Math.min(row.every_s * 2 ** row.failures, Math.max(LONGEST_PAUSE_S, row.every_s));
  const asked = Math.min(retryAfterS ?? 0, LONGEST_RETRY_S);
  const nextDue = later(at, failed ? Math.max(backoff, asked) : row.every_s);
  const notBefore = failed && asked > 0 ? later(at, asked) : null;
  const end = { at, nextDue, notBefore, status, outcome, words, ...file };
  // Not cancelled with the pull: what came of it stays known.
  await atWork({}, () => db.transaction((tx) => endPull(tx, row, principal.name, end)));
  const line = { series, subscription, outcome, words, next_due: nextDue };
  if (failed) log.warn(line, 'a subscription could not be pulled: it is tried again');
  else log.info(line, 'a subscription was pulled');
  return { series, subscription, outcome, status, words, next_due: nextDue };
}
