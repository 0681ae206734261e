import { FARTHEST_FROM_ROUTE_M, type Region } from '../change/region.js';
import { SalientError } from '../errors.js';
import { readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { Position } from '../geometry/geojson-ring.js';
import { ProblemList } from '../model/problem-list.js';
import { metres, optional, type Parameter, text, type Values } from './parameters.js';

/** Longer than the polygon of any district drawn by hand; a query string is no place for a coast. */
const LONGEST = 8000;

const polygon: Parameter<string> = {
  read(value, name) {
    if (value.length <= LONGEST) return value;
    throw new SalientError('invalid_parameter', `${name}: ${LONGEST} characters at most: take fewer vertices`);
  },
  required: true,
  schema: { type: 'string', maxLength: LONGEST },
  description: 'only the ground inside: coordinates of a GeoJSON MultiPolygon, lon, lat, as JSON',
};

/** A part of the theatre: a polygon, or everything within a distance of a route. */
export const regionParameters = {
  'near-route': optional(text('only the ground within a distance of this route')),
  within: optional(metres('that distance, metres; 10000 when absent', { most: FARTHEST_FROM_ROUTE_M, positive: true })),
  polygon: optional(polygon),
};

const WITHIN_M = 10_000;

/** @throws SalientError `invalid_parameter` */
export function requestedRegion(values: Values<typeof regionParameters>): Region {
  const { 'near-route': route, within, polygon: rings } = values;
  if (route !== null && rings !== null)
    throw new SalientError('invalid_parameter', 'near-route, polygon: one of the two');
  if (within !== null && route === null)
    throw new SalientError('invalid_parameter', 'within: metres to near-route, which is not given');
  if (route !== null) return { kind: 'route', route, within_m: within ?? WITHIN_M };
  if (rings === null) return { kind: 'theatre' };
  const problems = new ProblemList();
  const polygons = readAreaGeometry({ type: 'MultiPolygon', coordinates: parsed(rings) }, '/polygon', problems);
  if (!polygons) throw problems.toError('invalid_parameter');
  checkReach(polygons.flat());
  return { kind: 'polygon', name: 'polygon', polygons };
}

/** Rings are densified before they are projected, each edge into steps of 0.02°: the length is what a polygon costs. */
const LONGEST_DEGREES = 400;

function checkReach(rings: readonly (readonly Position[])[]): void {
  const length = rings.reduce((sum, ring) => sum + ringLength(ring), 0);
  if (length > LONGEST_DEGREES) {
    const message = `polygon: its rings are ${Math.round(length)} degrees long, and ${LONGEST_DEGREES} at most can be computed with`;
    throw new SalientError('invalid_parameter', message);
  }
}

function ringLength(ring: readonly Position[]): number {
  return ring.reduce((sum, [x, y], index) => {
    const [px, py] = ring[index - 1] ?? [x, y];
    return sum + Math.hypot(x - px, y - py);
  }, 0);
}

function parsed(rings: string): unknown {
  try {
    return JSON.parse(rings) as unknown;
  } catch {
    throw new SalientError(
      'invalid_parameter',
      'polygon: coordinates as JSON, such as [[[[36,35],[37,35],[37,36],[36,35]]]]',
    );
  }
}
