import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../src/model/dates.js';

/**
 * An instant after everything recorded so far and before everything to come: clocks count milliseconds, the embedded engine's too, and what
 * is recorded in one is known at it.
 */
export async function instantBetween(): Promise<Instant> {
  await sleep(10);
  const now = new Date().toISOString() as Instant;
  await sleep(10);
  return now;
}
