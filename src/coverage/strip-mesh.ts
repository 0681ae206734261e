import { constrainedDelaunay, nextHalf } from './constrained-delaunay.js';

export { nextHalf };

/**
 * One edge of a strip, the strip on its left; planar metres. `party` is who holds the area on the right: an index of the
 * caller's, or −1 (the edge of the theatre, foreign territory).
 */
export interface StripEdge {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  party: number;
}

/** The vertices and edges of a strip, edges by the index of their ends. */
export interface StripOutline {
  /** x, y, x, y, … */
  xy: number[];
  /** The edges: start, end, party, start, end, party, … */
  edges: number[];
  /** Edges (by number) at each vertex. */
  around: number[][];
  /** The only party of the edges at a vertex; −1 where there is none, −2 where there are several. */
  holder: Int32Array;
}

export const NOBODY = -1;
export const SEVERAL = -2;

/** The outline of a strip from its edges, in any order, which share their ends exactly. */
export function outlineOf(edges: readonly StripEdge[]): StripOutline {
  const index = new Map<string, number>();
  const xy: number[] = [];
  const vertex = (x: number, y: number): number => {
    const key = `${x} ${y}`;
    let found = index.get(key);
    if (found === undefined) {
      found = xy.length / 2;
      index.set(key, found);
      xy.push(x, y);
    }
    return found;
  };
  const flat = edges.flatMap(({ ax, ay, bx, by, party }) => [vertex(ax, ay), vertex(bx, by), party]);
  return { xy, edges: flat, ...aroundOf(xy.length / 2, flat) };
}

function aroundOf(vertices: number, edges: readonly number[]): Pick<StripOutline, 'around' | 'holder'> {
  const around: number[][] = Array.from({ length: vertices }, () => []);
  const holder = new Int32Array(vertices).fill(NOBODY);
  for (let e = 0; e < edges.length; e += 3) {
    for (const v of [edges[e], edges[e + 1]]) {
      around[v]?.push(e / 3);
      const party = edges[e + 2];
      if (party !== NOBODY && holder[v] !== party) holder[v] = holder[v] === NOBODY ? party : SEVERAL;
    }
  }
  return { around, holder };
}

/** The same outline with more vertices: of each edge that is named, at these shares of its length, in rising order. */
export function withVertices(outline: StripOutline, shares: ReadonlyMap<number, readonly number[]>): StripOutline {
  const xy = [...outline.xy];
  const edges: number[] = [];
  for (let e = 0; e < outline.edges.length; e += 3) {
    const [a, b, party] = [outline.edges[e], outline.edges[e + 1], outline.edges[e + 2]];
    let from = a;
    for (const share of shares.get(e / 3) ?? []) {
      const next = xy.length / 2;
      xy.push(xy[2 * a] + share * (xy[2 * b] - xy[2 * a]), xy[2 * a + 1] + share * (xy[2 * b + 1] - xy[2 * a + 1]));
      edges.push(from, next, party);
      from = next;
    }
    edges.push(from, b, party);
  }
  return { xy, edges, ...aroundOf(xy.length / 2, edges) };
}

/** The triangles of a strip: corners, and the half edge beyond each (−1: the outline). Half edge h runs from corner h. */
export interface StripMesh {
  corners: Uint32Array;
  beyond: Int32Array;
  /** Per triangle: whether it lies in the strip. */
  inside: Uint8Array;
}

/**
 * A constrained Delaunay triangulation of the strip (its edges are edges of triangles).
 * @returns null where it has no area
 */
export function triangulateStrip({ xy, edges }: StripOutline): StripMesh | null {
  const pairs: number[] = [];
  for (let e = 0; e < edges.length; e += 3) pairs.push(edges[e], edges[e + 1]);
  const made = constrainedDelaunay(Float64Array.from(xy), pairs);
  if (!made) return null;
  const { corners, twins } = made;
  const count = xy.length / 2;
  const halves = new Map<number, number>();
  for (let h = 0; h < corners.length; h++) halves.set(corners[h] * count + corners[nextHalf(h)], h);
  const beyond = twins.slice();
  const seeds: number[] = [];
  for (let e = 0; e < pairs.length; e += 2) {
    const [a, b] = [pairs[e], pairs[e + 1]];
    const [ahead, back] = [halves.get(a * count + b), halves.get(b * count + a)];
    if (ahead !== undefined) beyond[ahead] = -1;
    if (back === undefined) continue;
    beyond[back] = -1;
    // Delaunator runs round its triangles clockwise: the strip, on the left of a → b, has the half edge b → a.
    seeds.push(Math.floor(back / 3));
  }
  const inside = new Uint8Array(corners.length / 3);
  for (let triangle = seeds.pop(); triangle !== undefined; triangle = seeds.pop()) {
    if (inside[triangle] === 1) continue;
    inside[triangle] = 1;
    for (let h = 3 * triangle; h < 3 * triangle + 3; h++) {
      if (beyond[h] >= 0) seeds.push(Math.floor(beyond[h] / 3));
    }
  }
  return { corners, beyond, inside };
}
