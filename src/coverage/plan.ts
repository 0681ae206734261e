import { type FacePoint, pointOnFace } from './face-point.js';
import { UNITS_PER_PIXEL, unitsPerWorld } from './grid.js';
import { mercatorX, mercatorY } from './mercator.js';
import { type FaceSizes, measureFaces } from './pockets.js';
import { planRemoval } from './removal.js';
import type { Topology } from './topology.js';

/** What is decided once for all zooms of a coverage: everything from which each of them is drawn. */
export interface SimplifyPlan {
  /** Arc `a` is the positions `start[a] … start[a + 1] - 1`, ends included. */
  readonly start: Uint32Array;
  /** Web Mercator (unit square). */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Position → the lowest zoom at which it is drawn. */
  readonly lowest: Uint8Array;
  /** The faces beside each arc, -1 for the outside. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Face → member. */
  readonly faces: Int32Array;
  readonly sizes: FaceSizes;
  /** The finest zoom that can be drawn. */
  readonly maxzoom: number;
  /** A point on the face; found once, as a face that is small at one zoom is so at all coarser ones. */
  pointOn(face: number): FacePoint;
}

export interface SimplifyOptions {
  /** The finest zoom that will be requested; clients enlarge its tiles beyond. Default 14. */
  maxzoom?: number;
  /** How far, in pixels of a 512-pixel tile, a drawn line may run from a vertex of the true one. Default 0.5. */
  pixels?: number;
}

export function planSimplification(topology: Topology, options: SimplifyOptions = {}): SimplifyPlan {
  const { maxzoom = 14, pixels = 0.5 } = options;
  const x = topology.x.map(mercatorX);
  const y = topology.y.map(mercatorY);
  const sizes = measureFaces(topology, x, y);
  const points = new Map<number, FacePoint>();
  return {
    start: topology.start,
    x: Float64Array.from(topology.vertex, (v) => x[v]),
    y: Float64Array.from(topology.vertex, (v) => y[v]),
    lowest: planRemoval({ ...topology, x, y }, maxzoom, (zoom) => pixels * pixelSize(zoom)),
    left: topology.left,
    right: topology.right,
    faces: topology.faces,
    sizes,
    maxzoom,
    pointOn: (face) => {
      const point = points.get(face) ?? pointOnFace({ topology, x, y, sizes }, face);
      points.set(face, point);
      return point;
    },
  };
}

/** The size of a pixel (512 to a tile) in the unit square. */
export function pixelSize(zoom: number): number {
  return UNITS_PER_PIXEL / unitsPerWorld(zoom);
}

/** Bytes that a plan keeps. */
export function planBytes({ lowest, start, faces }: SimplifyPlan): number {
  return 17 * lowest.length + 40 * start.length + 60 * faces.length;
}
