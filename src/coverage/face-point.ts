import { latOf, lonOf } from './mercator.js';
import type { FaceSizes } from './pockets.js';
import { groupRings, traceRings } from './rings.js';
import type { Topology } from './topology.js';

/** Degrees. */
export interface FacePoint {
  readonly lon: number;
  readonly lat: number;
}

/** The middle of the widest stretch of ground on the parallel through the middle of the face, so always on it. */
export function pointOnFace(
  coverage: { topology: Topology; x: Float64Array; y: Float64Array; sizes: FaceSizes },
  face: number,
): FacePoint {
  const { topology, x, y, sizes } = coverage;
  const paths = (sizes.arcsOf[face] ?? []).map((arc) => {
    const vertices = Array.from(topology.vertex.subarray(topology.start[arc], topology.start[arc + 1]));
    if (topology.left[arc] !== face) vertices.reverse();
    const points = vertices.flatMap((v) => [x[v], y[v]]);
    return { start: vertices[0], end: vertices[vertices.length - 1], points };
  });
  const rings = groupRings(traceRings(paths, -1), -1).flat();
  const outer = rings[0] ?? paths[0]?.points ?? [0, 0];
  const heights = outer.filter((_, i) => i % 2 === 1);
  const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
  const met: number[] = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const yi = ring[i + 1];
      const yj = ring[j + 1];
      if (yi > middle === yj > middle) continue;
      met.push(ring[i] + ((ring[j] - ring[i]) * (middle - yi)) / (yj - yi));
    }
  }
  met.sort((a, b) => a - b);
  let best = outer[0];
  let widest = -1;
  for (let i = 0; i + 1 < met.length; i += 2) {
    const width = met[i + 1] - met[i];
    if (width <= widest) continue;
    widest = width;
    best = (met[i] + met[i + 1]) / 2;
  }
  return widest < 0 ? { lon: lonOf(best), lat: latOf(outer[1]) } : { lon: lonOf(best), lat: latOf(middle) };
}
