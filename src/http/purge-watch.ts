import { forgetAll } from '../store/memo.js';
import { lastPurge } from '../store/memo.sql.js';
import type { Db } from '../store/pool.js';

/** How long a map that another process purged may still be in the memory of this one, milliseconds. */
const LOOK_MS = 1000;
/** At so many looks everything is forgotten: what had been read before the purge, and was on its way to memory at the first of them, too. */
const TIMES = 3;

/** Empties the memories of this process when another one has purged a map; the function returned ends the watch. */
export function watchPurges(db: Db): () => void {
  // The embedded database has one process, which forgets by itself.
  if (db.engine === 'embedded') return () => {};
  let known: number | null = null;
  let isLooking = false;
  let left = 0;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const last = await lastPurge(db);
      // At the first look too: what was purged since the process began to answer is not known yet.
      if (last !== known) left = TIMES;
      known = last;
      if (left > 0) forgetAll();
      left = Math.max(0, left - 1);
    } catch {
      // The database does not answer: the probe reports it, and the next tick sees what was missed.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
