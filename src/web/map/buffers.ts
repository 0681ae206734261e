import type { LayerSpecification, MapLibreMap, VectorTileSource } from 'maplibre-gl';
import type { Party } from '../api.js';
import { BUFFERS, type Buffer, datedLayers, type Sheet, sourceOf } from './dated-layers.js';
import type { Reach } from './map-style.js';
import type { Palette } from './palette.js';

/** How the tiles of a state came: whole, or so many of them not at all. */
export interface Arrival {
  failed: number;
}

/** What the layers of a state are made with. It may become another while the map is open: a party comes, the theatre grows. */
export interface Look {
  parties: readonly Party[];
  readonly palette: Palette;
  reach: Reach;
  /** All layers of the map, bottom up. */
  layers(): readonly LayerSpecification[];
}

export interface Buffers {
  shown(): Buffer;
  /** Loads a state unseen. Resolves when all of it can be drawn, or failed; null when another took its place. */
  load(tiles: string): Promise<Arrival | null>;
  /** Displays what was loaded last, within one frame. */
  flip(): void;
  hide(): void;
  /** The look is another: each buffer is made anew when it next loads unseen. */
  outdate(): void;
  /** Loads the displayed state anew, unseen, and displays it: part of it failed. */
  reload(): Promise<Arrival | null>;
}

/** Two sources take turns: the next state loads unseen in one while the other is looked at, so nothing flickers. */
export function takeTurns(map: MapLibreMap, sheet: Sheet, look: Look, first: string): Buffers {
  const outdated = new Set<Buffer>();
  const holds: Record<Buffer, string> = { a: first, b: first };
  let shown: Buffer = 'a';
  let requested = 0;
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
      for (const { layer, opacities } of datedLayers(sheet, buffer, look.parties, look.palette)) {
        for (const name of opacities)
          map.setPaintProperty(layer.id, name as 'fill-opacity', buffer === visible ? 1 : 0);
      }
    }
  }

  /** Makes the source and the layers of a buffer anew, each layer at its place among the others. */
  function makeAnew(buffer: Buffer, tiles: string): void {
    const source = sourceOf(sheet, buffer);
    const all = look.layers();
    const own = all.filter((layer) => 'source' in layer && layer.source === source);
    for (const { id } of own) map.removeLayer(id);
    map.removeSource(source);
    map.addSource(source, { type: 'vector', tiles: [tiles], ...look.reach });
    for (const layer of [...own].reverse()) {
      const above = all.slice(all.findIndex(({ id }) => id === layer.id) + 1).find(({ id }) => map.getLayer(id));
      map.addLayer(layer, above?.id);
    }
    const opacities = datedLayers(sheet, buffer, look.parties, look.palette);
    for (const { layer, opacities: names } of opacities)
      for (const name of names) map.setPaintProperty(layer.id, name as 'fill-opacity', 0);
    outdated.delete(buffer);
  }

  async function load(tiles: string): Promise<Arrival | null> {
    const turn = ++requested;
    const buffer = other();
    // A tile that failed never loads again in its source: `setTiles` lets it wait for a request that is over.
    const isBroken = outdated.has(buffer) || failures[buffer] > 0;
    const isOther = holds[buffer] !== tiles;
    holds[buffer] = tiles;
    failures[buffer] = 0;
    if (isBroken) makeAnew(buffer, tiles);
    else if (isOther) map.getSource<VectorTileSource>(sourceOf(sheet, buffer))?.setTiles([tiles]);
    return fetched(buffer, turn);
  }

  function flip(): void {
    shown = other();
    paint(shown);
  }

  return {
    shown: () => shown,
    outdate() {
      for (const buffer of BUFFERS) outdated.add(buffer);
    },
    load,
    flip,
    hide: () => paint(null),
    async reload() {
      const arrival = await load(holds[shown]);
      if (arrival) flip();
      return arrival;
    },
  };
}
