import { BUFFER, EXTENT } from './grid.js';
import { vertexPool } from './vertices.js';

/** Lines in grid units, not yet on whole numbers: line `a` is the positions `start[a] … start[a + 1] - 1`. */
export interface LooseLines {
  readonly start: Uint32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The same lines on whole numbers, as chains of vertex numbers into one pool. */
export interface SnappedLines {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly start: Uint32Array;
  readonly vertex: Uint32Array;
}

/**
 * Moves the whole picture by a hair (a 100,000th of a unit) before rounding, so that no regular figure, such as a frame along whole
 * degrees, runs exactly between two grid points, where "which side" would be a matter of rounding errors.
 */
const HAIR_X = 1.2345678e-5;
const HAIR_Y = 2.3456789e-5;

/**
 * Snap rounding (Hobby 1999; Guibas and Marimont 1998): every vertex goes to its nearest grid point, and every line that passes through the unit
 * square around such a point bends to go through the point. Lines that did not cross still do not: they may only come
 * to lie on each other. Plain rounding has no such promise, and backing off from simplification cannot give it at low zooms, where
 * even the full geometry crosses itself once rounded.
 *
 * Where a line crosses a cut line (see grid.ts) it gets a grid point on that line in the same sweep. Cutting a tile
 * out is afterwards a matter of picking vertices: no new points, no rounding, no new errors at tile edges.
 */
export function snapLines(lines: LooseLines): SnappedLines {
  const pool = vertexPool(lines.x.length);
  const home = new Uint32Array(lines.x.length);
  let total = 0;
  for (let i = 0; i < lines.x.length; i++) {
    home[i] = pool.add(nearest(lines.x[i] + HAIR_X), nearest(lines.y[i] + HAIR_Y));
  }
  eachSegment((x0, y0, x1, y1) => {
    total += Math.hypot(x1 - x0, y1 - y0);
    crossings(x0, x1, (line, t) => pool.add(line, nearest(y0 + t * (y1 - y0))));
    crossings(y0, y1, (line, t) => pool.add(nearest(x0 + t * (x1 - x0)), line));
  });
  const hot = pool.positions();
  const find = pointsAlong(hot.x, hot.y, Math.min(1024, Math.max(4, total / (lines.x.length + 1))));

  const start = new Uint32Array(lines.start.length);
  let vertex = new Uint32Array(lines.x.length * 2 + 16);
  let length = 0;
  const put = (v: number): void => {
    if (length === vertex.length) {
      const larger = new Uint32Array(length * 2);
      larger.set(vertex);
      vertex = larger;
    }
    vertex[length++] = v;
  };
  let line = -1;
  eachSegment((x0, y0, x1, y1, i, lineOfSegment) => {
    for (; line < lineOfSegment; line++) start[line + 1] = length;
    if (length === start[line]) put(home[i]);
    for (const v of find(x0, y0, x1, y1, home[i], home[i + 1])) {
      if (v !== vertex[length - 1]) put(v);
    }
  });
  for (; line < lines.start.length - 1; line++) start[line + 1] = length;
  return { ...hot, start, vertex: vertex.slice(0, length) };

  function eachSegment(
    visit: (x0: number, y0: number, x1: number, y1: number, position: number, line: number) => void,
  ): void {
    for (let a = 0; a + 1 < lines.start.length; a++) {
      for (let i = lines.start[a]; i < lines.start[a + 1] - 1; i++) {
        visit(lines.x[i] + HAIR_X, lines.y[i] + HAIR_Y, lines.x[i + 1] + HAIR_X, lines.y[i + 1] + HAIR_Y, i, a);
      }
    }
  }
}

/** Visits the cut lines strictly between two coordinates, with how far along (0 to 1) each is met. */
export function crossings(from: number, to: number, visit: (line: number, t: number) => void): void {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  for (let tile = Math.floor((low - BUFFER) / EXTENT); tile * EXTENT - BUFFER < high; tile++) {
    for (const line of [tile * EXTENT - BUFFER, tile * EXTENT + BUFFER]) {
      if (line > low && line < high) visit(line, (line - from) / (to - from));
    }
  }
}

function nearest(value: number): number {
  return Math.floor(value + 0.5);
}

type FindAlong = (x0: number, y0: number, x1: number, y1: number, first: number, last: number) => readonly number[];

/** Finds the points whose unit square a segment passes through, in the order of travel, from `first` to `last`. */
function pointsAlong(x: Float64Array, y: Float64Array, size: number): FindAlong {
  const buckets = new Map<number, number>();
  const nextInBucket = new Int32Array(x.length);
  const ROW = 2 ** 24;
  const key = (column: number, row: number): number => column * ROW + row;
  for (let v = 0; v < x.length; v++) {
    const k = key(Math.floor(x[v] / size), Math.floor(y[v] / size));
    nextInBucket[v] = buckets.get(k) ?? -1;
    buckets.set(k, v);
  }
  return (x0, y0, x1, y1, first, last) => {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const reach = (Math.abs(dx) + Math.abs(dy)) / 2;
    const found: number[] = [];
    const west = Math.min(x0, x1) - 0.5;
    const east = Math.max(x0, x1) + 0.5;
    const north = Math.min(y0, y1) - 0.5;
    const south = Math.max(y0, y1) + 0.5;
    const lastColumn = Math.floor(east / size);
    for (let column = Math.floor(west / size); column <= lastColumn; column++) {
      // The part of the segment within reach of this column decides the rows: a long slanting line skips most buckets.
      const from = Math.max(west + 0.5, column * size - 0.5);
      const to = Math.min(east - 0.5, (column + 1) * size + 0.5);
      const steep = Math.abs(dx) < 1;
      const ya = steep ? north : y0 + ((from - x0) / dx) * dy;
      const yb = steep ? south : y0 + ((to - x0) / dx) * dy;
      const lastRow = Math.floor(Math.min(south, Math.max(ya, yb) + 1) / size);
      for (let row = Math.floor(Math.max(north, Math.min(ya, yb) - 1) / size); row <= lastRow; row++) {
        for (let v = buckets.get(key(column, row)) ?? -1; v !== -1; v = nextInBucket[v]) {
          const px = x[v];
          const py = y[v];
          if (px <= west || px >= east || py <= north || py >= south) continue;
          if (Math.abs((px - x0) * dy - (py - y0) * dx) < reach) found.push(v);
        }
      }
    }
    const sx = dx < 0 ? -1 : 1;
    const sy = dy < 0 ? -1 : 1;
    const order = (v: number, w: number): number => sx * (x[v] - x[w]) || sy * (y[v] - y[w]);
    // A segment's points rise or fall in both axes together, so sorting by x and then y is the order of travel.
    const between = found.filter((v) => order(v, first) > 0 && order(v, last) < 0).sort(order);
    between.push(last);
    return between;
  };
}
