import { type ArcSet, chainEdges, emptyEdges } from './arcs.js';
import { isOnCutLine, unitsPerWorld } from './grid.js';
import { pixelSize, type SimplifyPlan } from './plan.js';
import { absorbPockets } from './pockets.js';
import { type LooseLines, snapLines } from './snap.js';

/** A face too small to be drawn at a zoom, or that fell together on the grid. */
export interface VanishedPocket {
  readonly member: number;
  /** A point on the pocket, degrees. */
  readonly lon: number;
  readonly lat: number;
}

/**
 * A coverage at a zoom: arcs on the integer grid of `4096 · 2^zoom` units to the world, x eastwards, y southwards from the north-west
 * corner of Web Mercator. Labels are members. Arcs cross nowhere, and carry a vertex wherever they meet a
 * cut line (grid.ts).
 */
export interface GridTopology extends ArcSet {
  readonly zoom: number;
  readonly vanished: readonly VanishedPocket[];
}

/** Pockets below this size (square pixels) leave the polygons. */
const SMALLEST_POCKET = 1;

/**
 * Draws the coverage for a zoom (0 to the plan's `maxzoom`). Neighbours share every vertex, so overlaps and gaps between them are
 * exactly zero; rings that collapse and spikes leave from both sides together. See removal.ts for how far lines may move
 * and snap.ts for why none cross; the rounding adds at most 0.71 units (0.09 pixels).
 */
export function simplifyForZoom(plan: SimplifyPlan, zoom: number): GridTopology {
  const { left, right, faces } = plan;
  const owner = absorbPockets(plan, plan.sizes, SMALLEST_POCKET * pixelSize(zoom) ** 2);
  const memberOf = owner.map((drawnAs) => (drawnAs < 0 ? -1 : faces[drawnAs]));
  const { arcs, lines } = linesOfZoom(plan, zoom, memberOf);
  const snapped = snapLines(lines);

  const edges = emptyEdges(snapped.vertex.length);
  const area = new Float64Array(faces.length);
  const [originX = 0, originY = 0] = [snapped.x[0], snapped.y[0]];
  arcs.forEach((arc, index) => {
    const [leftFace, rightFace] = [left[arc], right[arc]];
    const [leftMember, rightMember] = [memberOf[leftFace] ?? -1, memberOf[rightFace] ?? -1];
    let doubled = 0;
    for (let i = snapped.start[index]; i < snapped.start[index + 1] - 1; i++) {
      const v = snapped.vertex[i];
      const w = snapped.vertex[i + 1];
      edges.from[edges.count] = v;
      edges.to[edges.count] = w;
      edges.left[edges.count] = leftMember;
      edges.right[edges.count] = rightMember;
      edges.count++;
      doubled -=
        (snapped.x[v] - originX) * (snapped.y[w] - originY) - (snapped.x[w] - originX) * (snapped.y[v] - originY);
    }
    const [l, r] = [owner[leftFace] ?? -1, owner[rightFace] ?? -1];
    if (l >= 0) area[l] += doubled;
    if (r >= 0) area[r] -= doubled;
  });
  const vanished: VanishedPocket[] = [];
  faces.forEach((member, face) => {
    if (owner[face] === face && area[face] > 0) return;
    vanished.push({ member, ...plan.pointOn(face) });
  });
  return { ...withoutStraightVertices(chainEdges(snapped.x, snapped.y, edges)), zoom, vanished };
}

/** What is left of the arcs between different members at a zoom, in grid units. */
function linesOfZoom(plan: SimplifyPlan, zoom: number, memberOf: Int32Array): { arcs: number[]; lines: LooseLines } {
  const { lowest, left, right } = plan;
  const scale = unitsPerWorld(zoom);
  let drawn = 0;
  for (let i = 0; i < lowest.length; i++) if (lowest[i] <= zoom) drawn++;
  const x = new Float64Array(drawn);
  const y = new Float64Array(drawn);
  const arcs: number[] = [];
  const start: number[] = [0];
  let length = 0;
  for (let arc = 0; arc < left.length; arc++) {
    if ((memberOf[left[arc]] ?? -1) === (memberOf[right[arc]] ?? -1)) continue;
    arcs.push(arc);
    for (let i = plan.start[arc]; i < plan.start[arc + 1]; i++) {
      if (lowest[i] > zoom) continue;
      x[length] = plan.x[i] * scale;
      y[length++] = plan.y[i] * scale;
    }
    start.push(length);
  }
  return { arcs, lines: { start: Uint32Array.from(start), x: x.subarray(0, length), y: y.subarray(0, length) } };
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
