import type { Position } from '../geometry/geojson-ring.js';

/** Nothing farther from a route, metres, is near it. */
export const FARTHEST_FROM_ROUTE_M = 200_000;

/** The ground that a question is about. Distances are metres on the ground; polygons CRS84 (lon, lat). */
export type Region =
  | { kind: 'theatre' }
  | { kind: 'polygon'; name: string; polygons: Position[][][] }
  | { kind: 'route'; route: string; within_m: number };
