import { type ArcSet, chainEdges, emptyEdges } from './arcs.js';
import { isOnCutLine, UNITS_PER_PIXEL, unitsPerWorld } from './grid.js';
import { latOf, lonOf, mercatorX, mercatorY } from './mercator.js';
import { absorbPockets, type FaceSizes, measureFaces } from './pockets.js';
import { planRemoval } from './removal.js';
import { groupRings, traceRings } from './rings.js';
import { snapLines } from './snap.js';
import type { Topology, TopologyMember } from './topology.js';

/** What is decided once for all zooms of a coverage. */
export interface SimplifyPlan {
  readonly topology: Topology;
  /** The topology's vertices in Web Mercator (unit square). */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Position in the topology's `vertex` → the lowest zoom at which it is drawn. */
  readonly lowest: Uint8Array;
  readonly sizes: FaceSizes;
  readonly maxzoom: number;
  /** A point on the face, degrees; found once, as a face that is small at one zoom is so at all coarser ones. */
  pointOn(face: number): { lon: number; lat: number };
}

export interface SimplifyOptions {
  /** The finest zoom that will be asked for; clients enlarge its tiles beyond. Default 14. */
  maxzoom?: number;
  /** How far, in pixels of a 512-pixel tile, a drawn line may run from a vertex of the true one. Default 0.5. */
  pixels?: number;
}

/** A face too small to be drawn at a zoom, or that fell together on the grid. */
export interface VanishedPocket {
  /** Index into `members`. */
  readonly member: number;
  /** A point on the pocket, degrees. */
  readonly lon: number;
  readonly lat: number;
}

/**
 * A coverage at a zoom: arcs on the integer grid of `4096 · 2^zoom` units to the world, x eastwards, y southwards from the north-west
 * corner of Web Mercator. Labels are indexes into `members`. Arcs cross nowhere, and carry a vertex wherever they meet a
 * cut line (grid.ts).
 */
export interface GridTopology extends ArcSet {
  readonly zoom: number;
  readonly members: readonly TopologyMember[];
  readonly vanished: readonly VanishedPocket[];
}

/** Pockets below this size (square pixels) leave the polygons. */
const SMALLEST_POCKET = 1;

export function planSimplification(topology: Topology, options: SimplifyOptions = {}): SimplifyPlan {
  const { maxzoom = 14, pixels = 0.5 } = options;
  const x = topology.x.map(mercatorX);
  const y = topology.y.map(mercatorY);
  const lowest = planRemoval({ ...topology, x, y }, maxzoom, (zoom) => pixels * pixelSize(zoom));
  const sizes = measureFaces(topology, x, y);
  const points = new Map<number, { lon: number; lat: number }>();
  const pointOn = (face: number): { lon: number; lat: number } => {
    const point = points.get(face) ?? findPointOn({ topology, x, y, sizes }, face);
    points.set(face, point);
    return point;
  };
  return { topology, x, y, lowest, sizes, maxzoom, pointOn };
}

/**
 * Draws the coverage for a zoom (0 to the plan's `maxzoom`). Neighbours share every vertex, so overlaps and gaps between them are
 * exactly zero; rings that collapse and spikes leave from both sides together. See removal.ts for how far lines may move
 * and snap.ts for why none cross; the rounding adds at most 0.71 units (0.09 pixels).
 */
export function simplifyForZoom(plan: SimplifyPlan, zoom: number): GridTopology {
  const { topology, lowest } = plan;
  const scale = unitsPerWorld(zoom);
  const owner = absorbPockets(topology, plan.sizes, SMALLEST_POCKET * pixelSize(zoom) ** 2);
  const memberOf = (face: number): number => {
    const drawnAs = face < 0 ? -1 : owner[face];
    return drawnAs < 0 ? -1 : topology.faces[drawnAs];
  };
  const arcs: number[] = [];
  const start: number[] = [0];
  const xs = new Float64Array(topology.vertex.length);
  const ys = new Float64Array(topology.vertex.length);
  let length = 0;
  topology.left.forEach((left, arc) => {
    if (memberOf(left) === memberOf(topology.right[arc])) return;
    arcs.push(arc);
    for (let i = topology.start[arc]; i < topology.start[arc + 1]; i++) {
      if (lowest[i] > zoom) continue;
      xs[length] = plan.x[topology.vertex[i]] * scale;
      ys[length++] = plan.y[topology.vertex[i]] * scale;
    }
    start.push(length);
  });
  const snapped = snapLines({ start: Uint32Array.from(start), x: xs.subarray(0, length), y: ys.subarray(0, length) });

  const edges = emptyEdges(snapped.vertex.length);
  const area = new Float64Array(topology.faces.length);
  const [originX = 0, originY = 0] = [snapped.x[0], snapped.y[0]];
  arcs.forEach((arc, index) => {
    const left = topology.left[arc];
    const right = topology.right[arc];
    let doubled = 0;
    for (let i = snapped.start[index]; i < snapped.start[index + 1] - 1; i++) {
      const v = snapped.vertex[i];
      const w = snapped.vertex[i + 1];
      edges.from[edges.count] = v;
      edges.to[edges.count] = w;
      edges.left[edges.count] = memberOf(left);
      edges.right[edges.count] = memberOf(right);
      edges.count++;
      doubled -=
        (snapped.x[v] - originX) * (snapped.y[w] - originY) - (snapped.x[w] - originX) * (snapped.y[v] - originY);
    }
    const [l, r] = [owner[left] ?? -1, owner[right] ?? -1];
    if (l >= 0) area[l] = area[l] + doubled;
    if (r >= 0) area[r] = area[r] - doubled;
  });
  const vanished: VanishedPocket[] = [];
  topology.faces.forEach((member, face) => {
    if (owner[face] === face && area[face] > 0) return;
    vanished.push({ member, ...plan.pointOn(face) });
  });
  return {
    ...withoutStraightVertices(chainEdges(snapped.x, snapped.y, edges)),
    zoom,
    members: topology.members,
    vanished,
  };
}

function pixelSize(zoom: number): number {
  return UNITS_PER_PIXEL / unitsPerWorld(zoom);
}

/** Drops inner vertices on a straight line between their neighbours, except on cut lines, where tiles will need them. */
function withoutStraightVertices(arcs: ArcSet): ArcSet {
  const { x, y, start } = arcs;
  const kept = new Uint32Array(arcs.vertex.length);
  const starts = new Uint32Array(start.length);
  let length = 0;
  for (let a = 0; a < arcs.left.length; a++) {
    const first = start[a];
    const last = start[a + 1] - 1;
    for (let i = first; i <= last; i++) {
      const v = arcs.vertex[i];
      const vx = x[v];
      const vy = y[v];
      if (i > first && i < last && !isOnCutLine(vx) && !isOnCutLine(vy)) {
        const u = kept[length - 1];
        const w = arcs.vertex[i + 1];
        const turn = (vx - x[u]) * (y[w] - vy) - (vy - y[u]) * (x[w] - vx);
        if (turn === 0) continue;
      }
      kept[length++] = v;
    }
    starts[a + 1] = length;
  }
  return { ...arcs, start: starts, vertex: kept.slice(0, length) };
}

/** The middle of the widest stretch of ground on the parallel through the middle of the face, so always on it. */
function findPointOn(
  plan: Pick<SimplifyPlan, 'topology' | 'x' | 'y' | 'sizes'>,
  face: number,
): { lon: number; lat: number } {
  const { topology, x, y, sizes } = plan;
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
