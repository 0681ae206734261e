/** A smallest-first queue of numbered things. Entries are never moved: push again, and drop what is stale when popped. */
export interface MinHeap {
  push(item: number, key: number): void;
  /** The item with the smallest key (ties: the smallest item, so that results do not depend on history), or -1. */
  pop(): number;
  /** Key of the item popped last. */
  key(): number;
}

export function minHeap(): MinHeap {
  const items: number[] = [];
  const keys: number[] = [];
  let lastKey = 0;
  const before = (i: number, j: number): boolean => {
    const d = keys[i] - keys[j];
    return d < 0 || (d === 0 && items[i] < items[j]);
  };
  const swap = (i: number, j: number): void => {
    const item = items[i];
    const key = keys[i];
    items[i] = items[j];
    keys[i] = keys[j];
    items[j] = item;
    keys[j] = key;
  };
  return {
    push(item, key) {
      let i = items.push(item) - 1;
      keys.push(key);
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (!before(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      if (items.length === 0) return -1;
      const top = items[0];
      lastKey = keys[0];
      swap(0, items.length - 1);
      items.pop();
      keys.pop();
      for (let i = 0; ; ) {
        let child = 2 * i + 1;
        if (child >= items.length) break;
        if (child + 1 < items.length && before(child + 1, child)) child++;
        if (!before(child, i)) break;
        swap(i, child);
        i = child;
      }
      return top;
    },
    key: () => lastKey,
  };
}
