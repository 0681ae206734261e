/** Exact checks on whole-number edges. An edge is `[x0, y0, x1, y1]`. */
export type Edge = readonly [number, number, number, number];

const SIZE = 32;

/**
 * Pairs of edges that cross, or that meet anywhere but in a common end: neither may happen in an arrangement of rings
 * that share their vertices. Equal edges (in either direction) count once.
 */
export function conflicts(edges: Iterable<Edge>): [Edge, Edge][] {
  const distinct = new Map<string, Edge>();
  for (const edge of edges) distinct.set(undirected(edge), edge);
  const buckets = new Map<number, Edge[]>();
  const found = new Map<string, [Edge, Edge]>();
  for (const edge of distinct.values()) {
    for (const key of bucketsOf(edge)) {
      const bucket = buckets.get(key) ?? [];
      for (const other of bucket) {
        if (isConflict(edge, other)) found.set(`${edge}|${other}`, [edge, other]);
      }
      bucket.push(edge);
      buckets.set(key, bucket);
    }
  }
  return [...found.values()];
}

export function undirected([x0, y0, x1, y1]: Edge): string {
  return x0 < x1 || (x0 === x1 && y0 < y1) ? `${x0},${y0},${x1},${y1}` : `${x1},${y1},${x0},${y0}`;
}

function* bucketsOf([x0, y0, x1, y1]: Edge): Generator<number> {
  const [west, east] = [Math.floor(Math.min(x0, x1) / SIZE), Math.floor(Math.max(x0, x1) / SIZE)];
  for (let c = west; c <= east; c++) {
    let [north, south] = [Math.min(y0, y1), Math.max(y0, y1)];
    if (x0 !== x1) {
      const at = (x: number): number =>
        y0 + ((Math.max(Math.min(x0, x1), Math.min(Math.max(x0, x1), x)) - x0) / (x1 - x0)) * (y1 - y0);
      const [a, b] = [at(c * SIZE), at((c + 1) * SIZE)];
      [north, south] = [Math.min(a, b) - 1, Math.max(a, b) + 1];
    }
    for (let r = Math.floor(north / SIZE); r <= Math.floor(south / SIZE); r++) yield c * 1e6 + r;
  }
}

function isConflict([ax, ay, bx, by]: Edge, [cx, cy, dx, dy]: Edge): boolean {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  const inside = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): boolean =>
    side(px, py, qx, qy, rx, ry) === 0 && (rx - px) * (rx - qx) + (ry - py) * (ry - qy) < 0;
  if (inside(ax, ay, bx, by, cx, cy) || inside(ax, ay, bx, by, dx, dy)) return true;
  if (inside(cx, cy, dx, dy, ax, ay) || inside(cx, cy, dx, dy, bx, by)) return true;
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

/** Twice the surveyor's area of a ring of points: positive is clockwise on the map where y grows southwards. */
export function doubledRingArea(ring: readonly { x: number; y: number }[]): number {
  return ring.reduce((sum, p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p;
    return sum + p.x * q.y - q.x * p.y;
  }, 0);
}
