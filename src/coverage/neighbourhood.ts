/** Answers whether a triangle holds any vertex that is still drawn. Rebuilt for each zoom, as the vertices thin out. */
export interface Neighbourhood {
  /** True if a live vertex other than the three corners (numbers of vertices) lies in the closed triangle. */
  isOccupied(u: number, v: number, w: number): boolean;
}

/**
 * Buckets the live vertices into a square grid with about one bucket a vertex. `isLive(v)` is called again at each
 * query, so vertices that leave between two rebuilds no longer count.
 */
export function neighbourhood(
  x: Float64Array,
  y: Float64Array,
  live: Uint32Array,
  isLive: (vertex: number) => boolean,
): Neighbourhood {
  let west = Infinity;
  let north = Infinity;
  let east = -Infinity;
  let south = -Infinity;
  for (const v of live) {
    west = Math.min(west, x[v]);
    east = Math.max(east, x[v]);
    north = Math.min(north, y[v]);
    south = Math.max(south, y[v]);
  }
  const size = Math.max(Math.sqrt(((east - west) * (south - north)) / (live.length + 1)), (east - west) / 4096, 1e-12);
  const columns = Math.max(1, Math.ceil((east - west) / size) + 1);
  const rows = Math.max(1, Math.ceil((south - north) / size) + 1);
  const column = (px: number): number => Math.max(0, Math.min(columns - 1, Math.floor((px - west) / size)));
  const row = (py: number): number => Math.max(0, Math.min(rows - 1, Math.floor((py - north) / size)));
  const first = new Uint32Array(columns * rows + 1);
  for (const v of live) first[row(y[v]) * columns + column(x[v]) + 1]++;
  for (let b = 0; b < columns * rows; b++) first[b + 1] = first[b + 1] + first[b];
  const fill = first.slice();
  const sorted = new Uint32Array(live.length);
  for (const v of live) {
    const b = row(y[v]) * columns + column(x[v]);
    sorted[fill[b]] = v;
    fill[b] = fill[b] + 1;
  }

  return {
    isOccupied(u, v, w) {
      const ux = x[u];
      const uy = y[u];
      const vx = x[v];
      const vy = y[v];
      const wx = x[w];
      const wy = y[w];
      const c0 = column(Math.min(ux, vx, wx));
      const c1 = column(Math.max(ux, vx, wx));
      const r1 = row(Math.max(uy, vy, wy));
      for (let r = row(Math.min(uy, vy, wy)); r <= r1; r++) {
        const end = first[r * columns + c1 + 1];
        for (let i = first[r * columns + c0]; i < end; i++) {
          const p = sorted[i];
          const px = x[p];
          const py = y[p];
          const a = (vx - ux) * (py - uy) - (vy - uy) * (px - ux);
          const b = (wx - vx) * (py - vy) - (wy - vy) * (px - vx);
          const c = (ux - wx) * (py - wy) - (uy - wy) * (px - wx);
          const inside = (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0);
          if (inside && p !== u && p !== v && p !== w && isLive(p)) return true;
        }
      }
      return false;
    },
  };
}
