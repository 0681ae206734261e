/** Lines of a map, parted by whether noding them with each other and with the frame could change them. */
export interface PartedLines {
  /** Stretches that no other line touches but at vertices that both have: noded as they are. */
  noded: number[][];
  /** All others: what touches or crosses another line, what is beside the frame, what is not on the grid. */
  rest: number[][];
}

/** Degrees: the grid of the planar partition (migrations/functions/cut_partition.sql). */
const CELLS_A_DEGREE = 1e7;
/** Degrees: within it a vertex may be snapped to another line; half a diagonal of a cell, as rounding moves either, and to spare. */
const TOUCH = 2.5e-7;
/** Degrees, some 10 m: cutting looks for the ends of arcs within half a metre of the frame. */
const BESIDE_FRAME = 2e-4;
/** 16 MB. */
const MOST_CELLS = 4e6;

/**
 * Finds what of the lines is noded already. Snap-rounding is local: a segment with no foreign vertex and no crossing within
 * its cells stays what it is, whatever else is noded with it. So noding `rest` and the frame, and taking `noded` as it is, gives
 * what noding everything gives, and takes as long as the rest is large.
 * @param lines `x, y, x, y, …` in degrees, a border of two polygons once
 * @param frame rings of the theatre and of territory abroad, in degrees
 */
export function partNoded(lines: readonly number[][], frame: readonly (readonly number[][])[]): PartedLines {
  const own = lines.reduce((sum, line) => sum + line.length / 2 - 1, 0);
  const all = own + frame.reduce((sum, ring) => sum + Math.max(0, ring.length - 1), 0);
  const segments = new Float64Array(4 * all);
  const touched = new Uint8Array(own);
  let count = 0;
  for (const line of lines) {
    for (let i = 0; i + 3 < line.length; i += 2) {
      for (let k = 0; k < 4; k++) {
        segments[4 * count + k] = line[i + k];
        if (!onGrid(line[i + k])) touched[count] = 1;
      }
      count++;
    }
  }
  for (const ring of frame) {
    for (let i = 0; i + 1 < ring.length; i++) {
      segments.set([ring[i][0], ring[i][1], ring[i + 1][0], ring[i + 1][1]], 4 * count++);
    }
  }
  markTouched(segments, own, touched);
  return parted(lines, touched);
}

const onGrid = (degrees: number) => Math.round(degrees * CELLS_A_DEGREE) / CELLS_A_DEGREE === degrees;

/** Lines cut where one stretch ends and the other begins. */
function parted(lines: readonly number[][], touched: Uint8Array): PartedLines {
  const found: PartedLines = { noded: [], rest: [] };
  let segment = 0;
  for (const line of lines) {
    const last = line.length / 2 - 1;
    let from = 0;
    for (let i = 1; i <= last; i++) {
      if (i < last && touched[segment + i] === touched[segment + from]) continue;
      (touched[segment + from] ? found.rest : found.noded).push(line.slice(2 * from, 2 * i + 2));
      from = i;
    }
    segment += last;
  }
  return found;
}

/** Sets `touched` of each of the first `own` segments that another comes near to; those after them are the frame's. */
function markTouched(segments: Float64Array, own: number, touched: Uint8Array): void {
  if (own === 0) return;
  const cells = cellsOf(segments, own);
  for (let cell = 0; cell + 1 < cells.start.length; cell++) {
    const [from, to] = [cells.start[cell], cells.start[cell + 1]];
    for (let i = from; i < to; i++) {
      const a = cells.of[i];
      for (let j = i + 1; j < to; j++) {
        const b = cells.of[j];
        // Those of the frame come last in each cell.
        if (a >= own) break;
        if (touched[a] && (b >= own || touched[b])) continue;
        if (b >= own ? isNear(segments, a, b, BESIDE_FRAME) : isTouched(segments, a, b)) {
          touched[a] = 1;
          if (b < own) touched[b] = 1;
        }
      }
    }
  }
}

const share = (of: number) => Math.min(1, Math.max(0, of));

