import { BUFFER, EXTENT } from '../../coverage/grid.js';
import { sharedFloat64, sharedInt32 } from './shared-buffer.js';
import type { Tile } from './tile.js';

/**
 * Who covers the north-west corners of the boxes of tiles. For each row of tiles the borders that cross a parallel half a
 * unit below the corners, which no vertex lies on, from west to east. Crossing `c` of row `r` is at `at[c]`, for
 * `start[r] ≤ c < start[r + 1]`; west of it lie the members `covers[coverStart[c]] … covers[coverStart[c + 1] - 1]`.
 */
export interface Corners {
  readonly rows: Int32Array;
  readonly start: Int32Array;
  readonly at: Float64Array;
  readonly coverStart: Int32Array;
  readonly covers: Int32Array;
}

/** A border that crosses the parallel of a row of tiles. */
export interface Crossing {
  readonly at: number;
  /** Members, -1 for none. */
  readonly west: number;
  readonly east: number;
}

/** Twice the row of a tile is the lattice row of its corners: where crossings of the parallel are looked for. */
export function parallelOf(latticeRow: number): number | undefined {
  return latticeRow % 2 === 0 ? (latticeRow / 2) * EXTENT - BUFFER + 0.5 : undefined;
}

/** `crossings` by row of tiles, in any order. */
export function indexCorners(crossings: ReadonlyMap<number, Crossing[]>): Corners {
  const rows = [...crossings.keys()].sort((a, b) => a - b);
  const start: number[] = [0];
  const at: number[] = [];
  const coverStart: number[] = [0];
  const covers: number[] = [];
  for (const row of rows) {
    const ordered = [...(crossings.get(row) ?? [])].sort((a, b) => a.at - b.at);
    const winding = new Map<number, number>();
    const count = (member: number, by: number): void => {
      if (member >= 0) winding.set(member, (winding.get(member) ?? 0) + by);
    };
    // Counted from the east, where nothing is.
    const found = ordered.toReversed().map(({ west, east }) => {
      count(west, 1);
      count(east, -1);
      return [...winding].filter(([, times]) => times > 0).map(([member]) => member);
    });
    for (const members of found.reverse()) {
      covers.push(...members);
      coverStart.push(covers.length);
    }
    for (const one of ordered) at.push(one.at);
    start.push(at.length);
  }
  return {
    rows: sharedInt32(rows),
    start: sharedInt32(start),
    at: sharedFloat64(at),
    coverStart: sharedInt32(coverStart),
    covers: sharedInt32(covers),
  };
}

/** The members that cover the north-west corner of the tile's box. In a coverage that is one member or none. */
export function membersAtCorner({ rows, start, at, coverStart, covers }: Corners, tile: Tile): Int32Array {
  const row = lowerBound(rows, tile.y, 0, rows.length);
  if (rows[row] !== tile.y) return covers.subarray(0, 0);
  const end = start[row + 1];
  const first = lowerBound(at, tile.x * EXTENT - BUFFER + 0.5, start[row], end);
  return first === end ? covers.subarray(0, 0) : covers.subarray(coverStart[first], coverStart[first + 1]);
}

/** The first place in `begin … end - 1` of a sorted list that holds at least `value`, or `end`. */
export function lowerBound(sorted: Int32Array | Float64Array, value: number, begin: number, end: number): number {
  let low = begin;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
