/* The map that moves, in one file with the map library. */

export { openTileStore } from './bundled-tiles.js';
export { createMap, isWithoutWebGl } from './map.js';
