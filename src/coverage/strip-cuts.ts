import {
  NOBODY,
  outlineOf,
  type StripEdge,
  type StripMesh,
  type StripOutline,
  triangulateStrip,
} from './strip-mesh.js';

/** A cut across a strip: x, y of one end, x, y of the other. */
export type Cut = readonly [number, number, number, number];

/**
 * Where to cut a strip so that each part lies beside one area: a net of lanes between many areas becomes lanes. Each triangle of the
 * strip goes to the area, of those that it touches, that has the longest border with the whole strip; the cuts are the edges between
 * triangles of different areas. A strip between two areas that are everywhere opposite each other has none.
 * @param edges of one strip, in planar metres, which share their ends exactly; a cut may miss its place by their length
 */
export function stripCuts(edges: readonly StripEdge[]): Cut[] {
  const outline = outlineOf(edges);
  const mesh = triangulateStrip(outline);
  if (!mesh) return [];
  const { xy } = outline;
  const { corners, beyond, inside } = mesh;
  const area = areasOf(outline, mesh);
  const cuts: Cut[] = [];
  for (let h = 0; h < corners.length; h++) {
    const other = beyond[h];
    if (other < h) continue;
    const [here, there] = [(h - (h % 3)) / 3, (other - (other % 3)) / 3];
    if (inside[here] === 0 || inside[there] === 0 || area[here] === area[there]) continue;
    const [a, b] = [2 * corners[h], 2 * corners[other]];
    cuts.push([xy[a], xy[a + 1], xy[b], xy[b + 1]]);
  }
  return cuts;
}

/** The area of each triangle in the strip; of one that touches none, that of the nearest that does. */
function areasOf({ xy, edges, around }: StripOutline, { corners, beyond, inside }: StripMesh): Int32Array {
  const border = new Map<number, number>();
  for (let e = 0; e < edges.length; e += 3) {
    const [a, b, party] = [2 * edges[e], 2 * edges[e + 1], edges[e + 2]];
    if (party !== NOBODY)
      border.set(party, (border.get(party) ?? 0) + Math.hypot(xy[a] - xy[b], xy[a + 1] - xy[b + 1]));
  }
  const byBorder = [...border].sort(([p, a], [q, b]) => b - a || p - q);
  const rank = new Map(byBorder.map(([party], i) => [party, i]));
  /** The first in rank of the areas at each vertex. */
  const best = around.map((at) =>
    at.reduce((least, edge) => Math.min(least, rank.get(edges[3 * edge + 2]) ?? byBorder.length), byBorder.length),
  );
  const area = new Int32Array(inside.length).fill(byBorder.length);
  let reached: number[] = [];
  for (let t = 0; t < area.length; t++) {
    area[t] = Math.min(best[corners[3 * t]], best[corners[3 * t + 1]], best[corners[3 * t + 2]]);
    if (inside[t] === 1 && area[t] < byBorder.length) reached.push(t);
  }
  while (reached.length > 0) {
    const next: number[] = [];
    for (const t of reached) {
      for (let h = 3 * t; h < 3 * t + 3; h++) {
        const neighbour = beyond[h] < 0 ? -1 : (beyond[h] - (beyond[h] % 3)) / 3;
        if (neighbour < 0 || inside[neighbour] === 0 || area[neighbour] < byBorder.length) continue;
        area[neighbour] = area[t];
        next.push(neighbour);
      }
    }
    reached = next;
  }
  return area;
}
