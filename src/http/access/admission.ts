import { availableParallelism } from 'node:os';
import { SalientError } from '../../errors.js';
import type { Lane } from '../../store/cancellation.js';

/*
 * Admission control: every request belongs to a class of work, and each class has its own number of requests at once, its own
 * queue and its own deadline, so that however many clients request the heaviest answer, the others are served.
 */

const WORK_CLASSES = ['tile', 'look-up', 'answer', 'measure', 'export', 'write'] as const;
export type WorkClass = (typeof WORK_CLASSES)[number];

export interface ClassLimits {
  /** Requests of the class at work at the same time, and waiting for that. */
  atOnce: number;
  waiting: number;
  /** How long one waits, and works, milliseconds. */
  waitMs: number;
  workMs: number;
  lane: Lane;
}

const SECOND = 1000;
/** More answers at once than a machine has cores take each other's time, and that of tiles. */
const CORES = availableParallelism();
const limits = (atOnce: number, waiting: number, waitS: number, workS: number, lane: Lane): ClassLimits => ({
  ...{ atOnce, waiting, waitMs: waitS * SECOND, workMs: workS * SECOND, lane },
});

export const CLASS_LIMITS: Readonly<Record<'server' | 'embedded', Readonly<Record<WorkClass, ClassLimits>>>> = {
  server: {
    tile: limits(64, 2000, 15, 30, 'light'),
    'look-up': limits(16, 500, 10, 15, 'light'),
    answer: limits(Math.min(5, CORES + 1), 60, 20, 45, 'answer'),
    measure: limits(2, 32, 30, 90, 'heavy'),
    export: limits(3, 16, 30, 600, 'export'),
    write: limits(4, 32, 120, 1800, 'write'),
  },
  // One connection for all of them: what waits behind a measure is one measure, not a queue of them.
  embedded: {
    tile: limits(64, 2000, 30, 60, 'light'),
    'look-up': limits(16, 500, 30, 60, 'light'),
    answer: limits(2, 60, 30, 60, 'answer'),
    measure: limits(1, 24, 60, 60, 'heavy'),
    export: limits(1, 8, 60, 600, 'export'),
    write: limits(1, 32, 300, 3600, 'write'),
  },
};

/** How a class does just now, and since the start. */
interface ClassFigures {
  atWork: number;
  waiting: number;
  refused: number;
}

export interface Admission {
  limitsOf(work: WorkClass): ClassLimits;
  /**
   * A place among those at work; the function returned gives it back, once.
   * @throws SalientError `overloaded` when the queue of the class is full or the wait too long, `cancelled` when the caller left
   */
  enter(work: WorkClass, signal: AbortSignal): Promise<() => void>;
  figures(): Record<WorkClass, ClassFigures>;
}

interface Waiting {
  begin(): void;
}

export function openAdmission(engine: 'server' | 'embedded', given = CLASS_LIMITS[engine]): Admission {
  const states = new Map(
    WORK_CLASSES.map((work) => [work, { atWork: 0, refused: 0, queue: new Set<Waiting>(), limits: given[work] }]),
  );
  const stateOf = (work: WorkClass) => {
    const state = states.get(work);
    if (!state) throw new Error(`no such class of work: ${work}`);
    return state;
  };
  return {
    limitsOf: (work) => stateOf(work).limits,
    enter(work, signal) {
      const state = stateOf(work);
      const { limits: most } = state;
      const leave = () => {
        let left = false;
        return () => {
          if (left) return;
          left = true;
          const [next] = state.queue;
          if (next) next.begin();
          else state.atWork--;
        };
      };
      if (state.atWork < most.atOnce) {
        state.atWork++;
        return Promise.resolve(leave());
      }
      if (state.queue.size >= most.waiting) {
        state.refused++;
        return Promise.reject(full(work, `${most.waiting} wait already`));
      }
      return new Promise((resolve, reject) => {
        const over = () => {
          state.queue.delete(waiting);
          clearTimeout(patience);
          signal.removeEventListener('abort', gone);
        };
        const gone = () => {
          over();
          reject(new SalientError('cancelled', 'the client has gone'));
        };
        const waiting: Waiting = {
          begin() {
            over();
            resolve(leave());
          },
        };
        const patience = setTimeout(() => {
          over();
          state.refused++;
          reject(full(work, `none was done within ${most.waitMs / SECOND} s`));
        }, most.waitMs).unref();
        state.queue.add(waiting);
        signal.addEventListener('abort', gone, { once: true });
      });
    },
    figures: () =>
      Object.fromEntries(
        [...states].map(([work, { atWork, queue, refused }]) => [work, { atWork, waiting: queue.size, refused }]),
      ) as Record<WorkClass, ClassFigures>,
  };
}

const full = (work: WorkClass, why: string) =>
  new SalientError(
    'overloaded',
    `the service has as much work of the class ${work} as it takes on (${why}): try again`,
    [],
    {
      retryAfterS: 5,
    },
  );

const MEASURES =
  /^\/(change|compare|front|timeline|report|encirclement|posts\/[^/]+\/(evidence|encirclement)|routes\/[^/]+\/history)(\/|$)|^\/pockets/;
const ANSWERS =
  /^\/(web\/day|maps\/[^/]+|control|places|claims|events|routes|posts|ogc\/.*collections\/[^/]+\/items)(\/|$)|^\/reports\/[^/]+\/[^/]+/;
const FEATURES = /^\/ogc\/.*collections\/[^/]+\/items$/;
const EXPORTS = /^\/snapshots\/[^/]+\/[^/]+|^\/backup$/;
const TILES = /^\/(ogc\/.*\/tiles\/[^/]+|maps\/[^/]+)\/\d+\/\d+\/\d+/;

/**
 * The class of a request: by what its path, in the spelling that the routes take, can cost at most. Files of the page and what stands in
 * memory are of none.
 * @param asksForFile whether features are to be written to a file, as their route reads it
 */
export function workClassOf(method: string, path: string, asksForFile: () => boolean): WorkClass | null {
  if (/^\/(live|ready|health|metrics|openapi\.json|favicon\.ico|robots\.txt)$/.test(path)) return null;
  if (/^\/web\/(?!day$|history$)/.test(path)) return null;
  // A stream of events stays open and costs nothing meanwhile.
  if (/^\/series\/[^/]+\/updates$/.test(path)) return null;
  // Signing in does not wait behind an import.
  if (/^\/session(\/|$)/.test(path)) return 'look-up';
  if (EXPORTS.test(path)) return 'export';
  if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) return 'write';
  if (TILES.test(path)) return 'tile';
  if (MEASURES.test(path)) return 'measure';
  if (FEATURES.test(path) && asksForFile()) return 'export';
  if (ANSWERS.test(path)) return 'answer';
  return 'look-up';
}
