/*
 * A tile, from the request to its bytes (tiles/README.md draws it):
 *
 *   openTiles ─▶ find      the day, pair, span or token → the state that is in force        find.ts, state.ts, span-states.ts
 *             ─▶ cache     the state and the address → bytes in memory, compressed           cache.ts (the one memo)
 *             ─▶ parts     the layers of the state, by the geometry they are drawn of         state-drawing.ts, tilesets.ts
 *             ─▶ drawing   small tiles here, the rest in a worker; out of the store or anew   drawing.ts, layer-group.ts
 *             ─▶ cut/      the tile itself
 *
 * Ahead of requests: `keepReady` simplifies what is written to the store, the neighbours of a day are drawn (ahead.ts).
 */
export { openTiles, type TileService, type TileSubject } from './service.js';
