import type { Geometry } from 'geojson';
import { SalientError } from '../../errors.js';
import { type DrawnFeature, encodeTile } from '../cut/encode.js';
import type { Tile } from '../cut/tile.js';
import { drawTile, namesIn, type TileIndex } from '../cut/tile-index.js';
import { geometryOf, type LayerSource, type TileFeature } from '../layer.js';
import {
  type Areas,
  areaIndexes,
  areasFrom,
  frontIndexes,
  labelIndexes,
  type PackedAreas,
  pocketIndexes,
  unpackAreas,
} from './area-indexes.js';
import { type IndexMaker, lineIndexes, pointIndexes } from './mark-indexes.js';

/** The layers of a state that are drawn of the same geometry: of areas, with all that is made of their arcs, or one by itself. */
export interface LayerGroup {
  /** The finest zoom that it can be drawn at. */
  readonly maxzoom: number;
  readonly layers: readonly string[];
  /** Bytes held, roughly; grows as zooms are requested. */
  bytes(): number;
  /** What the layer is drawn from at a zoom; made on the first request, then the same. Throws `unknown_layer`. */
  index(layer: string, zoom: number): TileIndex;
  draw(layer: string, tile: Tile): DrawnFeature[];
  /** The finest zooms of the levels of detail that are worth reading by themselves, the coarsest first. */
  readonly levels: readonly number[];
  /** The group in compact form, with the detail of a level. */
  pack(level: number): PackedGroup;
}

/** A group as it is kept in the store: nothing but data. It draws zooms up to `maxzoom`, exactly as the whole does. */
export interface PackedGroup {
  readonly maxzoom: number;
  readonly sources: readonly LayerSource[];
  readonly areas: Readonly<Record<string, PackedAreas>>;
}

/** Levels of detail that a coverage of more positions is kept in besides the whole, so that a tile reads and simplifies what it shows. */
const LEVELS = [
  { beyond: 30_000, zooms: [5, 8, 11] },
  { beyond: 3000, zooms: [9] },
];

/**
 * Simplifies what a group is made of. Costs one pass over all geometry; the index of each zoom is made on its first request.
 * Throws `unknown_layer` if a layer of fronts, labels or pockets names a layer that is not one of areas.
 */
export function buildLayerGroup(sources: readonly LayerSource[], { maxzoom = 14 } = {}): LayerGroup {
  return layerGroup(sources, maxzoom, (count) =>
    sources.flatMap((source) =>
      source.kind === 'areas' ? [[source.name, areasFrom(source.features, maxzoom, count)] as const] : [],
    ),
  );
}

export function unpackLayerGroup({ sources, areas, maxzoom }: PackedGroup): LayerGroup {
  return layerGroup(sources, maxzoom, (count) =>
    Object.entries(areas).map(([name, packed]) => [name, unpackAreas(packed, count)] as const),
  );
}

function layerGroup(
  sources: readonly LayerSource[],
  maxzoom: number,
  areasOf: (count: (bytes: number) => void) => (readonly [name: string, areas: Areas])[],
): LayerGroup {
  let held = 0;
  const count = (bytes: number): void => {
    held += bytes;
  };
  const areas = new Map(areasOf(count));
  const areasNamed = (name: string): Areas => {
    const found = areas.get(name);
    if (!found) throw new SalientError('unknown_layer', `${name} is not an area layer of this state`);
    return found;
  };
  const makers = new Map(sources.map((source) => [source.name, makerOf(source, areasNamed, count)]));
  const largest = Math.max(0, ...[...areas.values()].map(({ positions }) => positions));
  const coarser = LEVELS.find(({ beyond }) => largest > beyond)?.zooms ?? [];
  const indexes = new Map<string, TileIndex>();
  const index: LayerGroup['index'] = (layer, zoom) => {
    const key = `${zoom} ${layer}`;
    const known = indexes.get(key);
    if (known) return known;
    const make = makers.get(layer);
    if (!make)
      throw new SalientError('unknown_layer', `${layer}: no such layer; there are ${[...makers.keys()].join(', ')}`);
    const made = make(zoom);
    count(NAME_BYTES * namesIn(made));
    indexes.set(key, made);
    return made;
  };
  return {
    maxzoom,
    layers: [...makers.keys()],
    bytes: () => held,
    index,
    draw: (layer, tile) => drawTile(index(layer, tile.z), tile),
    levels: [...coarser.filter((level) => level < maxzoom), maxzoom],
    pack: (level) => ({
      maxzoom: level,
      sources: sources.map(bared),
      areas: Object.fromEntries([...areas].map(([name, one]) => [name, one.pack(level)])),
    }),
  };
}

/** A source as JSON can carry it. Areas are packed: their features would be the bulk of it a second time. */
function bared(source: LayerSource): LayerSource {
  if (source.kind === 'areas') return { ...source, features: [] };
  if (source.kind === 'lines') return { ...source, features: source.features.map(spelled) };
  return source.kind === 'points' ? { ...source, features: source.features.map(spelled) } : source;
}

const spelled = <G extends Geometry>(feature: TileFeature<G>): TileFeature<G> =>
  feature.geometry instanceof Uint8Array ? { ...feature, geometry: geometryOf(feature) } : feature;

/** A thing with its properties takes some 300 bytes, and once more in the thread that its index is shared with. */
const NAME_BYTES = 600;

/**
 * The tile as MVT 2.1 bytes, extent 4096, all with a margin of 64 units but labels; empty is length 0.
 * Throws `invalid_tile` beyond the group's `maxzoom`, `unknown_layer` for a layer that it has not.
 */
export function tileOf(group: LayerGroup, address: Tile, layers: readonly string[]): Uint8Array<ArrayBuffer> {
  if (address.z > group.maxzoom) {
    throw new SalientError('invalid_tile', `z: ${address.z} is beyond the finest zoom served, ${group.maxzoom}`);
  }
  return encodeTile(layers.map((name) => ({ name, features: group.draw(name, address) })));
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
