import Delaunator from 'delaunator';
import { incircle, orient2d } from 'robust-predicates';

export const nextHalf = (h: number): number => (h % 3 === 2 ? h - 2 : h + 1);
const lastHalf = (h: number): number => (h % 3 === 0 ? h + 2 : h - 1);

/** Triangles as Delaunator has them: half edge h runs from `corners[h]`, and `twins[h]` is the one beyond it, −1 on the hull. */
export interface Triangulation {
  corners: Uint32Array;
  twins: Int32Array;
}

/**
 * A constrained Delaunay triangulation of points, by Delaunator and then Sloan's flips (1993), with exact predicates.
 * A point that lies on a constraint divides it. Of two constraints that cross (edges that are straight in lon, lat and lie
 * within centimetres of each other may, once projected) the later one is left out.
 * @param xy x, y, x, y, …; no point twice
 * @param edges start, end, start, end, …: indices of points
 * @returns null where all points lie on one line
 */
export function constrainedDelaunay(xy: Float64Array, edges: readonly number[]): Triangulation | null {
  const { triangles: corners, halfedges: twins } = new Delaunator(xy);
  if (corners.length === 0) return null;
  const points = xy.length / 2;
  const out = new Int32Array(points).fill(-1);
  for (let h = 0; h < corners.length; h++) out[corners[h]] = h;
  const key = (u: number, v: number): number => (u < v ? u * points + v : v * points + u);
  const fixed = new Set<number>();
  const orient = (u: number, v: number, w: number): number =>
    orient2d(xy[2 * u], xy[2 * u + 1], xy[2 * v], xy[2 * v + 1], xy[2 * w], xy[2 * w + 1]);
  const inCircle = (u: number, v: number, w: number, on: number): number =>
    incircle(xy[2 * u], xy[2 * u + 1], xy[2 * v], xy[2 * v + 1], xy[2 * w], xy[2 * w + 1], xy[2 * on], xy[2 * on + 1]);
  const apart = (u: number, v: number, x: number, y: number): boolean => {
    const a = orient(u, v, x);
    const b = orient(u, v, y);
    return (a > 0 && b < 0) || (a < 0 && b > 0);
  };
  const link = (h: number, twin: number): void => {
    twins[h] = twin;
    if (twin >= 0) twins[twin] = h;
  };

  /** Half edges that leave a point. */
  function* leaving(v: number): Generator<number> {
    const from = out[v];
    if (from < 0) return;
    let h = from;
    do {
      yield h;
      h = twins[lastHalf(h)];
    } while (h >= 0 && h !== from);
    if (h >= 0) return;
    for (h = twins[from]; h >= 0; h = twins[h]) {
      h = nextHalf(h);
      yield h;
    }
  }

  const halfOf = (u: number, v: number): number => {
    for (const h of leaving(u)) if (corners[nextHalf(h)] === v) return h;
    for (const h of leaving(v)) if (corners[nextHalf(h)] === u) return h;
    return -1;
  };

  /** Replaces the edge between p and q by that between the corners opposite to it, r and s; the half edge r → s. */
  function flip(half: number): number {
    const twin = twins[half];
    const [p, q] = [corners[half], corners[twin]];
    const [r, s] = [corners[lastHalf(half)], corners[lastHalf(twin)]];
    const [qr, rp] = [twins[nextHalf(half)], twins[lastHalf(half)]];
    const [ps, sq] = [twins[nextHalf(twin)], twins[lastHalf(twin)]];
    const [one, two] = [half - (half % 3), twin - (twin % 3)];
    corners.set([s, q, r], one);
    corners.set([r, p, s], two);
    link(one, sq);
    link(one + 1, qr);
    link(one + 2, two + 2);
    link(two, rp);
    link(two + 1, ps);
    out[s] = one;
    out[q] = one + 1;
    out[r] = two;
    out[p] = two + 1;
    return one + 2;
  }

  /** Makes an edge of a → b by flips of what it crosses; false where that is a constraint. */
  function constrain(a: number, b: number): boolean {
    if (a === b) return true;
    if (halfOf(a, b) >= 0) {
      fixed.add(key(a, b));
      return true;
    }
    const crossed: [number, number][] = [];
    let half = -1;
    for (const h of leaving(a)) {
      const opposite = nextHalf(h);
      const [u, v] = [corners[opposite], corners[nextHalf(opposite)]];
      for (const w of [u, v]) if (orient(a, b, w) === 0 && between(a, b, w)) return constrain(a, w) && constrain(w, b);
      if (apart(a, b, u, v) && apart(u, v, a, b)) half = opposite;
    }
    while (half >= 0) {
      const [u, v] = [corners[half], corners[nextHalf(half)]];
      if (fixed.has(key(u, v))) return false;
      crossed.push([u, v]);
      const twin = twins[half];
      if (twin < 0) return false;
      const w = corners[lastHalf(twin)];
      if (w === b) break;
      if (orient(a, b, w) === 0) return constrain(a, w) && constrain(w, b);
      half = apart(a, b, corners[nextHalf(twin)], w) ? nextHalf(twin) : lastHalf(twin);
    }
    if (half < 0) return false;
    for (let rounds = 0, waiting = crossed; waiting.length > 0; rounds++) {
      if (rounds > 10_000) return false;
      const later: [number, number][] = [];
      for (const [u, v] of waiting) {
        const h = halfOf(u, v);
        const twin = h < 0 ? -1 : twins[h];
        if (h < 0 || twin < 0) return false;
        const [r, s] = [corners[lastHalf(h)], corners[lastHalf(twin)]];
        if (!apart(r, s, u, v)) later.push([u, v]);
        else {
          flip(h);
          if (r !== a && r !== b && s !== a && s !== b && apart(a, b, r, s)) later.push([r, s]);
        }
      }
      waiting = later;
    }
    fixed.add(key(a, b));
    return halfOf(a, b) >= 0;
  }

  const between = (a: number, b: number, w: number): boolean => {
    const [dx, dy] = [xy[2 * b] - xy[2 * a], xy[2 * b + 1] - xy[2 * a + 1]];
    const along = dx * (xy[2 * w] - xy[2 * a]) + dy * (xy[2 * w + 1] - xy[2 * a + 1]);
    return along > 0 && along < dx * dx + dy * dy;
  };

  /** Flips whatever is no constraint and not Delaunay (Lawson). */
  function restore(): void {
    const stack = Array.from({ length: corners.length }, (_, h) => h);
    for (let h = stack.pop(); h !== undefined; h = stack.pop()) {
      const twin = twins[h];
      if (twin < 0) continue;
      const p = corners[h];
      const q = corners[twin];
      const r = corners[lastHalf(h)];
      const s = corners[lastHalf(twin)];
      const turn = orient(p, q, r);
      if (turn !== 0) {
        const inside = inCircle(p, q, r, s);
        if (turn > 0 ? inside >= 0 : inside <= 0) continue;
      }
      if (!apart(r, s, p, q) || fixed.has(key(p, q))) continue;
      const made = flip(h);
      const other = twins[made];
      stack.push(nextHalf(made), lastHalf(made), nextHalf(other), lastHalf(other));
    }
  }

  for (let e = 0; e < edges.length; e += 2) constrain(edges[e], edges[e + 1]);
  restore();
  return { corners, twins };
}
