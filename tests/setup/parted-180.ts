import { box } from './good-input.js';

/**
 * A map from 179° E to 179° W, 10° to 11° N, cut at 180°: red north of a latitude, blue south of it but for a core of red that it
 * surrounds.
 */
export function parted180(latitude: number) {
  const feature = (party: string, coordinates: [number, number][][][]) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'MultiPolygon', coordinates },
  });
  const [west, east] = [box(179.8, 10.1, 180, 10.2), box(-180, 10.1, -179.8, 10.2)];
  return {
    type: 'FeatureCollection',
    features: [
      feature('red', [[box(179, latitude, 180, 11)], [box(-180, latitude, -179, 11)], [west], [east]]),
      feature('blue', [
        [[[179, 10], [180, 10], [180, 10.1], [179.8, 10.1], [179.8, 10.2], [180, 10.2], [180, latitude], [179, latitude], [179, 10]]], // biome-ignore format: one ring
        [[[-180, 10], [-179, 10], [-179, latitude], [-180, latitude], [-180, 10.2], [-179.8, 10.2], [-179.8, 10.1], [-180, 10.1], [-180, 10]]], // biome-ignore format: one ring
      ]),
    ],
  };
}
