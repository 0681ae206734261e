import type { Geometry, Position } from 'geojson';
import { latOf } from '../coverage/mercator.js';
import { geometryOf, type LayerSource, type TileFeature } from './layer.js';

/** How positions become places on the square world that tiles are drawn on. */
export type Projection = 'mercator' | 'plate-carree';

/** Degrees on the unit square, as long upwards as across: the poles are at 0 and 0.5. */
export const plateCarreeY = (lat: number): number => (90 - lat) / 360;

/**
 * The layers placed where Web Mercator draws them as plate carrée: what follows (simplifying, cutting, labels) knows one square
 * world only, and its half pixel is then a half pixel of this grid. Moves positions by less than 1e-6 degree, a third of a
 * unit of a tile at the finest zoom. Edges are straight in degrees, as those of GeoJSON are.
 */
export function inPlateCarree(source: LayerSource): LayerSource {
  switch (source.kind) {
    case 'areas':
      return { ...source, features: source.features.map(moved) };
    case 'lines':
      return { ...source, features: source.features.map(moved) };
    case 'points':
      return { ...source, features: source.features.map(moved) };
    default:
      return source;
  }
}

function moved<G extends Geometry, F extends TileFeature<G>>(feature: F & TileFeature<G>): F {
  const geometry = geometryOf<G>(feature);
  return 'coordinates' in geometry
    ? { ...feature, geometry: { ...geometry, coordinates: placed(geometry.coordinates) } }
    : feature;
}

type Positions = Position | Position[] | Position[][] | Position[][][];

function placed(positions: Positions): Positions {
  const [first] = positions;
  if (typeof first !== 'number') return (positions as Position[]).map((one) => placed(one) as Position);
  const [lon = 0, lat = 0] = positions as Position;
  return [lon, latOf(plateCarreeY(lat))];
}
