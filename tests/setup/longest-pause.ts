/** How long the event loop stood still at most while something was done, milliseconds: so long nobody else was served. */
export async function longestPause<T>(doing: () => Promise<T>): Promise<{ done: T; longest: number; took: number }> {
  let longest = 0;
  const began = performance.now();
  let before = began;
  const watch = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }, 2);
  try {
    const done = await doing();
    return { done, longest, took: performance.now() - began };
  } finally {
    clearInterval(watch);
  }
}
