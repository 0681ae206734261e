/** A link that lets as much pass either way, metres of width or a count. */
export interface Link {
  a: number;
  b: number;
  capacity: number;
}

export interface Cut {
  /** The most that can pass, which is the least that must be closed. Infinite when nothing finite separates the ends. */
  value: number;
  /** Indices of the links that cross from the source's side: closing them separates the ends. */
  links: number[];
}

/** What is left of a capacity below this is rounding, metres. */
const SPENT = 1e-9;

/**
 * Maximum flow from any of the sources to any of the sinks over undirected links, and the minimum cut nearest the
 * sources (Dinic: shortest augmenting paths by levels). `count` is the number of nodes.
 */
export function minimumCut(
  count: number,
  links: readonly Link[],
  sources: readonly number[],
  sinks: readonly number[],
): Cut {
  const [source, sink] = [count, count + 1];
  const ends = new Set(sinks);
  if (sources.some((node) => ends.has(node))) return { value: Number.POSITIVE_INFINITY, links: [] };
  const net = network(count + 2);
  for (const { a, b, capacity } of links) net.join(a, b, capacity, capacity);
  for (const node of sources) net.join(source, node, Number.POSITIVE_INFINITY, 0);
  for (const node of sinks) net.join(node, sink, Number.POSITIVE_INFINITY, 0);
  let value = 0;
  for (;;) {
    const level = net.levels(source);
    if (level[sink] === -1) {
      const near = (node: number) => level[node] !== -1;
      return { value, links: links.flatMap(({ a, b }, i) => (near(a) === near(b) ? [] : [i])) };
    }
    for (let pushed = net.augment(source, sink, level); pushed > 0; pushed = net.augment(source, sink, level)) {
      if (pushed === Number.POSITIVE_INFINITY) return { value: pushed, links: [] };
      value += pushed;
    }
  }
}

/** Arcs in pairs: arc i runs back along arc i ^ 1. */
function network(nodes: number) {
  const from: number[][] = Array.from({ length: nodes }, () => []);
  const head: number[] = [];
  const left: number[] = [];
  const next = new Int32Array(nodes);
  const arc = (a: number, b: number, capacity: number) => {
    from[a]?.push(head.length);
    head.push(b);
    left.push(capacity);
  };
  const open = (i: number) => (left[i] ?? 0) > SPENT;
  return {
    join(a: number, b: number, forth: number, back: number) {
      arc(a, b, forth);
      arc(b, a, back);
    },
    /** Steps from the source over what is left; -1 where nothing leads. */
    levels(source: number): Int32Array {
      const level = new Int32Array(nodes).fill(-1);
      level[source] = 0;
      const queue = [source];
      for (let at = 0; at < queue.length; at++) {
        const node = queue[at] ?? source;
        for (const i of from[node] ?? []) {
          const to = head[i] ?? 0;
          if (!open(i) || level[to] !== -1) continue;
          level[to] = (level[node] ?? 0) + 1;
          queue.push(to);
        }
      }
      next.fill(0);
      return level;
    },
    /** Pushes along one path that climbs the levels; 0 when there is none left. No recursion: paths can be long. */
    augment(source: number, sink: number, level: Int32Array): number {
      const path: number[] = [];
      let node = source;
      while (node !== sink) {
        const i = from[node]?.[next[node] ?? 0];
        if (i === undefined) {
          const back = path.pop();
          if (back === undefined) return 0;
          node = head[back ^ 1] ?? source;
          next[node] = (next[node] ?? 0) + 1;
        } else if (open(i) && level[head[i] ?? 0] === (level[node] ?? 0) + 1) {
          path.push(i);
          node = head[i] ?? source;
        } else {
          next[node] = (next[node] ?? 0) + 1;
        }
      }
      const pushed = path.reduce((least, i) => Math.min(least, left[i] ?? 0), Number.POSITIVE_INFINITY);
      if (pushed === Number.POSITIVE_INFINITY) return pushed;
      for (const i of path) {
        left[i] = (left[i] ?? 0) - pushed;
        left[i ^ 1] = (left[i ^ 1] ?? 0) + pushed;
      }
      return pushed;
    },
  };
}
