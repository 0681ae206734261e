import { EXTENT, unitsPerWorld } from '../coverage/grid.js';
import { mercatorX, mercatorY } from '../coverage/mercator.js';
import type { TileAddress } from '../model/tile.js';
import type { DrawnFeature } from './encode.js';
import { geometryOf, type LayerSource, type TileFeature } from './layer.js';
import { cutStroke, type Stroke, strokesOf } from './strokes.js';

/** Draws what a layer shows in a tile. */
export type Drawer = (tile: TileAddress) => DrawnFeature[];

export function drawLines(source: Extract<LayerSource, { kind: 'lines' }>, count: (bytes: number) => void): Drawer {
  const features = source.features.map((feature) => ({ ...feature, geometry: geometryOf(feature) }));
  for (const { geometry } of features) count(geometry.coordinates.flat(2).length * 40);
  const zooms = new Map<number, Stroke[][]>();
  return from(source.minzoom, (tile) => {
    let strokes = zooms.get(tile.z);
    if (!strokes) {
      strokes = features.map(({ geometry }) => strokesOf(geometry, tile.z));
      for (const { points } of strokes.flat()) count(points.length * 8);
      zooms.set(tile.z, strokes);
    }
    return strokes.flatMap((parts, i) => {
      const { id, properties } = features[i] as (typeof features)[number];
      const paths = parts.flatMap((stroke) => cutStroke(stroke, tile));
      return paths.length > 0 ? [{ id, properties, type: 'lines' as const, paths }] : [];
    });
  });
}

export function drawPoints(source: Extract<LayerSource, { kind: 'points' }>): Drawer {
  const features = source.features.map((feature) => ({ ...feature, position: geometryOf(feature).coordinates }));
  return from(source.minzoom, (tile) =>
    features.flatMap((feature) => {
      const [lon = 0, lat = 0] = feature.position;
      return drawPoint(feature, lon, lat, tile);
    }),
  );
}

function from(minzoom: number | undefined, draw: Drawer): Drawer {
  return (tile) => (tile.z < (minzoom ?? 0) ? [] : draw(tile));
}

/** A point is drawn in the one tile that it lies in: labels of a margin would be drawn twice. */
export function drawPoint(
  { id, properties }: Pick<TileFeature<never>, 'id' | 'properties'>,
  lon: number,
  lat: number,
  tile: TileAddress,
): DrawnFeature[] {
  const x = Math.floor(mercatorX(lon) * unitsPerWorld(tile.z)) - tile.x * EXTENT;
  const y = Math.floor(mercatorY(lat) * unitsPerWorld(tile.z)) - tile.y * EXTENT;
  if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) return [];
  return [{ id, properties, type: 'points', paths: [[x, y]] }];
}
