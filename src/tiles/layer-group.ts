import { SalientError } from '../errors.js';
import type { TileAddress } from './address.js';
import { type Areas, areaIndexes, areasFrom, frontIndexes, labelIndexes, pocketIndexes } from './area-indexes.js';
import { type DrawnFeature, encodeTile } from './cut/encode.js';
import { drawTile, namesIn, type TileIndex } from './cut/tile-index.js';
import type { LayerSource } from './layer.js';
import { type IndexMaker, lineIndexes, pointIndexes } from './mark-indexes.js';

/** Everything from which the tiles of one state are drawn; each zoom is simplified when it is first asked for. */
export interface Pyramid {
  readonly maxzoom: number;
  readonly layers: readonly string[];
  /** Bytes held, roughly; grows as zooms are asked for. */
  bytes(): number;
  /** What the layer is drawn from at a zoom; made when first asked for, then the same. Throws `unknown_layer`. */
  sheet(layer: string, zoom: number): TileIndex;
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
  const makers = new Map<string, IndexMaker>();
  for (const source of sources) makers.set(source.name, makerOf(source, areasNamed, count));
  const sheets = new Map<string, TileIndex>();
  const sheet: Pyramid['sheet'] = (layer, zoom) => {
    const key = `${zoom} ${layer}`;
    const known = sheets.get(key);
    if (known) return known;
    const make = makers.get(layer);
    if (!make)
      throw new SalientError('unknown_layer', `${layer}: no such layer; there are ${[...makers.keys()].join(', ')}`);
    const made = make(zoom);
    count(NAME_BYTES * namesIn(made));
    sheets.set(key, made);
    return made;
  };
  return {
    maxzoom,
    layers: [...makers.keys()],
    bytes: () => held,
    sheet,
    draw: (layer, tile) => drawTile(sheet(layer, tile.z), tile),
  };
}

/** A thing with its properties takes some 300 bytes, and once more in the thread that the sheet is lent to. */
const NAME_BYTES = 600;

/**
 * The tile as MVT 2.1 bytes, extent 4096, lines and areas with a margin of 64 units; empty is length 0.
 * Throws `invalid_tile` beyond the pyramid's `maxzoom`, `unknown_layer` for a layer that it has not.
 */
export function tileOf(pyramid: Pyramid, address: TileAddress, layers: readonly string[]): Uint8Array<ArrayBuffer> {
  if (address.z > pyramid.maxzoom) {
    throw new SalientError('invalid_tile', `z: ${address.z} is beyond the finest zoom served, ${pyramid.maxzoom}`);
  }
  return encodeTile(layers.map((name) => ({ name, features: pyramid.draw(name, address) })));
}

function makerOf(source: LayerSource, areasNamed: (name: string) => Areas, count: (bytes: number) => void): IndexMaker {
  switch (source.kind) {
    case 'areas':
      return areaIndexes(areasNamed(source.name));
    case 'fronts':
      return frontIndexes(areasNamed(source.of), source.sides, count);
    case 'labels':
      return labelIndexes(areasNamed(source.of), source.texts);
    case 'pockets':
      return pocketIndexes(areasNamed(source.of));
    case 'lines':
      return lineIndexes(source, count);
    case 'points':
      return pointIndexes(source);
  }
}
