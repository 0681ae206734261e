/** A ring of the boundary of connected ground: its edges in order. The outer one runs anticlockwise, the rim of a hole clockwise. */
export interface BoundaryRing {
  edges: number[];
  outer: boolean;
}

/**
 * The rings of edges that each run from `tail` to `head` with the ground on their left. Rings meet at vertices at most; there each
 * goes on along what is not the ground's, so that none touches itself.
 */
export function boundaryRings(
  { tail, head }: { tail: Int32Array; head: Int32Array },
  x: Float64Array,
  y: Float64Array,
): BoundaryRing[] {
  const leaving = new Map<number, number[]>();
  for (let edge = 0; edge < tail.length; edge++) {
    const known = leaving.get(tail[edge]);
    if (known) known.push(edge);
    else leaving.set(tail[edge], [edge]);
  }
  const after = (edge: number): number => {
    const ways = leaving.get(head[edge]) ?? [];
    if (ways.length < 2) return ways[0] ?? -1;
    const towards = (vertex: number) => Math.atan2(y[vertex] - y[head[edge]], x[vertex] - x[head[edge]]);
    const back = towards(tail[edge]);
    const turn = (way: number) => (towards(head[way]) - back + 4 * Math.PI) % (2 * Math.PI);
    return ways.reduce((least, way) => (turn(way) < turn(least) ? way : least));
  };
  const rings: BoundaryRing[] = [];
  const seen = new Uint8Array(tail.length);
  for (let first = 0; first < tail.length; first++) {
    if (seen[first] === 1) continue;
    const edges: number[] = [];
    let area = 0;
    for (let edge = first; edge !== -1 && seen[edge] === 0; edge = after(edge)) {
      seen[edge] = 1;
      edges.push(edge);
      const [ax, ay] = [x[tail[edge]] - x[tail[first]], y[tail[edge]] - y[tail[first]]];
      const [bx, by] = [x[head[edge]] - x[tail[first]], y[head[edge]] - y[tail[first]]];
      area += ax * by - bx * ay;
    }
    rings.push({ edges, outer: area > 0 });
  }
  return rings;
}

/** A ring as `x, y, x, y, …`, closed. */
export function ringCoordinates(
  { edges }: BoundaryRing,
  tail: Int32Array,
  x: Float64Array,
  y: Float64Array,
): Float64Array {
  const ring = new Float64Array(2 * edges.length + 2);
  for (let i = 0; i <= edges.length; i++) {
    const vertex = tail[edges[i % edges.length]];
    ring[2 * i] = x[vertex];
    ring[2 * i + 1] = y[vertex];
  }
  return ring;
}
