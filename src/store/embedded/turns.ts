import { cancelled, type Lane, workSignal } from '../cancellation.js';

/** Whose turn it is on the one connection of the embedded engine. */
export interface Turns {
  /**
   * Resolves when the connection is free for the caller, with what gives it back (once). Small questions go first; of all
   * others the one that waited longest.
   * @throws SalientError `cancelled` when the caller's work is cancelled meanwhile
   */
  take(lane: Lane | undefined): Promise<() => void>;
  waiting(): number;
}

/** So many small questions in a row, then one of the others: a flood of them delays, but does not stop, an import. */
const IN_A_ROW = 16;

export function openTurns(): Turns {
  const light = new Set<() => void>();
  const others = new Set<() => void>();
  let taken = false;
  let inARow = 0;

  function next(): void {
    const isLight = light.size > 0 && (others.size === 0 || inARow < IN_A_ROW);
    const queue = isLight ? light : others;
    const [begin] = queue;
    inARow = isLight ? inARow + 1 : 0;
    if (!begin) {
      taken = false;
      return;
    }
    queue.delete(begin);
    begin();
  }

  function turn(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      next();
    };
  }

  return {
    take(lane) {
      const signal = workSignal();
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      if (!taken) {
        taken = true;
        return Promise.resolve(turn());
      }
      const queue = lane === 'light' ? light : others;
      return new Promise((resolve, reject) => {
        const leave = () => {
          queue.delete(begin);
          reject(cancelled(signal));
        };
        const begin = () => {
          signal?.removeEventListener('abort', leave);
          resolve(turn());
        };
        queue.add(begin);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
    waiting: () => light.size + others.size,
  };
}
