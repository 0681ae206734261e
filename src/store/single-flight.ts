import { asShared, atWork, cancelled, turnOf, type Work, workUnderWay } from './cancellation.js';
import { underMark } from './members-record.js';

/** Computations that are shared while they run. */
export interface Flights {
  /** The result of the computation under way for the key, or of `compute`, begun now. */
  join<T>(key: string, compute: () => Promise<T>): Promise<T>;
  isUnderWay(key: string): boolean;
}

interface Flight {
  result: Promise<unknown>;
  waiting: number;
  stop: AbortController;
  work: Work;
}

/**
 * A shared computation belongs to all who wait for it: it continues when the one who began it leaves, and is cancelled when all have left.
 * What the service began for itself takes its turns as a request once a request waits for it.
 */
export function openFlights(): Flights {
  const flights = new Map<string, Flight>();

  function begin(key: string, work: Work | undefined, compute: () => Promise<unknown>): Flight {
    const stop = new AbortController();
    const shared = { ...work, signal: stop.signal };
    const result = atWork(shared, async () => compute());
    const flight = { result, waiting: 0, stop, work: shared };
    flights.set(key, flight);
    const over = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    result.then(over, over);
    return flight;
  }

  return {
    isUnderWay: (key) => flights.has(underMark(key)),
    join<T>(given: string, compute: () => Promise<T>): Promise<T> {
      const key = underMark(given);
      const work = workUnderWay();
      const { signal } = work ?? {};
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      const flight = flights.get(key) ?? begin(key, work, compute);
      flight.waiting++;
      const turn = turnOf(work);
      const { awaitedBy = 'late' } = flight.work;
      if (turn !== undefined && awaitedBy === 'late') flight.work.awaitedBy = turn;
      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          reject(cancelled(signal));
          if (--flight.waiting > 0) return;
          // Whoever comes now begins anew.
          if (flights.get(key) === flight) flights.delete(key);
          flight.stop.abort();
        };
        const arrived = () => signal?.removeEventListener('abort', leave);
        signal?.addEventListener('abort', leave, { once: true });
        flight.result.finally(arrived).then((value) => resolve(value as T), reject);
      });
    },
  };
}

/** What the persistent memo of a store (memo.ts) knows: the answers under way, and how much of a kind was written since old ones last left. */
export interface Answers {
  readonly flights: Flights;
  readonly written: Map<string, number>;
}

export function openAnswers(): Answers {
  return { flights: openFlights(), written: new Map() };
}

/** Runs look-ups so that requests for one thing share them; see `openFreshLookUps`. */
export type LookUps = <T>(key: string, lookUp: () => Promise<T>) => Promise<T>;

/**
 * A request joins a look-up only while that has not begun, so that it sees everything that was stored before it came,
 * by whatever process. While one is under way, those who come wait together for the next, which begins when it ends: of
 * one key there are never more than two, however many callers wait. It runs to its end, whoever leaves.
 */
export function openFreshLookUps(): LookUps {
  const waiting = new Map<string, Promise<unknown>>();
  const underWay = new Map<string, Promise<void>>();
  return <T>(given: string, lookUp: () => Promise<T>): Promise<T> => {
    const key = underMark(given);
    const joined = waiting.get(key);
    if (joined) return joined as Promise<T>;
    // Those who came in the same breath share it too: sockets are read before immediates run.
    const turn = underWay.get(key) ?? new Promise<void>((begin) => setImmediate(begin));
    const mine = turn.then(() => {
      waiting.delete(key);
      const found = asShared(lookUp);
      const over = found.then(ended, ended);
      underWay.set(key, over);
      return found;
    });
    waiting.set(key, mine);
    return mine;

    function ended(): void {
      underWay.delete(key);
    }
  };
}
