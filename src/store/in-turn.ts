/**
 * Does what it is given one after the other, in the order given; work that fails does not keep back the next.
 * @returns a function that begins `work` when all before it has ended, and answers as `work` does
 */
export function inTurn(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let former: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = former.then(work);
    former = next.catch(() => {});
    return next;
  };
}
