import { checkMigrated } from '../store/boot-checks.js';
import { atWork } from '../store/cancellation.js';
import { faultOf } from '../store/faults.js';
import type { Db } from '../store/pool.js';

/** Whether the service can answer, and why not. */
interface Readiness {
  ready: boolean;
  reason: string | null;
  /** The database has not answered just now, but did within the time that work may take it. */
  busy: boolean;
}

export interface Probe {
  /** Answers within a second, whatever the database does. */
  look(): Promise<Readiness>;
  /** From now on it is not ready: the service ends. */
  drain(): void;
}

const PATIENCE_MS = 400;
/** So long an engine may be at work on one statement and count as alive: the embedded one has one connection for everybody. */
const GRACE_MS = { server: 5_000, embedded: 75_000 };

export function openProbe(db: Db): Probe {
  let draining = false;
  let returned = Number.NEGATIVE_INFINITY;
  let asking: Promise<string | null> | null = null;

  /** Why it cannot answer; null when it can. One question is on its way at a time. */
  const ask = () => {
    asking ??= atWork({ lane: 'light' }, () => checkMigrated(db))
      .then(
        () => {
          returned = performance.now();
          return null;
        },
        (error: unknown) => faultOf(error)?.message ?? 'the database does not answer',
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  };
  return {
    async look() {
      if (draining) return { ready: false, reason: 'the service ends', busy: false };
      const late = Symbol('late');
      const reason = await Promise.race([
        ask(),
        new Promise<typeof late>((resolve) => setTimeout(resolve, PATIENCE_MS, late).unref()),
      ]);
      if (reason !== late) return { ready: reason === null, reason, busy: false };
      const silent = performance.now() - returned;
      if (silent < GRACE_MS[db.engine]) return { ready: true, reason: null, busy: true };
      const since = Number.isFinite(silent) ? `for ${Math.round(silent / 1000)} s` : 'since the start';
      return { ready: false, reason: `the database has not answered ${since}`, busy: true };
    },
    drain() {
      draining = true;
    },
  };
}