/** Segments by the cells of a grid that they pass through or come near to: `of` from `start[cell]` to `start[cell + 1]`, in order. */
function cellsOf(segments: Float64Array, own: number): { start: Uint32Array; of: Uint32Array } {
  let [west, south, east, north, length] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  for (let i = 0; i < 4 * own; i += 4) {
    const [ax, ay, bx, by] = [segments[i], segments[i + 1], segments[i + 2], segments[i + 3]];
    west = Math.min(west, ax, bx);
    east = Math.max(east, ax, bx);
    south = Math.min(south, ay, by);
    north = Math.max(north, ay, by);
    length += Math.abs(bx - ax) + Math.abs(by - ay);
  }
  // As long as segments are, where that does not take too many cells.
  const size = Math.max(
    length / own,
    Math.sqrt(((east - west) * (north - south)) / Math.min(32 * own, MOST_CELLS)),
    BESIDE_FRAME,
  );
  const wide = Math.floor((east - west) / size) + 1;
  const high = Math.floor((north - south) / size) + 1;
  const start = new Uint32Array(wide * high + 1);
  const column = (x: number) => Math.min(wide - 1, Math.max(0, Math.floor((x - west) / size)));
  const eachCell = (visit: (cell: number, segment: number) => void) => {
    for (let n = 0; 4 * n < segments.length; n++) {
      const near = n < own ? TOUCH : BESIDE_FRAME;
      const lower = segments[4 * n + 1] <= segments[4 * n + 3] ? 4 * n : 4 * n + 2;
      const upper = 8 * n + 2 - lower;
      const x0 = segments[lower];
      const y0 = segments[lower + 1];
      const dx = segments[upper] - x0;
      const dy = segments[upper + 1] - y0;
      if (Math.max(x0, x0 + dx) + near < west || Math.min(x0, x0 + dx) - near > east) continue;
      const last = Math.min(high - 1, Math.floor((y0 + dy + near - south) / size));
      for (let row = Math.max(0, Math.floor((y0 - near - south) / size)); row <= last; row++) {
        // Where it is while it passes the row, and `near` beyond.
        const low = dy === 0 ? 0 : share((south + row * size - near - y0) / dy);
        const top = dy === 0 ? 1 : share((south + (row + 1) * size + near - y0) / dy);
        const to = column(x0 + Math.max(low * dx, top * dx) + near);
        for (let c = column(x0 + Math.min(low * dx, top * dx) - near); c <= to; c++) visit(row * wide + c, n);
      }
    }
  };
  eachCell((cell) => {
    start[cell + 1]++;
  });
  for (let cell = 1; cell < start.length; cell++) start[cell] += start[cell - 1];
  const of = new Uint32Array(start[start.length - 1]);
  const next = start.slice();
  eachCell((cell, segment) => {
    of[next[cell]++] = segment;
  });
  return { start, of };
}

/** Whether two segments meet elsewhere than in one vertex that both have. */
function isTouched(s: Float64Array, a: number, b: number): boolean {
  const i = 4 * a;
  const j = 4 * b;
  if (!boxesNear(s, i, j, TOUCH)) return false;
  const aa = isSame(s, i, j);
  const ab = isSame(s, i, j + 2);
  const ba = isSame(s, i + 2, j);
  const bb = isSame(s, i + 2, j + 2);
  const shared = Number(aa) + Number(ab) + Number(ba) + Number(bb);
  if (shared > 1) return true;
  if (!aa && !ab && away(s, i, j) <= TOUCH) return true;
  if (!ba && !bb && away(s, i + 2, j) <= TOUCH) return true;
  if (!aa && !ba && away(s, j, i) <= TOUCH) return true;
  if (!ab && !bb && away(s, j + 2, i) <= TOUCH) return true;
  return shared === 0 && isCrossed(s, i, j);
}

const isSame = (s: Float64Array, p: number, q: number) => s[p] === s[q] && s[p + 1] === s[q + 1];

const isNear = (s: Float64Array, a: number, b: number, near: number): boolean => {
  const [i, j] = [4 * a, 4 * b];
  if (!boxesNear(s, i, j, near)) return false;
  const ends = Math.min(away(s, i, j), away(s, i + 2, j), away(s, j, i), away(s, j + 2, i));
  return ends <= near || isCrossed(s, i, j);
};

function boxesNear(s: Float64Array, i: number, j: number, near: number): boolean {
  return (
    Math.min(s[i], s[i + 2]) <= Math.max(s[j], s[j + 2]) + near &&
    Math.min(s[j], s[j + 2]) <= Math.max(s[i], s[i + 2]) + near &&
    Math.min(s[i + 1], s[i + 3]) <= Math.max(s[j + 1], s[j + 3]) + near &&
    Math.min(s[j + 1], s[j + 3]) <= Math.max(s[i + 1], s[i + 3]) + near
  );
}

/** How far the point at `p` is from the segment at `i`. */
function away(s: Float64Array, p: number, i: number): number {
  const dx = s[i + 2] - s[i];
  const dy = s[i + 3] - s[i + 1];
  const px = s[p] - s[i];
  const py = s[p + 1] - s[i + 1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : share((px * dx + py * dy) / square);
  return Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
}

/** Of segments no end of which is near the other: then the signs are beyond doubt. */
function isCrossed(s: Float64Array, i: number, j: number): boolean {
  return isLeft(s, i, j) !== isLeft(s, i, j + 2) && isLeft(s, j, i) !== isLeft(s, j, i + 2);
}

/** Whether the point at `p` is to the left of the segment at `i`. */
const isLeft = (s: Float64Array, i: number, p: number) =>
  (s[i + 2] - s[i]) * (s[p + 1] - s[i + 1]) - (s[i + 3] - s[i + 1]) * (s[p] - s[i]) > 0;
