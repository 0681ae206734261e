import Flatbush from 'flatbush';
import { orient2d } from 'robust-predicates';
import type { Polygon } from './geojson-geometry.js';
import type { Position } from './geojson-ring.js';

/*
 * How polygons in lon, lat lie to themselves, to each other and to points, by exact orientation (Shewchuk): for inputs
 * that are judged before a database sees them. Edges are straight in lon, lat.
 */

interface Edge {
  a: Position;
  b: Position;
  ring: number;
  nth: number;
  /** How many edges the ring has. */
  of: number;
}

/** The rings of an area with an index over their edges. */
export interface IndexedArea {
  edges: readonly Edge[];
  index: Flatbush | null;
}

/** Indexes an area; vertices that repeat the one before make no edge. */
export function indexArea(polygons: readonly Polygon[]): IndexedArea {
  const edges: Edge[] = [];
  for (const [ring, positions] of polygons.flat().entries()) {
    const distinct = positions.filter((at, nth) => nth === 0 || !same(at, positions[nth - 1] as Position));
    for (let nth = 1; nth < distinct.length; nth++) {
      edges.push({
        a: distinct[nth - 1] as Position,
        b: distinct[nth] as Position,
        ring,
        nth: nth - 1,
        of: distinct.length - 1,
      });
    }
  }
  if (edges.length === 0) return { edges, index: null };
  const index = new Flatbush(edges.length);
  for (const { a, b } of edges) {
    index.add(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]));
  }
  index.finish();
  return { edges, index };
}

const same = (p: Position, q: Position) => p[0] === q[0] && p[1] === q[1];

/** Positive where `p` lies to the left of the line from `a` to `b`, 0 on it. */
const side = (a: Position, b: Position, p: Position) => -Math.sign(orient2d(a[0], a[1], b[0], b[1], p[0], p[1]));

function near({ edges, index }: IndexedArea, { a, b }: Pick<Edge, 'a' | 'b'>, margin: number): Edge[] {
  if (index === null) return [];
  return index
    .search(
      Math.min(a[0], b[0]) - margin,
      Math.min(a[1], b[1]) - margin,
      Math.max(a[0], b[0]) + margin,
      Math.max(a[1], b[1]) + margin,
    )
    .map((nth) => edges[nth] as Edge);
}

const between = (p: Position, a: Position, b: Position) =>
  Math.min(a[0], b[0]) <= p[0] &&
  p[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= p[1] &&
  p[1] <= Math.max(a[1], b[1]);

function crossing(one: Edge, other: Edge): Position {
  const [ux, uy] = [one.b[0] - one.a[0], one.b[1] - one.a[1]];
  const [vx, vy] = [other.b[0] - other.a[0], other.b[1] - other.a[1]];
  const t = ((other.a[0] - one.a[0]) * vy - (other.a[1] - one.a[1]) * vx) / (ux * vy - uy * vx);
  return [one.a[0] + t * ux, one.a[1] + t * uy];
}

const crosses = (one: Edge, other: Edge) =>
  side(one.a, one.b, other.a) * side(one.a, one.b, other.b) < 0 &&
  side(other.a, other.b, one.a) * side(other.a, other.b, one.b) < 0;

/** Where the boundary of an area crosses itself, touches itself along an edge, or (within a ring) meets itself; null: nowhere. */
export function selfCrossing(area: IndexedArea): Position | null {
  for (const edge of area.edges) {
    for (const other of near(area, edge, 0)) {
      if (other === edge) continue;
      if (crosses(edge, other)) return crossing(edge, other);
      const neighbours =
        other.ring === edge.ring && [1, edge.of - 1].includes((((other.nth - edge.nth) % edge.of) + edge.of) % edge.of);
      const along = side(edge.a, edge.b, other.a) === 0 && side(edge.a, edge.b, other.b) === 0;
      if (along) {
        const shared = [other.a, other.b].filter(
          (p) => between(p, edge.a, edge.b) && !same(p, edge.a) && !same(p, edge.b),
        );
        const [inside] = shared;
        if (inside) return inside;
        if (same(edge.a, other.a) ? same(edge.b, other.b) : same(edge.a, other.b) && same(edge.b, other.a))
          return edge.a;
      } else if (!neighbours && other.ring === edge.ring) {
        if (side(edge.a, edge.b, other.a) === 0 && between(other.a, edge.a, edge.b)) return other.a;
      }
    }
  }
  return null;
}

/** Whether a point lies in an area or on its boundary (even-odd over all rings). */
export function containsPoint({ edges }: IndexedArea, [x, y]: Position): boolean {
  let inside = false;
  for (const { a, b } of edges) {
    if (side(a, b, [x, y]) === 0 && between([x, y], a, b)) return true;
    if (a[1] > y !== b[1] > y && side(a, b, [x, y]) > 0 === b[1] > a[1]) inside = !inside;
  }
  return inside;
}

/** Distance from a point to the nearest edge of an area within `margin`, in the units of the coordinates; Infinity beyond it. */
export function distanceToEdge(area: IndexedArea, p: Position, margin: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { a, b } of near(area, { a: p, b: p }, margin)) least = Math.min(least, toSegment(p, a, b));
  return least <= margin ? least : Number.POSITIVE_INFINITY;
}

