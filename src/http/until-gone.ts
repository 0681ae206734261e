import type { Response } from 'express';
import { atWork } from '../store/cancellation.js';

/** Works for a client for as long as it waits: when it has gone, the work stops before its next statement. */
export function untilGone<T>(response: Response, doing: () => Promise<T>): Promise<T> {
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  return atWork({ signal: gone.signal }, doing);
}
