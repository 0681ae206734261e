/**
 * The integer grid of a zoom: 4096 units to a tile (the extent of MVT tiles), `4096 · 2^zoom` to the world.
 *
 * A tile is drawn with a margin of 64 units, so tiles are cut along the lines `4096·k ± 64`. These lines divide the
 * grid into a lattice of alternating narrow (128 units) and wide (3,968 units) cells; a tile with its margin is 3 × 3.
 */
export const EXTENT = 4096;
export const BUFFER = 64;
/** Map clients draw a tile on 512 pixels: eight units to a pixel. */
export const UNITS_PER_PIXEL = 8;

export function unitsPerWorld(zoom: number): number {
  return EXTENT * 2 ** zoom;
}

export function isOnCutLine(unit: number): boolean {
  const within = (((unit + BUFFER) % EXTENT) + EXTENT) % EXTENT;
  return within === 0 || within === 2 * BUFFER;
}

/** Lattice column (or row) of a position; a cell owns its west (north) line. Tile `k` with margin is `2k … 2k + 2`. */
export function latticeCell(unit: number): number {
  const tile = Math.floor((unit + BUFFER) / EXTENT);
  return 2 * tile + (unit + BUFFER - tile * EXTENT >= 2 * BUFFER ? 1 : 0);
}
