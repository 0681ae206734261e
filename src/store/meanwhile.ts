/**
 * Does work of this process, here or in a thread, while the database does what it was asked. Either's error is thrown when both are
 * done, the database's first.
 * @param asked of a connection that nothing else waits on: its statement has been sent, and its answer waits for the work
 */
export async function meanwhile<T, U>(asked: Promise<T>, work: () => U | Promise<U>): Promise<[T, U]> {
  // Held by `await` below, which comes after the work.
  asked.catch(() => {});
  await new Promise((sent) => setImmediate(sent));
  let done: { is: U } | { error: unknown };
  try {
    done = { is: await work() };
  } catch (error) {
    done = { error };
  }
  const answer = await asked;
  if ('error' in done) throw done.error;
  return [answer, done.is];
}
