import type { Margins, Policy } from '../../src/encirclement/verdict.js';
import type { MeshWorld, Point } from './mesh-world.js';

/**
 * The margin of a post by another road: a grid of cells, distances by an exact Euclidean distance transform, and
 * flood fill. No geometry library, no buffers, nothing of ours. Kilometres.
 *
 * A grid answers within bounds: every distance is uncertain by up to `slack`, so the margin is computed with all
 * distances in its disfavour and in its favour, and the vector engine must lie between.
 */
export interface RasterMargin {
  low: number;
  middle: number;
  high: number;
}

const ROADS: Record<Policy, ReadonlySet<string>> = {
  strict: new Set(['own', 'ally', 'open']),
  lenient: new Set(['own', 'ally', 'open', 'contested', 'unknown', 'neutral']),
};
/** A gap or neck beyond this does not occur in a theatre of 100 km. */
const FAR = 200;

export function rasterMargins(
  world: MeshWorld,
  policy: Policy,
  { cells = 400, reach = 0.25, r0 = 0.25 } = {},
): RasterMargin[] {
  const g = 100 / cells;
  const road = new Uint8Array(cells * cells);
  const anchor = new Uint8Array(cells * cells);
  for (const { stance, ring } of world.faces) if (ROADS[policy].has(stance)) paint(road, ring, cells);
  paint(anchor, world.anchor, cells);
  const core = anchor.map((inside, i) => inside & (road[i] ?? 0));
  const toBarrier = distances(
    road.map((value) => 1 - value),
    cells,
  ).map((d) => d * g);
  const toRoad = distances(road, cells).map((d) => d * g);
  const toCore = distances(core, cells).map((d) => d * g);
  /** Positive inside the road, negative outside; cell borders lie half a cell from the centres. */
  const signed = toBarrier.map((d, i) => (road[i] ? d - g / 2 : g / 2 - (toRoad[i] ?? 0)));

  return world.posts.map((post) => {
    const away = Float64Array.from(signed, (_, i) => Math.hypot(x(i, cells) - post[0], y(i, cells) - post[1]));
    const margin = (slack: number) => {
      const near = Math.max(reach, r0);
      const opens = (w: number) =>
        joined(
          cells,
          slack > 0,
          (i) => (signed[i] as number) >= w / 2 - slack,
          (i) => (toCore[i] as number) <= w / 2 + slack,
          (i) => (away[i] as number) <= w / 2 + near + slack,
        );
      if (opens(0)) return sup(opens);
      const closes = (t: number) =>
        !joined(
          cells,
          slack > 0,
          (i) => Math.max(signed[i] as number, r0 - (away[i] as number)) >= -t - slack,
          (i) => core[i] === 1,
          (i) => (away[i] as number) <= Math.max(r0, g),
        );
      return -2 * sup(closes);
    };
    return { low: margin(-1.5 * g), middle: margin(0), high: margin(1.5 * g) };
  });
}

const x = (i: number, cells: number) => -50 + ((i % cells) + 0.5) * (100 / cells);
const y = (i: number, cells: number) => -50 + (Math.floor(i / cells) + 0.5) * (100 / cells);

/** The largest value for which a decreasing predicate holds. */
function sup(holds: (value: number) => boolean): number {
  let [lo, hi] = [0, FAR];
  while (hi - lo > 0.01) {
    const middle = (lo + hi) / 2;
    if (holds(middle)) lo = middle;
    else hi = middle;
  }
  return lo;
}

/** Marks the cells whose centre is in the ring (even-odd). */
function paint(mask: Uint8Array, ring: readonly Point[], cells: number): void {
  const column = (km: number) => Math.min(cells - 1, Math.max(0, Math.floor(((km + 50) / 100) * cells)));
  const [xs, ys] = [ring.map(([px]) => px), ring.map(([, py]) => py)];
  for (let row = column(Math.min(...ys)); row <= column(Math.max(...ys)); row++) {
    for (let i = row * cells + column(Math.min(...xs)); i <= row * cells + column(Math.max(...xs)); i++) {
      const [px, py] = [x(i, cells), y(i, cells)];
      let inside = false;
      for (let a = 0, b = ring.length - 1; a < ring.length; b = a++) {
        const [[ax, ay], [bx, by]] = [ring[a] as Point, ring[b] as Point];
        if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
      }
      if (inside) mask[i] = 1;
    }
  }
}

/** Whether some connected set of `allowed` cells has a cell at the `start` and one at the `goal`. */
function joined(
  cells: number,
  diagonal: boolean,
  allowed: (i: number) => boolean,
  start: (i: number) => boolean,
  goal: (i: number) => boolean,
): boolean {
  const seen = new Uint8Array(cells * cells);
  const stack: number[] = [];
  for (let i = 0; i < seen.length; i++) if (start(i) && allowed(i)) stack.push(i);
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (seen[i]) continue;
    seen[i] = 1;
    if (goal(i)) return true;
    const column = i % cells;
    for (const dy of [-cells, 0, cells]) {
      for (const dx of [-1, 0, 1]) {
        const next = i + dx + dy;
        if ((dx && dy && !diagonal) || next < 0 || next >= seen.length) continue;
        if (column + dx < 0 || column + dx >= cells || seen[next] || !allowed(next)) continue;
        stack.push(next);
      }
    }
  }
  return false;
}

/** Distance in cells from every cell to the nearest marked one (Felzenszwalb and Huttenlocher 2012). */
function distances(marked: Uint8Array, cells: number): Float64Array {
  const square = Float64Array.from(marked, (value) => (value ? 0 : 1e12));
  for (const [offset, stride] of [
    [cells, 1],
    [1, cells],
  ] as const) {
    for (let line = 0; line < cells; line++) transform(square, line * offset, stride, cells);
  }
  return square.map(Math.sqrt);
}

function transform(values: Float64Array, from: number, stride: number, n: number): void {
  const f = Float64Array.from({ length: n }, (_, i) => values[from + i * stride] as number);
  const v = new Int32Array(n);
  const z = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  z[0] = Number.NEGATIVE_INFINITY;
  const cross = (q: number, p: number) => ((f[q] as number) + q * q - (f[p] as number) - p * p) / (2 * q - 2 * p);
  let k = 0;
  for (let q = 1; q < n; q++) {
    let s = cross(q, v[k] as number);
    while (s <= (z[k] as number)) s = cross(q, v[--k] as number);
    v[++k] = q;
    z[k] = s;
    z[k + 1] = Number.POSITIVE_INFINITY;
  }
  k = 0;
  for (let q = 0; q < n; q++) {
    while ((z[k + 1] as number) < q) k++;
    const p = v[k] as number;
    values[from + q * stride] = (q - p) ** 2 + (f[p] as number);
  }
}

/** A disagreement in words, or null: the vector margin (km) must lie between the bounds of the grid. */
export function disagreement(margins: Margins, policy: Policy, { low, high }: RasterMargin): string | null {
  const bound = margins.bound[policy];
  if (bound === 'no_narrow_place') return high > 0 ? null : `never narrow, but the grid says at most ${high} km`;
  if (bound === 'no_rear') return low < -100 ? null : `no main body, but the grid says at least ${low} km`;
  const margin = (margins[policy] as number) / 1000;
  const tolerance = 0.003 * Math.abs(margin) + 0.02;
  if (bound === 'at_least')
    return margin <= high + tolerance ? null : `at least ${margin} km, but the grid says at most ${high} km`;
  if (margin < low - tolerance || margin > high + tolerance) return `${margin} km is not within ${low} to ${high} km`;
  return null;
}
