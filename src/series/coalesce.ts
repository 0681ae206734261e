/** Runs look-ups so that requests for one thing share them; see `shareLookUps`. */
export type LookUps = <T>(key: string, lookUp: () => Promise<T>) => Promise<T>;

/**
 * A request joins a look-up only while that has not begun, so that it sees everything that was stored before it came,
 * by whatever process. While one is under way, those who come wait together for the next, which begins when it ends: of
 * one key there are never more than two, however many ask.
 */
export function shareLookUps(): LookUps {
  const waiting = new Map<string, Promise<unknown>>();
  const underWay = new Map<string, Promise<void>>();
  return <T>(key: string, lookUp: () => Promise<T>): Promise<T> => {
    const joined = waiting.get(key);
    if (joined) return joined as Promise<T>;
    // Those who came in the same breath share it too: sockets are read before immediates run.
    const turn = underWay.get(key) ?? new Promise<void>((begin) => setImmediate(begin));
    const mine = turn.then(() => {
      waiting.delete(key);
      const found = lookUp();
      const over = found.then(ended, ended);
      underWay.set(key, over);
      return found;
    });
    waiting.set(key, mine);
    return mine;

    function ended(): void {
      underWay.delete(key);
    }
  };
}
