import { fromVectorTileJs } from '@maplibre/vt-pbf';
import { EXTENT } from '../coverage/grid.js';
import type { TileProperties } from './layer.js';

/** A feature in tile units (0 to 4096, y southwards, margin outside), paths flat: x, y, x, y … */
export interface DrawnFeature {
  id: number;
  type: 'points' | 'lines' | 'polygons';
  /** Polygons: all rings of all parts, each outer ring before its holes, not closed. Points: one path. */
  paths: number[][];
  properties: TileProperties;
}

export interface DrawnLayer {
  name: string;
  features: DrawnFeature[];
}

const MVT_TYPE = { points: 1, lines: 2, polygons: 3 } as const;

/** MVT 2.1 bytes. Layers without features are left out, as the specification wants; nothing at all is zero bytes. */
export function encodeTile(layers: readonly DrawnLayer[]): Uint8Array {
  const drawn = layers.filter(({ features }) => features.length > 0);
  if (drawn.length === 0) return new Uint8Array();
  return fromVectorTileJs({ layers: Object.fromEntries(drawn.map((layer) => [layer.name, encodable(layer)])) });
}

/** What the encoder asks of a layer; the types it ships do not resolve under Node's module rules. */
interface EncodableLayer {
  version: 2;
  name: string;
  extent: number;
  length: number;
  feature(i: number): EncodableFeature;
}

interface EncodableFeature {
  id: number;
  type: 1 | 2 | 3;
  properties: TileProperties;
  loadGeometry(): { x: number; y: number }[][];
}

function encodable({ name, features }: DrawnLayer): EncodableLayer {
  return {
    version: 2,
    name,
    extent: EXTENT,
    length: features.length,
    feature: (i) => {
      const { id, type, paths, properties } = features[i] as DrawnFeature;
      return { id, type: MVT_TYPE[type], properties, loadGeometry: () => paths.map(positions) };
    },
  };
}

function positions(path: readonly number[]): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  for (let i = 0; i < path.length; i += 2) points.push({ x: path[i] as number, y: path[i + 1] as number });
  return points;
}