function toSegment(p: Position, a: Position, b: Position): number {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * ux + (p[1] - a[1]) * uy) / (ux * ux + uy * uy || 1)));
  return Math.hypot(p[0] - a[0] - t * ux, p[1] - a[1] - t * uy);
}

/**
 * A place at which one area reaches deeper than `tolerance` into the other; null where they only touch. Tried are the
 * middles of the parts into which either boundary cuts the other, and a point inside each ring.
 */
export function overlapOf(one: IndexedArea, other: IndexedArea, tolerance: number): Position | null {
  return reachesInto(one, other, tolerance) ?? reachesInto(other, one, tolerance);
}

function reachesInto(one: IndexedArea, other: IndexedArea, tolerance: number): Position | null {
  const deep = (p: Position) => containsPoint(other, p) && distanceToEdge(other, p, tolerance) > tolerance;
  for (const edge of one.edges) {
    const cuts = near(other, edge, tolerance)
      .filter((against) => crosses(edge, against))
      .map((against) => crossing(edge, against));
    const ordered = [edge.a, ...cuts, edge.b].sort(
      (p, q) => Math.hypot(p[0] - edge.a[0], p[1] - edge.a[1]) - Math.hypot(q[0] - edge.a[0], q[1] - edge.a[1]),
    );
    for (let nth = 1; nth < ordered.length; nth++) {
      const [p, q] = [ordered[nth - 1] as Position, ordered[nth] as Position];
      const middle: Position = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
      for (const tried of [middle, q]) if (deep(tried)) return tried;
    }
  }
  const inner = innerPoint(one);
  return inner && deep(inner) ? inner : null;
}

/** A point inside an area: the middle of the widest stretch on the line of latitude through the middle of its widest band. */
function innerPoint({ edges }: IndexedArea): Position | null {
  const lats = [...new Set(edges.flatMap(({ a, b }) => [a[1], b[1]]))].sort((p, q) => p - q);
  let best: { width: number; at: Position } | null = null;
  const bands = lats.slice(1).map((top, nth) => [lats[nth] as number, top] as const);
  // The widest bands hold the widest stretches often enough; all of them on a long coast would be a square of its vertices.
  const widest = bands.sort((p, q) => q[1] - q[0] - (p[1] - p[0])).slice(0, 20);
  for (const [bottom, top] of widest) {
    const y = (bottom + top) / 2;
    const xs = edges
      .filter(({ a, b }) => a[1] > y !== b[1] > y)
      .map(({ a, b }) => a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
      .sort((p, q) => p - q);
    for (let nth = 1; nth < xs.length; nth += 2) {
      const [from, to] = [xs[nth - 1] as number, xs[nth] as number];
      if (best === null || to - from > best.width) best = { width: to - from, at: [(from + to) / 2, y] };
    }
  }
  return best?.at ?? null;
}

/** A vertex of one area that lies on or within `tolerance` of an edge of the other and is no vertex of it; `off` is how far. */
export function unsharedVertex(
  one: IndexedArea,
  other: IndexedArea,
  tolerance: number,
): { at: Position; off: number } | null {
  const vertices = new Set(other.edges.map(({ a }) => a.join()));
  let found: { at: Position; off: number } | null = null;
  for (const { a } of one.edges) {
    if (vertices.has(a.join())) continue;
    for (const edge of near(other, { a, b: a }, tolerance)) {
      const exact = side(edge.a, edge.b, a) === 0 && between(a, edge.a, edge.b);
      const off = exact ? 0 : toSegment(a, edge.a, edge.b);
      if (off <= tolerance && (found === null || off > found.off)) found = { at: a, off };
    }
  }
  return found;
}
