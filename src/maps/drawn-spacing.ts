import type { Polygon } from '../geometry/geojson-geometry.js';

type Point = readonly [number, number];

/** What the error of an area depends on along lines: lengths squared, and lengths. */
interface Sums {
  /** Of each vertex the square of half its two edges. */
  squares: number;
  length: number;
}

const EARTH_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Metres between two points in lon, lat: of an edge on a sphere, for statistics of spacing. */
function metres([x0, y0]: Point, [x1, y1]: Point): number {
  const across = (x1 - x0) * RADIANS * Math.cos(((y0 + y1) / 2) * RADIANS);
  return EARTH_M * Math.hypot(across, (y1 - y0) * RADIANS);
}

/**
 * How far apart the vertices of a map were drawn, metres: ℓ = Σ((a + b)/2)² / ΣL over its vertices, a and b the edges that
 * meet there. When every vertex is off by an error of its own (σ across the line), σ²·ℓ·L is the variance of the area
 * beside a line of length L. Of evenly spaced vertices it is their distance. Edges along the frame of the theatre are
 * nobody's drawing (`onFrame`) and do not count. Null: no other edge.
 */
export function drawnSpacing(
  areas: readonly { polygons: readonly Polygon[]; spacingM?: number | null | undefined }[],
  onFrame: (a: Point, b: Point) => boolean,
): number | null {
  const total: Sums = { squares: 0, length: 0 };
  for (const { polygons, spacingM } of areas) {
    const of = sums(polygons, metres, onFrame);
    // Lines that were transformed have more vertices than were drawn.
    total.squares += spacingM ? spacingM * of.length : of.squares;
    total.length += of.length;
  }
  return total.length > 0 ? total.squares / total.length : null;
}

/** The spacing of an area that was drawn in another coordinate system, metres: there, on the scale of what became of it. */
export function spacingOf(drawn: readonly Polygon[], transformed: readonly Polygon[]): number | null {
  const plane = (a: Point, b: Point) => Math.hypot(b[0] - a[0], b[1] - a[1]);
  const [inUnits, inMetres] = [sums(drawn, plane, () => false), sums(transformed, metres, () => false)];
  return inUnits.length > 0 ? (inUnits.squares / inUnits.length) * (inMetres.length / inUnits.length) : null;
}

function sums(
  polygons: readonly Polygon[],
  distance: (a: Point, b: Point) => number,
  skipped: (a: Point, b: Point) => boolean,
): Sums {
  const total: Sums = { squares: 0, length: 0 };
  for (const ring of polygons.flat()) {
    const edges = ring.slice(1).map((to, index) => {
      const from = ring[index] as Point;
      return skipped(from, to) ? null : distance(from, to);
    });
    for (const [index, edge] of edges.entries()) {
      if (edge === null) continue;
      total.length += edge;
      // A line that ends on the frame has half a vertex there.
      const before = edges.at(index - 1) ?? 0;
      total.squares += ((before + edge) / 2) ** 2;
      if (edges[(index + 1) % edges.length] === null) total.squares += (edge / 2) ** 2;
    }
  }
  return total;
}
