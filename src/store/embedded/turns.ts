import { cancelled, type Lane, workSignal } from '../cancellation.js';

/** Whose turn it is on the one connection of the embedded engine. */
export interface Turns {
  /**
   * Resolves when the connection is free for the caller, with what gives it back (once). Small questions go first, then all
   * others that somebody waits for, the one that waited longest; work of the service's own (no lane) when nobody asks for anything.
   * @throws SalientError `cancelled` when the caller's work is cancelled meanwhile
   */
  take(lane: Lane | undefined): Promise<() => void>;
  /** Whether somebody waits who goes before work of this lane. */
  isAwaited(lane: Lane | undefined): boolean;
  waiting(): number;
}

/** So many small questions in a row, then one of the others: a flood of them delays, but does not stop, an import. */
const IN_A_ROW = 16;
/** An answer is made of many statements: so long after one of them the next may still come, and the service's own work waits. */
const QUIET_MS = 20;
/** The service's own work has a turn after this however much is asked: a flood delays it, and does not stop it. */
const LONGEST_MS = 3000;

export function openTurns(): Turns {
  const light = new Set<() => void>();
  const others = new Set<() => void>();
  const own = new Map<() => void, number>();
  let taken = false;
  let inARow = 0;
  /** When the last turn of somebody who waits ended. */
  let asked = Number.NEGATIVE_INFINITY;
  let resting: NodeJS.Timeout | undefined;

  function next(): void {
    const now = performance.now();
    const [[longest, since = now] = []] = own;
    const isOverdue = now - since >= LONGEST_MS;
    const isLight = light.size > 0 && (others.size === 0 || inARow < IN_A_ROW);
    const [begin] = isOverdue ? [longest] : isLight ? light : others;
    inARow = isLight && !isOverdue ? inARow + 1 : 0;
    const rest = asked + QUIET_MS - now;
    taken = false;
    if (begin) start(begin);
    else if (longest && rest <= 0) start(longest);
    else if (longest && resting === undefined) {
      // Whoever comes meanwhile goes first.
      resting = setTimeout(() => {
        resting = undefined;
        if (!taken) next();
      }, Math.ceil(rest));
    }
  }

  function start(begin: () => void): void {
    taken = true;
    for (const queue of [light, others, own]) queue.delete(begin);
    begin();
  }

  function turn(lane: Lane | undefined): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      if (lane !== undefined) asked = performance.now();
      next();
    };
  }

  return {
    take(lane) {
      const signal = workSignal();
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      const isQuiet = lane !== undefined || performance.now() - asked >= QUIET_MS;
      if (!taken && isQuiet && own.size === 0) {
        taken = true;
        return Promise.resolve(turn(lane));
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          for (const queue of [light, others, own]) queue.delete(begin);
          reject(cancelled(signal));
        };
        const begin = () => {
          signal?.removeEventListener('abort', leave);
          resolve(turn(lane));
        };
        if (lane === undefined) own.set(begin, performance.now());
        else (lane === 'light' ? light : others).add(begin);
        signal?.addEventListener('abort', leave, { once: true });
        if (!taken) next();
      });
    },
    isAwaited: (lane) => light.size > 0 || (lane === undefined && others.size > 0),
    waiting: () => light.size + others.size + own.size,
  };
}
