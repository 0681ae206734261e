import { cancelled, type Turn, workSignal } from '../cancellation.js';

/** Whose turn it is on the one connection of the embedded engine. */
export interface Turns {
  /**
   * Resolves when the connection is free for the caller, with what gives it back (once). Small questions go first, then all
   * others that somebody waits for, the one that waited longest; then what is late in an answer (verdicts, below headline and map);
   * work of the service's own (no turn) when nobody asks for anything.
   * @throws SalientError `cancelled` when the caller's work is cancelled meanwhile
   */
  take(kind: Turn | undefined): Promise<() => void>;
  /** Whether somebody waits who goes before work of this kind. */
  isAwaited(kind: Turn | undefined): boolean;
  waiting(): number;
}

/** So many small questions in a row, then one of the others: a flood of them delays, but does not stop, an import. */
const IN_A_ROW = 16;
/** An answer is made of many statements: so long after one of them the next may still come, and the service's own work waits. */
const QUIET_MS = 20;
/** Late work, and the service's own, has a turn after this however much is asked: a flood delays it, and does not stop it. */
const LATE_MS = 300;
const LONGEST_MS = 3000;

/** So often a transaction gives way, of the service's own work, of what is late in an answer and of a request, before it goes on to its end. */
const GIVES_WAY = { own: 30, late: 8, requested: 2 };
export const timesToGiveWay = (kind: Turn | undefined): number =>
  GIVES_WAY[kind === undefined ? 'own' : kind === 'late' ? 'late' : 'requested'];

export function openTurns(): Turns {
  const light = new Set<() => void>();
  const others = new Set<() => void>();
  /** Since when each waits. */
  const late = new Map<() => void, number>();
  const own = new Map<() => void, number>();
  let taken = false;
  let inARow = 0;
  /** When the last turn ended of somebody who waits; of somebody who waits and is not late. */
  let asked = Number.NEGATIVE_INFINITY;
  let pressed = Number.NEGATIVE_INFINITY;
  let resting: NodeJS.Timeout | undefined;

  function next(): void {
    const now = performance.now();
    const [[first, lateSince = now] = []] = late;
    const [[longest, since = now] = []] = own;
    const overdue = now - since >= LONGEST_MS ? longest : now - lateSince >= LATE_MS ? first : undefined;
    const isLight = light.size > 0 && (others.size === 0 || inARow < IN_A_ROW);
    const [begin] = overdue ? [overdue] : isLight ? light : others;
    inARow = isLight && !overdue ? inARow + 1 : 0;
    taken = false;
    const rest = (first ? pressed : asked) + QUIET_MS - now;
    const waits = first ?? longest;
    if (begin) start(begin);
    else if (waits && rest <= 0) start(waits);
    else if (waits && resting === undefined) {
      // Whoever comes meanwhile goes first.
      resting = setTimeout(() => {
        resting = undefined;
        if (!taken) next();
      }, Math.ceil(rest));
    }
  }

  function start(begin: () => void): void {
    taken = true;
    for (const queue of [light, others, late, own]) queue.delete(begin);
    begin();
  }

  function turn(kind: Turn | undefined): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      if (kind !== undefined) asked = performance.now();
      if (kind !== undefined && kind !== 'late') pressed = asked;
      next();
    };
  }

  /** Whether work of this kind need not wait for the next statement of somebody who has just asked. */
  const isQuiet = (kind: Turn | undefined) =>
    (kind !== undefined && kind !== 'late') || performance.now() - (kind === 'late' ? pressed : asked) >= QUIET_MS;

  return {
    take(kind) {
      const signal = workSignal();
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      if (!taken && isQuiet(kind) && late.size === 0 && own.size === 0) {
        taken = true;
        return Promise.resolve(turn(kind));
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          for (const queue of [light, others, late, own]) queue.delete(begin);
          reject(cancelled(signal));
        };
        const begin = () => {
          signal?.removeEventListener('abort', leave);
          resolve(turn(kind));
        };
        if (kind === undefined || kind === 'late') (kind ? late : own).set(begin, performance.now());
        else (kind === 'light' ? light : others).add(begin);
        signal?.addEventListener('abort', leave, { once: true });
        if (!taken) next();
      });
    },
    isAwaited: (kind) =>
      light.size > 0 ||
      ((kind === undefined || kind === 'late') && others.size > 0) ||
      (kind === undefined && late.size > 0),
    waiting: () => light.size + others.size + late.size + own.size,
  };
}
