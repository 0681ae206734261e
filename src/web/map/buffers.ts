import type { MapLibreMap, VectorTileSource } from 'maplibre-gl';
import type { Party } from '../api.js';
import { BUFFERS, type Buffer, datedLayers, type Sheet, sourceOf } from './dated-layers.js';
import type { Palette } from './palette.js';

/** How the tiles of a state came: whole, or so many of them not at all. */
export interface Arrival {
  failed: number;
}

export interface Buffers {
  shown(): Buffer;
  /** Loads a state unseen. Resolves when all of it can be drawn, or failed; null when another took its place. */
  load(tiles: string): Promise<Arrival | null>;
  /** Puts what was loaded last on show, within one frame. */
  flip(): void;
  hide(): void;
  /** Loads what is on show anew: some of it failed. */
  reload(): Promise<Arrival | null>;
}

/** Two sources take turns: the next state loads unseen in one while the other is looked at, so nothing flickers. */
export function takeTurns(
  map: MapLibreMap,
  sheet: Sheet,
  parties: readonly Party[],
  palette: Palette,
  first: string,
): Buffers {
  const holds: Record<Buffer, string> = { a: first, b: first };
  let shown: Buffer = 'a';
  let requested = 0;
  let attempt = 0;
  const failures: Record<Buffer, number> = { a: 0, b: 0 };
  const other = (): Buffer => (shown === 'a' ? 'b' : 'a');
  map.on('error', (event) => {
    const { sourceId } = event as { sourceId?: string };
    for (const buffer of BUFFERS) if (sourceId === sourceOf(sheet, buffer)) failures[buffer]++;
  });

  function loaded(buffer: Buffer): Promise<void> {
    const source = sourceOf(sheet, buffer);
    return new Promise((resolve) => {
      const look = () => {
        if (!map.isSourceLoaded(source) || !map.areTilesLoaded()) return;
        map.off('sourcedata', look);
        map.off('render', look);
        map.off('error', look);
        resolve();
      };
      map.on('sourcedata', look);
      map.on('render', look);
      map.on('error', look);
      map.triggerRepaint();
    });
  }

  async function fetched(buffer: Buffer, turn: number): Promise<Arrival | null> {
    await loaded(buffer);
    return turn === requested ? { failed: failures[buffer] } : null;
  }

  function paint(visible: Buffer | null): void {
    for (const buffer of BUFFERS) {
      for (const { layer, opacities } of datedLayers(sheet, buffer, parties, palette)) {
        for (const name of opacities)
          map.setPaintProperty(layer.id, name as 'fill-opacity', buffer === visible ? 1 : 0);
      }
    }
  }

  return {
    shown: () => shown,
    async load(tiles) {
      const turn = ++requested;
      const buffer = other();
      if (holds[buffer] !== tiles || failures[buffer] > 0) {
        holds[buffer] = tiles;
        failures[buffer] = 0;
        map.getSource<VectorTileSource>(sourceOf(sheet, buffer))?.setTiles([tiles]);
      }
      return fetched(buffer, turn);
    },
    flip() {
      shown = other();
      paint(shown);
    },
    hide: () => paint(null),
    async reload() {
      const turn = ++requested;
      failures[shown] = 0;
      // An address that is not the one before: else the source sees nothing to do.
      map.getSource<VectorTileSource>(sourceOf(sheet, shown))?.setTiles([`${holds[shown]}?again=${++attempt}`]);
      return fetched(shown, turn);
    },
  };
}
