/** Two pieces of ground and the distance between them, metres. Node 0 is the main body, whatever it consists of. */
export interface Hop {
  a: number;
  b: number;
  metres: number;
}

export const MAIN_BODY = 0;

/**
 * The relief distance of each start (methods D2, gap): the longest hop that cannot be avoided on the way to the main
 * body, by Kruskal: hops are added from the shortest, and the hop that joins a start's set with the main body's is
 * its answer. A start that no hop reaches is absent.
 */
export function reliefDistances(starts: readonly number[], hops: readonly Hop[]): Map<number, number> {
  const parent = new Map<number, number>();
  const find = (node: number): number => {
    let root = node;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(node, root);
    return root;
  };
  const waiting = new Set(starts);
  const relief = new Map<number, number>();
  for (const { a, b, metres } of [...hops].sort((x, y) => x.metres - y.metres)) {
    const [from, to] = [find(a), find(b)];
    if (from === to) continue;
    parent.set(from, to);
    for (const start of waiting) {
      if (find(start) !== find(MAIN_BODY)) continue;
      relief.set(start, metres);
      waiting.delete(start);
    }
    if (!waiting.size) break;
  }
  return relief;
}
