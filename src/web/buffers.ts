import type { MapLibreMap, VectorTileSource } from 'maplibre-gl';
import type { Party, TileJson } from './api.js';
import { BUFFERS, type Buffer, datedLayers, hiddenPaint } from './dated-layers.js';

const SLOWEST_MS = 5000;

/** Two sources take turns: the next state loads unseen in one while the other is looked at, so nothing flickers. */
export function swapping(map: MapLibreMap, parties: readonly Party[], first: string) {
  const holds: Record<Buffer, string> = { a: first, b: first };
  let shown: Buffer = 'a';
  let asked = 0;
  const other = (): Buffer => (shown === 'a' ? 'b' : 'a');

  function load(buffer: Buffer, { tiles }: TileJson): void {
    if (holds[buffer] === tiles[0]) return;
    holds[buffer] = tiles[0] ?? '';
    map.getSource<VectorTileSource>(`dated-${buffer}`)?.setTiles(tiles);
  }

  function loaded(buffer: Buffer): Promise<void> {
    const source = `dated-${buffer}`;
    return new Promise((resolve) => {
      const look = () => {
        if (!map.isSourceLoaded(source)) return;
        clearTimeout(patience);
        map.off('sourcedata', look);
        map.off('idle', look);
        resolve();
      };
      const patience = setTimeout(() => {
        map.off('sourcedata', look);
        map.off('idle', look);
        resolve();
      }, SLOWEST_MS);
      map.on('sourcedata', look);
      map.on('idle', look);
      map.triggerRepaint();
    });
  }

  function flip(): void {
    const next = other();
    for (const buffer of BUFFERS) {
      for (const { layer, shown: paint } of datedLayers(buffer, parties)) {
        const values = buffer === next ? Object.entries(paint) : hiddenPaint(paint);
        for (const [name, value] of values) map.setPaintProperty(layer.id, name as 'fill-opacity', value as number);
      }
    }
    shown = next;
  }

  return {
    shown: () => shown,
    prepare: (tiles: TileJson) => load(other(), tiles),
    show: async (tiles: TileJson) => {
      const turn = ++asked;
      if (holds[shown] === tiles.tiles[0]) return;
      load(other(), tiles);
      await loaded(other());
      if (turn === asked && holds[other()] === tiles.tiles[0]) flip();
    },
  };
}
