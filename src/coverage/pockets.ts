import type { ArcSet } from './arcs.js';
import type { Topology } from './topology.js';

/** Sizes of faces and arcs in Web Mercator (unit square), from which the pockets of every zoom are found. */
export interface FaceSizes {
  /** Face → area. */
  readonly area: Float64Array;
  /** Arc → length. */
  readonly length: Float64Array;
  /** Face → its arcs. */
  readonly arcsOf: readonly (readonly number[])[];
}

/** Measures faces and arcs; `x`, `y` are the topology's vertices in Web Mercator. */
export function measureFaces(topology: Topology, x: Float64Array, y: Float64Array): FaceSizes {
  const area = new Float64Array(topology.faces.length);
  const length = new Float64Array(topology.left.length);
  // Measured from a vertex of the coverage: from the corner of the world, small faces would drown in rounding.
  const [originX = 0, originY = 0] = [x[0], y[0]];
  for (let arc = 0; arc < length.length; arc++) {
    let doubled = 0;
    for (let i = topology.start[arc]; i < topology.start[arc + 1] - 1; i++) {
      const vx = x[topology.vertex[i]];
      const vy = y[topology.vertex[i]];
      const dx = x[topology.vertex[i + 1]] - vx;
      const dy = y[topology.vertex[i + 1]] - vy;
      length[arc] = length[arc] + Math.hypot(dx, dy);
      // Southward y: ground on the left of travel counts negative in the surveyor's formula, hence the sign.
      doubled -= (vx - originX) * dy - (vy - originY) * dx;
    }
    for (const [face, sign] of [
      [topology.left[arc], 1],
      [topology.right[arc], -1],
    ] as const) {
      if (face < 0) continue;
      area[face] += (sign * doubled) / 2;
    }
  }
  return { area, length, arcsOf: arcsOfFaces(topology, topology.faces.length) };
}

/** The arcs of each face, in order. */
export function arcsOfFaces({ left, right }: Pick<ArcSet, 'left' | 'right'>, faces: number): number[][] {
  const arcsOf: number[][] = Array.from({ length: faces }, () => []);
  for (let arc = 0; arc < left.length; arc++) {
    arcsOf[left[arc]]?.push(arc);
    arcsOf[right[arc]]?.push(arc);
  }
  return arcsOf;
}

/**
 * Face → the face whose member its ground is drawn as. Faces smaller than `smallest` (Web Mercator area) go, the
 * smallest first, to the neighbour with which they share the longest border, so to the one around them where there is
 * one; several that lie together may reach the size as one, under the name of the largest. A pocket with no neighbour
 * is drawn as nothing (-1). Faces that stay name themselves.
 */
export function absorbPockets(arcs: Pick<ArcSet, 'left' | 'right'>, sizes: FaceSizes, smallest: number): Int32Array {
  const owner = Int32Array.from(sizes.area, (_, face) => face);
  const small = [...owner].filter((face) => sizes.area[face] < smallest);
  if (small.length === 0) return owner;
  small.sort((a, b) => sizes.area[a] - sizes.area[b] || a - b);
  const area = sizes.area.slice();
  const within = new Map<number, number[]>(small.map((face) => [face, [face]]));
  const rootOf = (face: number): number => {
    let top = face;
    while (top >= 0 && owner[top] !== top) top = owner[top];
    return top;
  };
  for (const face of small) {
    if (owner[face] !== face || area[face] >= smallest) continue;
    const faces = within.get(face) ?? [face];
    const shared = new Map<number, number>();
    for (const arc of faces.flatMap((f) => sizes.arcsOf[f] ?? [])) {
      for (const side of [arcs.left[arc], arcs.right[arc]]) {
        const neighbour = rootOf(side);
        if (neighbour < 0 || neighbour === face) continue;
        shared.set(neighbour, (shared.get(neighbour) ?? 0) + sizes.length[arc]);
      }
    }
    let best = -1;
    for (const [neighbour, length] of shared) {
      const least = shared.get(best) ?? 0;
      if (length > least || (length === least && neighbour < best)) best = neighbour;
    }
    owner[face] = best;
    if (best < 0) continue;
    area[best] = area[best] + area[face];
    within.get(best)?.push(...faces);
  }
  return owner.map((_, face) => rootOf(face));
}
