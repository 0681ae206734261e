import { BUFFER, EXTENT, isOnCutLine, latticeCell } from '../../coverage/grid.js';
import type { GridTopology } from '../../coverage/simplify.js';
import { type Corners, type Crossing, indexCorners, lowerBound, parallelOf } from './corners.js';
import { sharedFloat64, sharedInt32 } from './shared-buffer.js';
import type { Tile } from './tile.js';

/**
 * A grid topology ready to be cut: nothing but numbers in shared memory, so that any thread may draw from it.
 *
 * Piece `p` is a stretch of an arc within one cell of the lattice (grid.ts): the positions `first[p] … last[p]` of `x` and
 * `y` in grid units, with the members `left[p]` and `right[p]` beside it. Cell `c`, known by `cells[c]` (sorted), holds
 * the pieces `filed[cellStart[c]] … filed[cellStart[c + 1] - 1]`.
 */
export interface CutIndex {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly cells: Float64Array;
  readonly cellStart: Int32Array;
  readonly filed: Int32Array;
  readonly corners: Corners;
}

const ROW = 2 ** 26;

/**
 * Splits the arcs at every vertex on a cut line and files the pieces by cell. Since arcs carry a vertex wherever they
 * meet a cut line, each piece lies in one cell, and a tile is a choice of pieces.
 *
 * Why not `@maplibre/geojson-vt`: it simplifies, clips and rounds every feature by itself. Rounding after clipping moves
 * lines across each other, and its clipping (Sutherland and Hodgman) leaves bridges along the sides of the tile where a polygon
 * falls into parts, so rings are not valid. Here both are settled on the whole grid before any tile is cut.
 */
export function indexForCutting(grid: GridTopology): CutIndex {
  const x = sharedInt32(grid.vertex);
  const y = sharedInt32(grid.vertex);
  grid.vertex.forEach((v, i) => {
    x[i] = grid.x[v];
    y[i] = grid.y[v];
  });
  const arcs: number[] = [];
  const firsts: number[] = [];
  const lasts: number[] = [];
  const keys: number[] = [];
  const crossings = new Map<number, Crossing[]>();
  for (let arc = 0; arc < grid.left.length; arc++) {
    const end = grid.start[arc + 1] - 1;
    let first = grid.start[arc];
    for (let i = first + 1; i <= end; i++) {
      if (i < end && !isOnCutLine(x[i]) && !isOnCutLine(y[i])) continue;
      // The middle of the first edge is inside the cell, or on the line that the cell owns.
      const column = latticeCell((x[first] + x[first + 1]) / 2);
      const row = latticeCell((y[first] + y[first + 1]) / 2);
      arcs.push(arc);
      firsts.push(first);
      lasts.push(i);
      keys.push(column * ROW + row);
      const parallel = parallelOf(row);
      if (parallel !== undefined) meet(row / 2, parallel, arc, first, i);
      first = i;
    }
  }
  return {
    x,
    y,
    first: sharedInt32(firsts),
    last: sharedInt32(lasts),
    left: sharedInt32(arcs.map((arc) => grid.left[arc])),
    right: sharedInt32(arcs.map((arc) => grid.right[arc])),
    ...filedByCell(keys),
    corners: indexCorners(crossings),
  };

  function meet(row: number, py: number, arc: number, first: number, last: number): void {
    for (let i = first; i < last; i++) {
      const [y0, y1] = [y[i], y[i + 1]];
      if (y0 > py === y1 > py) continue;
      const x0 = x[i];
      const at = x0 + ((x[i + 1] - x0) * (py - y0)) / (y1 - y0);
      const [left, right] = [grid.left[arc], grid.right[arc]];
      // Going south the west is on the right.
      const crossing = y1 > y0 ? { at, west: right, east: left } : { at, west: left, east: right };
      const known = crossings.get(row);
      if (known) known.push(crossing);
      else crossings.set(row, [crossing]);
    }
  }
}

function filedByCell(keys: readonly number[]): Pick<CutIndex, 'cells' | 'cellStart' | 'filed'> {
  const cells = sharedFloat64([...new Set(keys)]).sort();
  const numbers = new Map(Array.from(cells, (key, cell) => [key, cell]));
  const cellStart = sharedInt32(new Int32Array(cells.length + 1));
  const cellOf = Int32Array.from(keys, (key) => numbers.get(key) ?? 0);
  for (const cell of cellOf) cellStart[cell + 1]++;
  for (let cell = 0; cell < cells.length; cell++) cellStart[cell + 1] += cellStart[cell];
  const filed = sharedInt32(keys);
  const next = cellStart.slice();
  cellOf.forEach((cell, piece) => {
    filed[next[cell]++] = piece;
  });
  return { cells, cellStart, filed };
}

/** Bytes of shared memory. */
export function bytesOf({ x, first, cells, cellStart, corners }: CutIndex): number {
  return 8 * x.length + 20 * first.length + 8 * cells.length + 4 * cellStart.length + 16 * corners.at.length;
}

/** The pieces in the closed box of a tile (with its margin), in a stable order. */
export function piecesOf(index: CutIndex, tile: Tile): number[] {
  const { filed, cellStart } = index;
  const x1 = (tile.x + 1) * EXTENT + BUFFER;
  const y1 = (tile.y + 1) * EXTENT + BUFFER;
  const pieces: number[] = [];
  eachCell(index, tile, (cell, beyond) => {
    for (let i = cellStart[cell]; i < cellStart[cell + 1]; i++) {
      const piece = filed[i];
      if (!beyond || isWithin(index, piece, x1, y1)) pieces.push(piece);
    }
  });
  return pieces.sort((a, b) => a - b);
}

/** How many positions the pieces in the box of a tile have, or any number above `most`: what drawing it costs, without drawing it. */
export function positionsIn(index: CutIndex, tile: Tile, most: number): number {
  const { filed, cellStart, first, last } = index;
  let count = 0;
  eachCell(index, tile, (cell, beyond) => {
    if (beyond) return;
    for (let i = cellStart[cell]; i < cellStart[cell + 1] && count <= most; i++) {
      const piece = filed[i];
      count += last[piece] - first[piece] + 1;
    }
  });
  return count;
}

function eachCell({ cells }: CutIndex, tile: Tile, visit: (cell: number, beyond: boolean) => void): void {
  // A fourth column and row: cells own their west and north lines, so pieces on the east and south sides are filed there.
  for (let column = 2 * tile.x; column <= 2 * tile.x + 3; column++) {
    const last = column * ROW + 2 * tile.y + 3;
    for (let cell = lowerBound(cells, last - 3, 0, cells.length); cells[cell] <= last; cell++) {
      visit(cell, column === 2 * tile.x + 3 || cells[cell] === last);
    }
  }
}

/** Of the cells beyond, only what lies on the side itself: an edge, as pieces end at every vertex on a cut line. */
function isWithin({ x, y, first, last }: CutIndex, piece: number, x1: number, y1: number): boolean {
  const from = first[piece];
  const to = last[piece];
  if (to !== from + 1) return false;
  return Math.max(x[from], x[to]) <= x1 && Math.max(y[from], y[to]) <= y1;
}
