import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';
import { expect } from 'vitest';

/** West, south, east, north of what the tests ask about: a position with latitude first would lie outside. */
const SYRIA = [35.5, 34.5, 37.7, 36.8] as const;

/** Fails unless the collection is RFC 7946: CRS84 in range and order, rings closed and wound, every feature with an id of its own. */
export function expectGeoJson(given: unknown): asserts given is FeatureCollection {
  const { type, features } = given as FeatureCollection;
  expect(type).toBe('FeatureCollection');
  expect(given).not.toHaveProperty('crs');
  for (const feature of features) expectFeature(feature);
  expect(new Set(features.map((feature) => feature.id)).size).toBe(features.length);
}

function expectFeature({ type, id, geometry, properties }: Feature): void {
  expect(type).toBe('Feature');
  expect(id).toBeDefined();
  expect(properties).toBeTypeOf('object');
  if (geometry !== null) expectGeometry(geometry);
}

function expectGeometry(geometry: Geometry): void {
  if (geometry.type === 'Point') expectPosition(geometry.coordinates);
  else if (geometry.type === 'Polygon') expectPolygon(geometry.coordinates);
  else if (geometry.type === 'MultiPolygon') for (const polygon of geometry.coordinates) expectPolygon(polygon);
  else throw new Error(`no answer holds a ${geometry.type}`);
}

function expectPolygon(rings: Position[][]): void {
  expect(rings.length).toBeGreaterThan(0);
  for (const [index, ring] of rings.entries()) {
    expect(ring.length).toBeGreaterThanOrEqual(4);
    expect(ring.at(-1)).toEqual(ring[0]);
    for (const position of ring) expectPosition(position);
    // The right-hand rule: shells anticlockwise, holes clockwise.
    expect(Math.sign(twiceArea(ring))).toBe(index === 0 ? 1 : -1);
  }
}

function expectPosition(position: Position): void {
  const [lon, lat, ...more] = position as [number, number];
  const [west, south, east, north] = SYRIA;
  if (more.length > 0 || !(lon >= west && lon <= east && lat >= south && lat <= north)) {
    throw new Error(`${JSON.stringify(position)} is not a longitude and a latitude of the theatre`);
  }
}

function twiceArea(ring: Position[]): number {
  return ring.slice(1).reduce((sum, [x = 0, y = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] as Position;
    return sum + x0 * y - x * y0;
  }, 0);
}
