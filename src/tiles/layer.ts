import type { Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon } from 'geojson';
import { fromWkb } from '../geometry/wkb.js';
import type { TileProperties } from './cut/tile.js';

export type { TileProperties };

/**
 * One thing of a layer. Geometry is in degrees (CRS84: lon, lat); `id` is a whole number, the same on every date.
 * As well-known binary or GeoJSON text, as the database gives it, a geometry is read where it is drawn: sending a million
 * positions to a worker as objects would hold up the event loop for half a second, as bytes for a few milliseconds.
 */
export interface TileFeature<G extends Geometry> {
  id: number;
  geometry: G | string | Uint8Array;
  properties: TileProperties;
}

/** An area of a coverage. `key` names its side: between areas of the same key there is never a front. */
export interface AreaFeature extends TileFeature<Polygon | MultiPolygon> {
  key: string;
}

/** A front between two sides: drawn with `left` on the left of the line's direction (map with north up). */
export interface FrontSides {
  left: string;
  right: string;
  id: number;
  properties: TileProperties;
}

/** What is written on the areas of a key. */
export interface LabelText {
  key: string;
  properties: TileProperties;
}

/**
 * What a layer is made of. Nothing but data, so that it can be sent to a worker.
 * - `areas`: a coverage, neighbours sharing every vertex.
 * - `fronts`: the lines between the areas of layer `of`; a pair of keys that `sides` does not name (in either order) is no front.
 * - `labels`: a point for each connected part of layer `of` whose key `texts` names, with those properties and its `rank` by size.
 * - `pockets`: a point for each part of layer `of` that is too small to be drawn at the zoom, with the properties of its area.
 * - `lines`, `points`: drawn as they are; nothing below `minzoom`.
 */
export type LayerSource =
  | { name: string; kind: 'areas'; features: AreaFeature[] }
  | { name: string; kind: 'fronts'; of: string; sides: FrontSides[] }
  | { name: string; kind: 'labels'; of: string; texts: LabelText[] }
  | { name: string; kind: 'pockets'; of: string }
  | { name: string; kind: 'lines'; features: TileFeature<LineString | MultiLineString>[]; minzoom?: number }
  | { name: string; kind: 'points'; features: TileFeature<Point>[]; minzoom?: number };

/** A feature id from a text: FNV-1a to 32 bits. MVT ids are whole numbers; clients keep 53 bits at most. */
export function stableId(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The geometry itself. Text and bytes come from our own database, so what they hold is not checked again. */
export function geometryOf<G extends Geometry>({ geometry }: TileFeature<G>): G {
  if (geometry instanceof Uint8Array) return fromWkb(geometry).geometry as unknown as G;
  return typeof geometry === 'string' ? (JSON.parse(geometry) as G) : geometry;
}
