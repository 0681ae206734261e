import { setTimeout as sleep } from 'node:timers/promises';
import { SalientError } from '../../errors.js';

/** A refusal is held back for so long, milliseconds; of so many at a time, for each is a connection that stays open. */
const HELD_MS = 500;
const MOST_HELD = 1000;
let held = 0;

/**
 * Lets a request in, or tells it a while later that it may not come in now. Whoever asks again the moment he is refused, as programs do
 * that know no Retry-After, asks twice a second and not as often as the service can refuse: forty such clients kept it busier with
 * refusals than with answers.
 * @param entering resolves with what lets out again; rejects with `overloaded` or `rate_limited`
 */
export async function refusedLate<T>(entering: Promise<T>, signal: AbortSignal, heldMs = HELD_MS): Promise<T> {
  try {
    return await entering;
  } catch (error) {
    const { code } = error as SalientError;
    const mayComeBack = error instanceof SalientError && (code === 'overloaded' || code === 'rate_limited');
    if (mayComeBack && held < MOST_HELD) {
      held++;
      await sleep(heldMs, undefined, { signal, ref: false }).catch(() => {});
      held--;
    }
    throw error;
  }
}
