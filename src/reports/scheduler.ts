import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter } from '../log.js';
import type { Instant } from '../model/dates.js';
import { atWork } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { isOutage, outages, type StandingFailures, standingFailures, wordsOf } from '../store/standing-failures.js';
import { type Judged, judgeAlerts } from './alerts/fire.js';
import { reportDefinitions } from './definitions.sql.js';
import { type DeliverySettings, deliverReport, PAUSES } from './deliver.js';
import { releaseDelivery, takeDelivery } from './deliveries.sql.js';
import { dueOfReport } from './due.js';
import { issueReport, THIS_PROCESS } from './issue.js';
import { databaseClock, logUnjudged } from './runs.sql.js';
import { endDue, putBack, recordDue, takeDue, watches } from './schedule.sql.js';

export interface SchedulerSettings extends DeliverySettings {
  /** Seconds between two ticks. */
  everySeconds: number;
  /** The time by which things are due; the database's clock when absent. */
  clock?: () => Promise<Instant>;
}

/** Makes and delivers reports as long as it is open. */
export interface Scheduler {
  /** Finds what is due now. Never rejects: what fails is reported, and found again by the next tick. */
  tick(): Promise<void>;
  /** Makes and delivers all that is due, and returns when nothing is left to do now. */
  drain(): Promise<void>;
  /** Takes nothing more, and waits for what is under way. */
  close(): Promise<void>;
}

/** What a process that was killed had taken is given to another after this long, seconds. */
const REPORT_LEASE_S = 900;
const DELIVERY_LEASE_S = 60;
/** A report that takes longer is cancelled and tried again: it must not outlive its lease. */
const REPORT_DEADLINE_MS = 600_000;
/** Deliveries at a time: a receiver that does not answer holds one of them. */
const DELIVERY_LANES = 4;
const POLL_MS = 2000;
const OUTAGE_MS = 5000;
const LONGEST_PAUSE_S = 3600;
const TICKING = 'reports: finding what is due';

/**
 * Opens the scheduler on a store: it ticks, makes and delivers by itself until closed. Any number of processes may on one
 * database: each piece of work is taken by one of them, and what is due is read from the store, never remembered. One bad
 * definition, a lost connection or a slow receiver is logged and tried again, and holds up no other.
 * @param log receives what was made, and what fails: once while it stays the same
 */
export function openScheduler(db: Db, settings: SchedulerSettings, log: Reporter): Scheduler {
  const owner = `${THIS_PROCESS}/${Math.random().toString(36).slice(2, 8)}`;
  const clock = settings.clock ?? (() => databaseClock(db));
  const closing = new AbortController();
  const judged: Judged = new Map();
  const failures = standingFailures();
  const broken = outages(log);

  async function tick(): Promise<void> {
    const now = await clock();
    try {
      await tickOnce(db, now, failures, log);
    } finally {
      // What breaks off the reports holds up no alert.
      await judgeAlerts(db, now, judged, (rule, work, error) => {
        const what = `alert ${rule} ${work}`;
        if (error === null) failures.ended(what);
        else if (failures.isNew(what, error))
          log.warn({ rule, error: wordsOf(error) }, `an alert rule cannot be ${work}: it is tried again at every tick`);
      });
    }
  }

  /** Makes one report that is due; false when none is. */
  async function makeOne(): Promise<boolean> {
    const taken = await takeDue(db, owner, await clock(), REPORT_LEASE_S);
    if (!taken) return false;
    const { report, period: key, from, to } = taken;
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(REPORT_DEADLINE_MS)]);
      const { outcome, edition } = await atWork({ signal }, () => issueReport(db, report, { key, from, to }));
      if (edition !== null) log.info({ report, period: key, outcome, edition }, 'a report was made');
      await endDue(db, owner, taken);
    } catch (error) {
      if (!closing.signal.aborted)
        log.warn({ report, period: key, error: wordsOf(error) }, 'a report could not be made: it is tried again');
      const pause = closing.signal.aborted ? 0 : Math.min(5 * 2 ** (taken.tries + 1), LONGEST_PAUSE_S);
      const again = new Date(Date.parse(await clock()) + 1000 * pause).toISOString() as Instant;
      await putBack(db, owner, taken, again);
    }
    return true;
  }

  /** Tries one delivery that is due; false when none is. */
  async function deliverOne(): Promise<boolean> {
    const no = await takeDelivery(db, owner, await clock(), DELIVERY_LEASE_S, PAUSES);
    if (no === null) return false;
    try {
      await deliverReport(db, settings, no, clock);
    } finally {
      await releaseDelivery(db, no, owner);
    }
    return true;
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => {});
  /** Does one kind of work until closed; what breaks it off (the database does not answer) is reported, and it goes on. */
  async function lane(what: string, one: () => Promise<boolean>, everyMs: number): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        const found = await one();
        broken.done(what);
        if (!found) await pause(everyMs);
      } catch (error) {
        if (closing.signal.aborted) return;
        broken.broken(what, error);
        await pause(OUTAGE_MS);
      }
    }
  }
  const ticking = async () => {
    await tick();
    return false;
  };
  const lanes =
    settings.everySeconds === 0
      ? []
      : [
          lane(TICKING, ticking, settings.everySeconds * 1000),
          lane('reports: making', makeOne, POLL_MS),
          ...Array.from({ length: DELIVERY_LANES }, () => lane('reports: delivering', deliverOne, POLL_MS)),
        ];
  return {
    tick: () =>
      tick().then(
        () => broken.done(TICKING),
        (error) => broken.broken(TICKING, error),
      ),
    async drain() {
      while ((await makeOne()) || (await deliverOne()));
    },
    async close() {
      closing.abort();
      await Promise.all(lanes);
    },
  };
}

/** Judges each definition by itself: what fails stands in its log and in ours, and the others go on. */
async function tickOnce(db: Db, now: Instant, failures: StandingFailures, log: Reporter): Promise<void> {
  const judged = await watches(db);
  for (const row of await reportDefinitions(db)) {
    if (row.withdrawn_why !== null) continue;
    try {
      const { periods, watch } = await dueOfReport(db, row, now, judged.get(row.report) ?? null);
      await db.transaction((tx) => recordDue(tx, watch, periods, now));
      failures.ended(row.report);
    } catch (error) {
      if (isOutage(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (failures.isNew(row.report, error))
        log.warn({ report: row.report, error: reason }, 'a report cannot be judged: it is tried again at every tick');
      await logUnjudged(db, row.report, reason, THIS_PROCESS).catch(() => {});
    }
  }
}
