import { clip, type Edge } from '../../geometry/bearing-sectors.js';

/** An edge of hostile ground or of the main body, relative to the post, metres. */
export interface SeenEdge extends Edge {
  of: 'hostile' | 'main';
}

const FULL = 2 * Math.PI;
const azimuth = (x: number, y: number): number => (Math.atan2(x, y) + FULL) % FULL;

/** Distance from the origin along a bearing (radians) to the line of an edge that the ray crosses. */
function along({ ax, ay, bx, by }: Edge, bearing: number): number {
  const [ux, uy] = [Math.sin(bearing), Math.cos(bearing)];
  const [dx, dy] = [bx - ax, by - ay];
  const across = ux * dy - uy * dx;
  return across === 0 ? Math.min(Math.hypot(ax, ay), Math.hypot(bx, by)) : (ax * dy - ay * dx) / across;
}

/**
 * Share of all bearings on which the main body is met before hostile ground within a radius (methods D4, reach_share),
 * for a post that stands in neither. Between two neighbouring ends of edges the edges met, and their order, are the
 * same, because edges of a coverage do not cross: one ray decides for the whole wedge.
 */
export function reachShare(edges: readonly SeenEdge[], radiusM: number): number {
  const events: { at: number; edge: SeenEdge; opens: boolean }[] = [];
  const put = (lo: number, hi: number, edge: SeenEdge) =>
    events.push({ at: lo, edge, opens: true }, { at: hi, edge, opens: false });
  for (const edge of edges) {
    const inside = clip(edge, radiusM);
    if (!inside) continue;
    const seen = { ...inside, of: edge.of };
    const [a, b] = [azimuth(seen.ax, seen.ay), azimuth(seen.bx, seen.by)];
    const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
    if (hi - lo <= Math.PI) put(lo, hi, seen);
    else {
      put(0, lo, { ...seen });
      put(hi, FULL, seen);
    }
  }
  events.sort((a, b) => a.at - b.at);
  const met = new Set<SeenEdge>();
  let reached = 0;
  let from = 0;
  for (const { at, edge, opens } of events) {
    if (at > from && firstMet(met, (from + at) / 2) === 'main') reached += at - from;
    from = at;
    if (opens) met.add(edge);
    else met.delete(edge);
  }
  return reached / FULL;
}

/** What a ray meets first; an edge shared by both is where hostile ground ends and was met before, so it wins a tie. */
function firstMet(edges: ReadonlySet<SeenEdge>, bearing: number): SeenEdge['of'] | null {
  let first: SeenEdge['of'] | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const edge of edges) {
    const metres = along(edge, bearing);
    if (metres > nearest + 1e-6 || (metres > nearest - 1e-6 && edge.of === 'main')) continue;
    [first, nearest] = [edge.of, metres];
  }
  return first;
}
