import type { Position } from '../geometry/geojson-ring.js';

/** The ground that a question is about. Distances are metres on the ground; polygons CRS84 (lon, lat). */
export type Region =
  | { kind: 'theatre' }
  | { kind: 'polygon'; name: string; polygons: Position[][][] }
  | { kind: 'route'; route: string; within_m: number };
