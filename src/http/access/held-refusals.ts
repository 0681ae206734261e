import { setTimeout as sleep } from 'node:timers/promises';
import { SalientError } from '../../errors.js';

/** A refusal is held back for so long, milliseconds; of so many at a time, for each is a connection that stays open. */
const HELD_MS = 500;
const MOST_HELD = 1000;

/** Lets a request in, or tells it a while later that it may not come in now. */
export interface HeldRefusals {
  /** @param entering resolves with what lets out again; rejects with `overloaded` or `rate_limited` */
  enter<T>(entering: Promise<T>, signal: AbortSignal): Promise<T>;
}

/**
 * Whoever asks again the moment he is refused, as programs do that know no Retry-After, asks twice a second and not as often as the
 * service can refuse: forty such clients kept it busier with refusals than with answers.
 */
export function openHeldRefusals(heldMs = HELD_MS): HeldRefusals {
  let held = 0;
  return {
    async enter(entering, signal) {
      try {
        return await entering;
      } catch (error) {
        if (isForNow(error) && held < MOST_HELD) {
          held++;
          await sleep(heldMs, undefined, { signal, ref: false }).catch(() => {});
          held--;
        }
        throw error;
      }
    },
  };
}

const isForNow = (error: unknown) =>
  error instanceof SalientError && (error.code === 'overloaded' || error.code === 'rate_limited');
