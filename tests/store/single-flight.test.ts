import { expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { atWork, stopIfCancelled } from '../../src/store/cancellation.js';
import { openFlights, openFreshLookUps } from '../../src/store/single-flight.js';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('one whose deadline ends is told of the deadline, not that the work was cancelled', async () => {
  const flights = openFlights();
  const stop = new AbortController();
  const waiting = atWork({ signal: stop.signal }, () => flights.join('a', () => later(1000)));
  // Outside the work, as a timer is.
  stop.abort(new SalientError('timed_out', 'this took longer than 1 s'));
  await expect(waiting).rejects.toMatchObject({ code: 'timed_out', message: 'this took longer than 1 s' });
  const late = atWork({ signal: stop.signal }, () => flights.join('a', () => later(1)));
  await expect(late).rejects.toMatchObject({ code: 'timed_out' });
});

it('one who leaves takes nothing from those who wait for the same; the last one ends it', async () => {
  const flights = openFlights();
  const [first, second] = [new AbortController(), new AbortController()];
  let ended = '';
  const compute = async () => {
    await later(20);
    try {
      stopIfCancelled();
    } catch (error) {
      ended = (error as SalientError).code;
      throw error;
    }
    return 'found';
  };
  const both = [first, second].map(({ signal }) => atWork({ signal }, () => flights.join('a', compute)));
  first.abort();
  await expect(both[0]).rejects.toMatchObject({ code: 'cancelled' });
  expect(await both[1]).toBe('found');
  const alone = atWork({ signal: second.signal }, () => flights.join('a', compute));
  second.abort();
  await expect(alone).rejects.toMatchObject({ code: 'cancelled' });
  await later(30);
  expect(ended).toBe('cancelled');
});

it('a look-up that several share is made to its end when the one who began it leaves', async () => {
  const lookUps = openFreshLookUps();
  const leaving = new AbortController();
  const lookUp = async () => {
    await later(20);
    stopIfCancelled();
    return 'found';
  };
  const first = atWork({ signal: leaving.signal }, () => lookUps('a', lookUp));
  const second = atWork({ lane: 'light' }, () => lookUps('a', lookUp));
  leaving.abort();
  expect(await second).toBe('found');
  await first.catch(() => {});
});
