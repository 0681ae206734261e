import { BUFFER } from '../../coverage/grid.js';
import { mercatorX, mercatorY } from '../../coverage/mercator.js';
import { sharedFloat64 } from '../cut/shared-buffer.js';
import { strokesOf } from '../cut/strokes.js';
import type { Named, TileIndex } from '../cut/tile-index.js';
import { geometryOf, type LayerSource } from '../layer.js';

/** Makes the index of a layer for a zoom. */
export type IndexMaker = (zoom: number) => TileIndex;

export function lineIndexes(
  source: Extract<LayerSource, { kind: 'lines' }>,
  count: (bytes: number) => void,
): IndexMaker {
  const features = source.features.map((feature) => ({ ...feature, geometry: geometryOf(feature) }));
  for (const { geometry } of features) count(geometry.coordinates.flat(2).length * 40);
  return (zoom) => {
    if (zoom < (source.minzoom ?? 0)) return { kind: 'lines', lines: [] };
    const lines = features.map(({ id, properties, geometry }) => ({
      id,
      properties,
      strokes: strokesOf(geometry, zoom),
    }));
    for (const { points } of lines.flatMap(({ strokes }) => strokes)) count(points.length * 4);
    return { kind: 'lines', lines };
  };
}

export function pointIndexes({ features, minzoom }: Extract<LayerSource, { kind: 'points' }>): IndexMaker {
  const index = pointIndex(
    features.map((feature) => {
      const [lon = 0, lat = 0] = geometryOf(feature).coordinates;
      return { id: feature.id, properties: feature.properties, lon, lat };
    }),
  );
  return (zoom) => (zoom < (minzoom ?? 0) ? pointIndex([]) : index);
}

export function pointIndex(
  points: readonly (Named & { readonly lon: number; readonly lat: number })[],
  margin: number = BUFFER,
): TileIndex {
  return {
    kind: 'points',
    points: points.map(({ id, properties }) => ({ id, properties })),
    x: sharedFloat64(points.map(({ lon }) => mercatorX(lon))),
    y: sharedFloat64(points.map(({ lat }) => mercatorY(lat))),
    margin,
  };
}
