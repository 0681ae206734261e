/*
 * From the lines of a zoom to a tile. Pure functions on typed arrays, most of them in shared buffers, in this order:
 *
 *   lines of a zoom ── indexForCutting ──▶ pieces filed by the cells that tiles are made of     cut-index.ts, corners.ts
 *                   ── drawTile ─────────▶ rings, lines and points in units of a tile           tile-index.ts, areas.ts, strokes.ts
 *                   ── encodeTile ───────▶ a Mapbox Vector Tile                                 encode.ts, encode-geometry.ts
 */
export { indexForCutting } from './cut-index.js';
export { encodeTile } from './encode.js';
export type { Tile } from './tile.js';
export { drawTile, type TileIndex } from './tile-index.js';
