import { SalientError } from '../errors.js';
import type { TileAddress } from '../model/tile.js';
import { type Areas, areasFrom, drawAreas, drawFronts, drawLabels, drawPockets } from './drawn-areas.js';
import { type Drawer, drawLines, drawPoints } from './drawn-marks.js';
import { type DrawnFeature, encodeTile } from './encode.js';
import type { LayerSource } from './layer.js';

/** Everything from which the tiles of one state are drawn; each zoom is simplified when it is first asked for. */
export interface Pyramid {
  readonly maxzoom: number;
  readonly layers: readonly string[];
  /** Bytes held, roughly; grows as zooms are asked for. */
  bytes(): number;
  draw(layer: string, tile: TileAddress): DrawnFeature[];
}

/**
 * Builds the pyramid of a state. Costs one pass over all geometry; zooms follow lazily.
 * Throws `unknown_layer` if a layer of fronts, labels or pockets names a layer that is not one of areas.
 */
export function buildPyramid(sources: readonly LayerSource[], options: { maxzoom?: number } = {}): Pyramid {
  const { maxzoom = 14 } = options;
  let held = 0;
  const count = (bytes: number): void => {
    held += bytes;
  };
  const areas = new Map<string, Areas>();
  for (const source of sources) {
    if (source.kind === 'areas') areas.set(source.name, areasFrom(source.features, maxzoom, count));
  }
  const areasNamed = (name: string): Areas => {
    const found = areas.get(name);
    if (!found) throw new SalientError('unknown_layer', `${name} is not an area layer of this state`);
    return found;
  };
  const drawers = new Map<string, Drawer>();
  for (const source of sources) drawers.set(source.name, drawerOf(source, areasNamed, count));
  return {
    maxzoom,
    layers: [...drawers.keys()],
    bytes: () => held,
    draw: (layer, tile) => {
      const drawer = drawers.get(layer);
      if (!drawer)
        throw new SalientError('unknown_layer', `${layer}: no such layer; there are ${[...drawers.keys()].join(', ')}`);
      return drawer(tile);
    },
  };
}

/**
 * The tile as MVT 2.1 bytes, extent 4096, lines and areas with a margin of 64 units; empty is length 0.
 * Throws `invalid_tile` beyond the pyramid's `maxzoom`, `unknown_layer` for a layer that it has not.
 */
export function tileOf(pyramid: Pyramid, address: TileAddress, layers: readonly string[]): Uint8Array {
  if (address.z > pyramid.maxzoom) {
    throw new SalientError('invalid_tile', `z: ${address.z} is beyond the finest zoom served, ${pyramid.maxzoom}`);
  }
  return encodeTile(layers.map((name) => ({ name, features: pyramid.draw(name, address) })));
}

function drawerOf(source: LayerSource, areasNamed: (name: string) => Areas, count: (bytes: number) => void): Drawer {
  switch (source.kind) {
    case 'areas':
      return drawAreas(areasNamed(source.name));
    case 'fronts':
      return drawFronts(areasNamed(source.of), source.sides);
    case 'labels':
      return drawLabels(areasNamed(source.of), source.texts);
    case 'pockets':
      return drawPockets(areasNamed(source.of));
    case 'lines':
      return drawLines(source, count);
    case 'points':
      return drawPoints(source);
  }
}
