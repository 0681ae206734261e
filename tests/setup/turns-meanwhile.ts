import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * How often the event loop turned while something was done: each turn is one in which others are served. What is done on this thread
 * leaves a few, however fast or busy the machine is.
 */
export async function turnsMeanwhile<T>(doing: () => Promise<T>): Promise<{ done: T; turns: number }> {
  let turns = 0;
  let over = false;
  const counting = (async () => {
    while (!over) {
      await nextTurn();
      turns++;
    }
  })();
  try {
    return { done: await doing(), turns };
  } finally {
    over = true;
    await counting;
  }
}
