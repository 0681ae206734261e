import type { Reporter } from '../log.js';
import { faultOf } from './faults.js';

/** Failures of work that is done again and again: a failure that stays the same is told once. */
export interface StandingFailures {
  /** Whether the failure of this work is none that was told already. Failures that are one fault of the database are the same. */
  isNew(work: string, error: unknown): boolean;
  /** That the work was done: for how many seconds it had failed, null where it had not. */
  ended(work: string): number | null;
}

/** No work fails yet. */
export function standingFailures(): StandingFailures {
  const failing = new Map<string, { since: number; told: Set<string> }>();
  return {
    isNew(work, error) {
      const known = failing.get(work) ?? { since: Date.now(), told: new Set() };
      failing.set(work, known);
      const what = faultOf(error)?.code ?? wordsOf(error);
      if (known.told.has(what)) return false;
      known.told.add(what);
      return true;
    },
    ended(work) {
      const known = failing.get(work);
      failing.delete(work);
      return known ? Math.round((Date.now() - known.since) / 1000) : null;
    },
  };
}

/** Work in the background, by its kind, that the database breaks off and that is tried again until it answers. */
export interface Outages {
  broken(work: string, error: unknown): void;
  done(work: string): void;
}

/** Tells of each kind of work once when it is broken off, and once when it goes on. */
export function outages(log: Reporter): Outages {
  const failures = standingFailures();
  return {
    broken(work, error) {
      if (!failures.isNew(work, error)) return;
      log.warn(
        { work, error: wordsOf(error) },
        'the database breaks this work off: tried again every 5 s until it answers',
      );
    },
    done(work) {
      const seconds = failures.ended(work);
      if (seconds !== null) log.info({ work, seconds }, 'the database answers again: the work goes on');
    },
  };
}

/** Whether it is the database that fails, and not what it was asked: everything else would fail as well. */
export const isOutage = (error: unknown): boolean => faultOf(error)?.code === 'unavailable';

/** What failed, for the log. */
export const wordsOf = (error: unknown): string =>
  faultOf(error)?.whole ?? (error instanceof Error ? error.message : String(error));
