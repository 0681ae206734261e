import type { Response } from 'express';
import { atWork, workSignal } from '../store/cancellation.js';

/**
 * Works for a client for as long as it waits: when it has gone, the work stops before its next statement. A request that was
 * admitted (`admitted.ts`) is at such work already.
 */
export function untilGone<T>(response: Response, doing: () => Promise<T>): Promise<T> {
  if (workSignal()) return doing();
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  return atWork({ signal: gone.signal }, doing);
}
