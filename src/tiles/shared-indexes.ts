import type { TileAddress } from './address.js';
import { encodeTile } from './cut/encode.js';
import { drawTile, positionsToDraw, type TileIndex } from './cut/tile-index.js';

/**
 * So many positions are drawn at once where they are asked for: 0.1 to 0.2 ms. Asking the worker costs this thread as
 * much in sending and receiving, and the request twice that in waiting.
 */
const MOST_POSITIONS = 1000;

/** The sheets of pyramids that this thread has been lent by the worker: small tiles are drawn from them without asking it. */
export interface SharedIndexes {
  /** The tile, or undefined where a sheet is lacking or the tile is better drawn off this thread. */
  draw(state: string, tile: TileAddress, layers: readonly string[]): Uint8Array<ArrayBuffer> | undefined;
  /** The layers of which there is no sheet at that zoom. */
  lacking(state: string, zoom: number, layers: readonly string[]): string[];
  keep(state: string, zoom: number, sheets: readonly (readonly [layer: string, sheet: TileIndex])[]): void;
  forget(states: readonly string[]): void;
  forgetAll(): void;
  /** The states drawn from since this was last asked, the last one last: the worker does not see these drawings. */
  drawnLately(): string[];
}

export function openSharedIndexes(): SharedIndexes {
  const states = new Map<string, Map<string, TileIndex>>();
  const lately = new Set<string>();
  const keyOf = (zoom: number, layer: string): string => `${zoom} ${layer}`;
  return {
    draw(state, tile, layers) {
      const known = states.get(state);
      if (!known) return undefined;
      const found: { name: string; sheet: TileIndex }[] = [];
      let positions = 0;
      for (const name of layers) {
        const sheet = known.get(keyOf(tile.z, name));
        if (!sheet) return undefined;
        positions += positionsToDraw(sheet, tile, MOST_POSITIONS);
        if (positions > MOST_POSITIONS) return undefined;
        found.push({ name, sheet });
      }
      lately.delete(state);
      lately.add(state);
      return encodeTile(found.map(({ name, sheet }) => ({ name, features: drawTile(sheet, tile) })));
    },
    lacking(state, zoom, layers) {
      const known = states.get(state);
      return layers.filter((layer) => !known?.has(keyOf(zoom, layer)));
    },
    keep(state, zoom, sheets) {
      const known = states.get(state) ?? new Map<string, TileIndex>();
      for (const [layer, sheet] of sheets) known.set(keyOf(zoom, layer), sheet);
      states.set(state, known);
    },
    forget(gone) {
      for (const state of gone) states.delete(state);
    },
    forgetAll() {
      states.clear();
    },
    drawnLately() {
      const drawn = [...lately];
      lately.clear();
      return drawn;
    },
  };
}
