import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { SalientError } from '../errors.js';

/** One step of long work that is done: how many of how many, null where the end is not known. */
export interface Step {
  what: string;
  done: number;
  of: number | null;
}

/**
 * Connections that work of a class has to itself, so that none waits for another class: small look-ups and tiles, answers, heavy
 * measures, exports, writes. Work without a lane is the service's own, or the command line's.
 */
export const LANES = ['light', 'answer', 'heavy', 'export', 'write'] as const;
export type Lane = (typeof LANES)[number];

/** The order of work on the one connection of the embedded engine: that of its lane, or after all lanes. */
export type Turn = Lane | 'late';

/** What long work receives from outside, and what it reports. */
export interface Work {
  lane?: Lane;
  /** The last of an answer, which its reader sees after the rest: on the one connection it lets all else that is asked for go first. */
  late?: boolean;
  /** Of shared work: the turn of a request that waits for it as well. */
  awaitedBy?: Turn;
  /** Aborted: no further statement begins; on a server the running one is cancelled. Transactions are rolled back. */
  signal?: AbortSignal;
  /** Called after each step. */
  progress?: (step: Step) => void;
}

const surrounding = new AsyncLocalStorage<Work>();

/**
 * Does something long that can be watched and cancelled. It reaches every statement and step within, however deep, so no
 * job has to pass a signal on; what several callers share goes through `openFlights`, which is cancelled with the last of them.
 * @throws SalientError `cancelled`, with nothing half stored
 */
export function atWork<T>(work: Work, doing: () => Promise<T>): Promise<T> {
  // Every statement and every shared computation within listens to it.
  if (work.signal) setMaxListeners(0, work.signal);
  const lane = work.lane ?? workUnderWay()?.lane;
  // The same object where nothing is added: whoever holds it may still say who else waits.
  return surrounding.run(lane === undefined || lane === work.lane ? work : { ...work, lane }, doing);
}

/** Does the last of an answer: what others ask for meanwhile goes first on the one connection of the embedded engine. */
export const atLast = <T>(doing: () => Promise<T>): Promise<T> =>
  surrounding.run({ ...workUnderWay(), late: true }, doing);

/** Does something that whoever set it off does not wait for: after all that is asked for, for as long as it takes. */
export const asOwnWork = <T>(doing: () => Promise<T>): Promise<T> => surrounding.run({}, doing);

/** Does something small that others come to wait for: in the turn of whoever began it, to its end even if that one leaves. */
export function asShared<T>(doing: () => Promise<T>): Promise<T> {
  const { signal: _, ...shared } = workUnderWay() ?? {};
  return surrounding.run(shared, doing);
}

/** The signal and the progress of the work under way, if there is any. */
export const workUnderWay = (): Work | undefined => surrounding.getStore();

/** How work takes its turn on the one connection of the embedded engine; undefined: nobody waits for it. */
export function turnOf(work = workUnderWay()): Turn | undefined {
  const { lane, late, awaitedBy } = work ?? {};
  if (awaitedBy !== undefined && awaitedBy !== 'late') return awaitedBy;
  return late ? 'late' : (lane ?? awaitedBy);
}

/** The signal of the work under way, if there is one. */
export const workSignal = (): AbortSignal | undefined => surrounding.getStore()?.signal;

/** Why the work under way stops: the reason of its signal (a deadline), else that it was cancelled. */
export const cancelled = (signal = workSignal()) =>
  signal?.reason instanceof SalientError
    ? signal.reason
    : new SalientError('cancelled', 'the work was cancelled; what it had not finished is not stored');

/** @throws SalientError `cancelled` where the work under way has been */
export function stopIfCancelled(): void {
  if (workSignal()?.aborted) throw cancelled();
}

/** Tells that a step is done. */
export function stepDone(what: string, done: number, of: number | null = null): void {
  surrounding.getStore()?.progress?.({ what, done, of });
}
