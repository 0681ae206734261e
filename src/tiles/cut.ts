import { BUFFER, EXTENT, isOnCutLine, latticeCell, latticeLine } from '../coverage/grid.js';
import type { GridTopology } from '../coverage/simplify.js';
import type { TileAddress } from '../model/tile.js';

/** A stretch of an arc within one cell of the lattice (grid.ts): positions `first … last` of the grid's `vertex`. */
export interface Piece {
  readonly arc: number;
  readonly first: number;
  readonly last: number;
}

/** The pieces of a grid topology by lattice cell. */
export interface CutIndex {
  readonly grid: GridTopology;
  piecesIn(column: number, row: number): Iterable<Piece>;
  /** Beyond this column nothing lies. */
  readonly lastColumn: number;
  /** How many pieces there are. */
  readonly pieces: number;
}

/** A box of grid units, sides on cut lines; closed. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The tile with its margin. */
export function boxOf(tile: TileAddress): Box {
  return {
    x0: tile.x * EXTENT - BUFFER,
    y0: tile.y * EXTENT - BUFFER,
    x1: (tile.x + 1) * EXTENT + BUFFER,
    y1: (tile.y + 1) * EXTENT + BUFFER,
  };
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
  const arcs: number[] = [];
  const firsts: number[] = [];
  const lasts: number[] = [];
  const following: number[] = [];
  const cells = new Map<number, number>();
  let lastColumn = -Infinity;
  for (let arc = 0; arc < grid.left.length; arc++) {
    const end = (grid.start[arc + 1] as number) - 1;
    let first = grid.start[arc] as number;
    for (let i = first + 1; i <= end; i++) {
      const v = grid.vertex[i] as number;
      if (i < end && !isOnCutLine(grid.x[v] as number) && !isOnCutLine(grid.y[v] as number)) continue;
      // The middle of the first edge is inside the cell, or on the line that the cell owns.
      const u = grid.vertex[first] as number;
      const w = grid.vertex[first + 1] as number;
      const column = latticeCell(((grid.x[u] as number) + (grid.x[w] as number)) / 2);
      const row = latticeCell(((grid.y[u] as number) + (grid.y[w] as number)) / 2);
      lastColumn = Math.max(lastColumn, column);
      const key = column * ROW + row;
      following.push(cells.get(key) ?? -1);
      cells.set(key, arcs.push(arc) - 1);
      firsts.push(first);
      lasts.push(i);
      first = i;
    }
  }
  return {
    grid,
    lastColumn,
    pieces: arcs.length,
    *piecesIn(column, row) {
      for (let p = cells.get(column * ROW + row) ?? -1; p !== -1; p = following[p] as number) {
        yield { arc: arcs[p] as number, first: firsts[p] as number, last: lasts[p] as number };
      }
    },
  };
}

/** The pieces in the closed box of a tile, in a stable order. */
export function piecesOf(index: CutIndex, tile: TileAddress): Piece[] {
  const { x1, y1 } = boxOf(tile);
  const pieces: Piece[] = [];
  // A fourth column and row: cells own their west and north lines, so pieces on the east and south sides are filed there.
  for (let column = 2 * tile.x; column <= 2 * tile.x + 3; column++) {
    for (let row = 2 * tile.y; row <= 2 * tile.y + 3; row++) {
      const beyond = column === 2 * tile.x + 3 || row === 2 * tile.y + 3;
      for (const piece of index.piecesIn(column, row)) {
        if (!beyond || isWithin(index.grid, piece, x1, y1)) pieces.push(piece);
      }
    }
  }
  return pieces.sort((a, b) => a.first - b.first);
}

/** Of the cells beyond, only what lies on the side itself: an edge, as pieces end at every vertex on a cut line. */
function isWithin(grid: GridTopology, { first, last }: Piece, x1: number, y1: number): boolean {
  if (last !== first + 1) return false;
  return [first, last].every((i) => {
    const v = grid.vertex[i] as number;
    return (grid.x[v] as number) <= x1 && (grid.y[v] as number) <= y1;
  });
}

/**
 * The members that cover the north-west corner of the tile's box, by counting borders eastwards along a parallel
 * half a unit below the corner, which no vertex lies on. In a coverage that is one member or none.
 */
export function membersAtCorner(index: CutIndex, tile: TileAddress): number[] {
  const { grid } = index;
  const px = tile.x * EXTENT - BUFFER + 0.5;
  const py = tile.y * EXTENT - BUFFER + 0.5;
  const row = latticeCell(py);
  const winding = new Map<number, number>();
  const count = (member: number, by: number): void => {
    if (member >= 0) winding.set(member, (winding.get(member) ?? 0) + by);
  };
  for (let column = latticeCell(px); column <= index.lastColumn; column++) {
    const isEast = latticeLine(column) > px;
    for (const { arc, first, last } of index.piecesIn(column, row)) {
      for (let i = first; i < last; i++) {
        const v = grid.vertex[i] as number;
        const w = grid.vertex[i + 1] as number;
        const y0 = grid.y[v] as number;
        const y1 = grid.y[w] as number;
        if (y0 > py === y1 > py) continue;
        const x0 = grid.x[v] as number;
        if (!isEast && x0 + (((grid.x[w] as number) - x0) * (py - y0)) / (y1 - y0) < px) continue;
        // Going south the west is on the right.
        const southward = y1 > y0 ? 1 : -1;
        count(grid.right[arc] as number, southward);
        count(grid.left[arc] as number, -southward);
      }
    }
  }
  return [...winding].filter(([, times]) => times > 0).map(([member]) => member);
}
