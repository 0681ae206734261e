import type { TileAddress } from '../address.js';
import { encodeTile } from '../cut/encode.js';
import { drawTile, positionsToDraw, type TileIndex } from '../cut/tile-index.js';

/**
 * So many positions are drawn at once where they are requested: 0.1 to 0.2 ms. Asking the worker costs this thread as
 * much in sending and receiving, and the request twice that in waiting.
 */
const MOST_POSITIONS = 1000;

/** The tile indexes that the worker shares with this thread, by group: small tiles are drawn from them without asking it. */
export interface SharedIndexes {
  /** The tile, or undefined where a index is lacking or the tile is better drawn off this thread. */
  draw(group: string, tile: TileAddress, layers: readonly string[]): Uint8Array<ArrayBuffer> | undefined;
  /** The layers of which there is no index at that zoom. */
  lacking(group: string, zoom: number, layers: readonly string[]): string[];
  keep(group: string, zoom: number, indexes: readonly (readonly [layer: string, index: TileIndex])[]): void;
  forget(groups: readonly string[]): void;
  forgetAll(): void;
  /** The groups drawn from since the last call, the last one last: the worker does not see these drawings. */
  drawnLately(): string[];
}

export function openSharedIndexes(): SharedIndexes {
  const groups = new Map<string, Map<string, TileIndex>>();
  const lately = new Set<string>();
  const keyOf = (zoom: number, layer: string): string => `${zoom} ${layer}`;
  return {
    draw(group, tile, layers) {
      const known = groups.get(group);
      if (!known) return undefined;
      const found: { name: string; index: TileIndex }[] = [];
      let positions = 0;
      for (const name of layers) {
        const index = known.get(keyOf(tile.z, name));
        if (!index) return undefined;
        positions += positionsToDraw(index, tile, MOST_POSITIONS);
        if (positions > MOST_POSITIONS) return undefined;
        found.push({ name, index });
      }
      lately.delete(group);
      lately.add(group);
      return encodeTile(found.map(({ name, index }) => ({ name, features: drawTile(index, tile) })));
    },
    lacking(group, zoom, layers) {
      const known = groups.get(group);
      return layers.filter((layer) => !known?.has(keyOf(zoom, layer)));
    },
    keep(group, zoom, indexes) {
      const known = groups.get(group) ?? new Map<string, TileIndex>();
      for (const [layer, index] of indexes) known.set(keyOf(zoom, layer), index);
      groups.set(group, known);
    },
    forget(gone) {
      for (const group of gone) groups.delete(group);
    },
    forgetAll() {
      groups.clear();
    },
    drawnLately() {
      const drawn = [...lately];
      lately.clear();
      return drawn;
    },
  };
}
