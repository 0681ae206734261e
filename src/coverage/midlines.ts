import { medialPoints } from './medial-points.js';
import { crossed, sleeves } from './sleeves.js';
import { straightEnds, upToEnds } from './strip-ends.js';
import {
  NOBODY,
  nextHalf,
  outlineOf,
  SEVERAL,
  type StripEdge,
  type StripMesh,
  type StripOutline,
  triangulateStrip,
  withVertices,
} from './strip-mesh.js';

/** A line halfway between the edges that two parties have along a strip. */
export interface Midline {
  /** Indices of the caller's, the smaller one first. */
  parties: readonly [number, number];
  /** x, y, x, y, … */
  xy: number[];
}

/**
 * The mid-lines of a strip between two or more parties (methods D.2): at every vertex of either edge the centre of the
 * largest disc that touches the edge there and the other party's edge, in their order along the strip. The construction
 * follows the width of the strip: vertices are added where those of the one edge face the other, not at a fixed step.
 * @param edges of one strip, in planar metres, which share their ends exactly; no edge is longer than `longestM` afterwards
 */
export function stripMidlines(edges: readonly StripEdge[], longestM: number): Midline[] {
  const origin = edges[0];
  if (!origin) return [];
  // Near the origin, where floats are finer than what a narrow strip needs.
  const local = edges.map(({ ax, ay, bx, by, party }) => ({
    ax: ax - origin.ax,
    ay: ay - origin.ay,
    bx: bx - origin.ax,
    by: by - origin.ay,
    party,
  }));
  const { edges: straight, ends } = straightEnds(local);
  const coarse = splitLong(outlineOf(straight), longestM);
  const first = triangulateStrip(coarse);
  if (!first) return [];
  const facing = withVertices(coarse, feet(coarse, first));
  const [outline, mesh] = [facing, triangulateStrip(facing)];
  const [used, over] = mesh ? [outline, mesh] : [coarse, first];
  return sleeves(used, over)
    .map((sleeve) => ({ parties: sleeve.parties, xy: medialPoints(used, sleeve) }))
    .filter(({ xy }) => xy.length >= 4)
    .map(({ parties, xy }) => ({ parties, xy: upToEnds(xy, ends) }))
    .map(({ parties, xy }) => ({ parties, xy: xy.map((value, i) => value + (i % 2 ? origin.ay : origin.ax)) }));
}

/** Long edges in equal parts, and in two where both ends belong to several parties: else no vertex is one party's alone. */
function splitLong(outline: StripOutline, longestM: number): StripOutline {
  const shares = new Map<number, number[]>();
  const { xy, edges, holder } = outline;
  for (let e = 0; e < edges.length; e += 3) {
    const [a, b, party] = [edges[e], edges[e + 1], edges[e + 2]];
    if (party === NOBODY) continue;
    const metres = Math.hypot(xy[2 * a] - xy[2 * b], xy[2 * a + 1] - xy[2 * b + 1]);
    const tips = holder[a] === SEVERAL && holder[b] === SEVERAL;
    const parts = Math.max(Math.ceil(metres / longestM), tips ? 2 : 1);
    if (parts > 1)
      shares.set(
        e / 3,
        Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts),
      );
  }
  return withVertices(outline, shares);
}

/** Feet nearer to a vertex than this share of their distance are left out: the vertex itself serves. */
const NEAR = 0.05;

/**
 * Where to add vertices: for each vertex that sees the other party's edge, the nearest point of that edge, as shares of
 * the edges' lengths.
 */
function feet(outline: StripOutline, { corners, inside }: StripMesh): Map<number, number[]> {
  const { xy, edges, around } = outline;
  const nearest = new Map<number, { metres: number; edge: number; share: number }>();
  const look = (v: number, to: number) => {
    for (const edge of around[to] ?? []) {
      if (edges[3 * edge + 2] === NOBODY) continue;
      const [a, b] = [edges[3 * edge], edges[3 * edge + 1]];
      const [ax, ay] = [xy[2 * a], xy[2 * a + 1]];
      const [dx, dy] = [xy[2 * b] - ax, xy[2 * b + 1] - ay];
      const [px, py] = [xy[2 * v] - ax, xy[2 * v + 1] - ay];
      const length = Math.hypot(dx, dy);
      const share = Math.min(1, Math.max(0, (px * dx + py * dy) / length ** 2));
      const metres = Math.hypot(px - share * dx, py - share * dy);
      const best = nearest.get(v);
      if (best && best.metres <= metres) continue;
      const clear = Math.min(share, 1 - share) * length > NEAR * metres;
      nearest.set(v, { metres, edge: clear ? edge : -1, share });
    }
  };
  for (let h = 0; h < corners.length; h++) {
    if (inside[(h - (h % 3)) / 3] === 0) continue;
    const pair = crossed(outline, corners[h], corners[nextHalf(h)]);
    if (pair) {
      look(pair[0], pair[1]);
      look(pair[1], pair[0]);
    }
  }
  const shares = new Map<number, number[]>();
  for (const { edge, share } of nearest.values()) {
    if (edge >= 0) shares.set(edge, [...(shares.get(edge) ?? []), share]);
  }
  for (const [edge, list] of shares) {
    list.sort((a, b) => a - b);
    shares.set(
      edge,
      list.filter((share, i) => i === 0 || share - list[i - 1] > 1e-9),
    );
  }
  return shares;
}
