/**
 * Lines stored once, with the label on either side of them. Left and right are by direction of travel on a map with
 * north up, whatever way the y axis of the coordinates points; -1 is "outside".
 */
export interface ArcSet {
  /** Vertex pool: `x[v]`, `y[v]`. A position occurs once. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Arc `a` is the vertices `vertex[start[a]] … vertex[start[a + 1] - 1]`, ends included; a closed arc repeats its first. */
  readonly start: Uint32Array;
  readonly vertex: Uint32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** Directed edges between vertices, with the labels on both sides. Repeats are allowed: `chainEdges` settles them. */
export interface EdgeSoup {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

export function emptyEdges(capacity: number): { -readonly [K in keyof EdgeSoup]: EdgeSoup[K] } {
  return {
    from: new Uint32Array(capacity),
    to: new Uint32Array(capacity),
    left: new Int32Array(capacity),
    right: new Int32Array(capacity),
    count: 0,
  };
}

/**
 * Merges coinciding edges and chains the rest into arcs that end where three or more edges meet or labels change.
 *
 * An edge stands in the boundary of its left label with +1 and of its right label with -1. Coinciding edges add these
 * numbers, so `A|C` and `C|B` on one line become `A|B`, a spike (there and back) becomes nothing, and two rings that
 * meet edge to edge become one shared edge: whatever goes, goes from both sides together.
 */
export function chainEdges(x: Float64Array, y: Float64Array, edges: EdgeSoup): ArcSet {
  return chain(x, y, mergeCoinciding(x.length, edges));
}

/** Undirected edges `a < b`, each once per pair of labels. */
function mergeCoinciding(vertices: number, edges: EdgeSoup): EdgeSoup {
  const { from, to, left, right, count } = edges;
  const bucket = new Uint32Array(vertices + 1);
  for (let e = 0; e < count; e++) bucket[Math.min(from[e], to[e]) + 1]++;
  for (let v = 0; v < vertices; v++) bucket[v + 1] = bucket[v + 1] + bucket[v];
  const order = new Uint32Array(count);
  const fill = bucket.slice();
  for (let e = 0; e < count; e++) {
    const a = Math.min(from[e], to[e]);
    order[fill[a]] = e;
    fill[a] = fill[a] + 1;
  }
  const merged = emptyEdges(count);
  const far = (e: number): number => Math.max(from[e], to[e]);
  for (let a = 0; a < vertices; a++) {
    const begin = bucket[a];
    const end = bucket[a + 1];
    sortByKey(order, begin, end, far);
    for (let i = begin; i < end; ) {
      const b = far(order[i]);
      let j = i + 1;
      while (j < end && far(order[j]) === b) j++;
      if (b !== a) emitSum(a, b, i, j);
      i = j;
    }
  }
  return merged;

  function emitSum(a: number, b: number, begin: number, end: number): void {
    const plus: number[] = [];
    const minus: number[] = [];
    for (let i = begin; i < end; i++) {
      const e = order[i];
      const forward = from[e] === a;
      addUnless(minus, plus, forward ? left[e] : right[e]);
      addUnless(plus, minus, forward ? right[e] : left[e]);
    }
    plus.sort((p, q) => p - q);
    minus.sort((p, q) => p - q);
    // More than one on a side happens only when the members overlap; then each keeps its own boundary.
    for (let i = 0; i < Math.max(plus.length, minus.length); i++) {
      merged.from[merged.count] = a;
      merged.to[merged.count] = b;
      merged.left[merged.count] = plus[i] ?? -1;
      merged.right[merged.count] = minus[i] ?? -1;
      merged.count++;
    }
  }
}

function addUnless(opposite: number[], side: number[], label: number): void {
  if (label < 0) return;
  const found = opposite.indexOf(label);
  if (found >= 0) opposite.splice(found, 1);
  else side.push(label);
}

/** Insertion sort: a vertex has two or three edges, rarely more. */
function sortByKey(order: Uint32Array, begin: number, end: number, key: (e: number) => number): void {
  for (let i = begin + 1; i < end; i++) {
    const moving = order[i];
    let j = i - 1;
    for (; j >= begin && key(order[j]) > key(moving); j--) order[j + 1] = order[j];
    order[j + 1] = moving;
  }
}

function chain(x: Float64Array, y: Float64Array, edges: EdgeSoup): ArcSet {
  const { from, to, left, right, count } = edges;
  const first = new Uint32Array(x.length + 1);
  for (let e = 0; e < count; e++) {
    first[from[e] + 1]++;
    first[to[e] + 1]++;
  }
  for (let v = 0; v < x.length; v++) first[v + 1] = first[v + 1] + first[v];
  const incident = new Uint32Array(2 * count);
  const fill = first.slice();
  for (let e = 0; e < count; e++) {
    for (const v of [from[e], to[e]]) {
      incident[fill[v]] = e;
      fill[v] = fill[v] + 1;
    }
  }

  const starts: number[] = [];
  const lefts: number[] = [];
  const rights: number[] = [];
  const path = new Uint32Array(2 * count);
  let length = 0;
  const used = new Uint8Array(count);
  for (let v = 0; v < x.length; v++) {
    if (!isNode(v)) continue;
    for (let i = first[v]; i < first[v + 1]; i++) walk(v, incident[i]);
  }
  for (let e = 0; e < count; e++) {
    if (used[e]) continue;
    const begin = length;
    walk(from[e], e);
    anchorAtLowest(x, y, path, begin, length);
  }
  return {
    x,
    y,
    start: Uint32Array.from([...starts, length]),
    vertex: path.slice(0, length),
    left: Int32Array.from(lefts),
    right: Int32Array.from(rights),
  };

  function isNode(v: number): boolean {
    const begin = first[v];
    if (first[v + 1] - begin !== 2) return true;
    const e = incident[begin];
    const f = incident[begin + 1];
    // Travelling in along e and out along f, the same label must stay on the left, and on the right.
    const sameDirection = (to[e] === v) === (from[f] === v);
    return sameDirection ? left[e] !== left[f] || right[e] !== right[f] : left[e] !== right[f] || right[e] !== left[f];
  }

  function walk(origin: number, edge: number): void {
    if (used[edge]) return;
    starts.push(length);
    const forward = from[edge] === origin;
    lefts.push(forward ? left[edge] : right[edge]);
    rights.push(forward ? right[edge] : left[edge]);
    path[length++] = origin;
    let v = origin;
    let e = edge;
    for (;;) {
      used[e] = 1;
      v = from[e] === v ? to[e] : from[e];
      path[length++] = v;
      if (v === origin || isNode(v)) return;
      const begin = first[v];
      e = incident[begin] === e ? incident[begin + 1] : incident[begin];
    }
  }
}

/** A ring without a node has no natural beginning: its lowest vertex, so that one ring read twice is one arc. */
function anchorAtLowest(x: Float64Array, y: Float64Array, path: Uint32Array, begin: number, end: number): void {
  const open = path.slice(begin, end - 1);
  let lowest = 0;
  for (let i = 1; i < open.length; i++) {
    const v = open[i];
    const w = open[lowest];
    const dx = x[v] - x[w];
    if (dx < 0 || (dx === 0 && y[v] < y[w])) lowest = i;
  }
  for (let i = 0; i <= open.length; i++) path[begin + i] = open[(lowest + i) % open.length];
}
