/* The map that moves, and the second one beside it, in one file with the map library. */

export { openSecondMap } from '../tools/second-map.js';
export { openTileStore } from './bundled-tiles.js';
export { createMap } from './map.js';
