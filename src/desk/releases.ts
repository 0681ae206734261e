import { log } from '../log.js';
import type { Db } from '../store/pool.js';
import { outages } from '../store/standing-failures.js';
import { releaseDue } from './desk.js';
import { keepAllUp } from './members-record.js';

const TICK_MS = 5000;
const WORK = 'releases of approved changes';

/** Lets approved changes out when their embargo ends, and keeps the record of members up to date. Opened with the store and closed before it. */
export function openReleases(db: Db): { close(): Promise<void> } {
  /** What was logged already: a failure that stays the same is one line. */
  const failures = new Map<string, string>();
  const broken = outages(log);
  let tick: Promise<void> = Promise.resolve();
  const once = async () => {
    for (const { series, proposal, failure } of await releaseDue(db)) {
      const key = `${series}/${proposal}`;
      if (failure === null) {
        failures.delete(key);
        log.info({ series, proposal }, 'an approved change went out');
      } else if (failures.get(key) !== failure) {
        failures.set(key, failure);
        log.warn({ series, proposal, failure }, 'an approved change cannot go out: it waits for a reviewer');
      }
    }
    await keepAllUp(db);
  };
  const timer = setInterval(() => {
    tick = tick.then(once).then(
      () => broken.done(WORK),
      (error) => broken.broken(WORK, error),
    );
  }, TICK_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await tick;
    },
  };
}
