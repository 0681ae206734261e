import { box } from './good-input.js';

/**
 * A map across the antimeridian as GeoJSON has it (RFC 7946, 3.1.9), cut in two: `a` holds 178° E to 178° W, `b` from there to
 * 176° W, both from 50° to 52° N.
 */
export function across180() {
  const feature = (party: string, ...boxes: [number, number, number, number][]) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'MultiPolygon', coordinates: boxes.map((sides) => [box(...sides)]) },
  });
  return {
    type: 'FeatureCollection',
    features: [feature('a', [178, 50, 180, 52], [-180, 50, -178, 52]), feature('b', [-178, 50, -176, 52])],
  };
}

/** The ground of that map, east counted on beyond 180°. */
export const ACROSS_180 = { west: 178, south: 50, east: 184, north: 52 } as const;
