import type { Polygon } from '../../geometry/geojson-geometry.js';

type Point = readonly [number, number];

/** Degrees, a decimetre: an edge nearer to the frame than this runs along it. */
const BESIDE = 1e-6;
/** Degrees: segments of the frame are found by cells of this size. */
const CELL = 0.25;

/** The boundary of a theatre, as maps are compared with it. */
export interface Frame {
  /** Whether an edge of a map runs along it. */
  onFrame: (a: Point, b: Point) => boolean;
  /** The theatre, and the territory abroad that it is cut with. */
  polygons: readonly Polygon[];
}

/** Tells whether an edge of a map (lon, lat) runs along the boundary of its theatre: both its ends and its middle lie on it. */
export function frameEdges(boundary: readonly Polygon[]): (a: Point, b: Point) => boolean {
  const cells = new Map<string, [Point, Point][]>();
  const cell = (degrees: number) => Math.floor(degrees / CELL);
  for (const ring of boundary.flat()) {
    for (const [index, to] of ring.slice(1).entries()) {
      const from = ring[index] as Point;
      for (const key of cellsAlong(from, to, cell)) {
        const list = cells.get(key);
        if (list) list.push([from, to]);
        else cells.set(key, [[from, to]]);
      }
    }
  }
  const onFrame = (point: Point) =>
    (cells.get(`${cell(point[0])} ${cell(point[1])}`) ?? []).some(([a, b]) => distance(point, a, b) <= BESIDE);
  return (a, b) => onFrame(a) && onFrame(b) && onFrame([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
}

/** Every cell that a segment passes or comes near to; those of its bounding box, which is thin for short ones. */
function cellsAlong(a: Point, b: Point, cell: (degrees: number) => number): Set<string> {
  const keys = new Set<string>();
  const steps = Math.max(1, Math.ceil((2 * Math.hypot(b[0] - a[0], b[1] - a[1])) / CELL));
  for (let step = 0; step <= steps; step++) {
    const x = a[0] + ((b[0] - a[0]) * step) / steps;
    const y = a[1] + ((b[1] - a[1]) * step) / steps;
    // Half a cell around each of the steps, which are half a cell apart.
    for (const dx of [-CELL / 2, 0, CELL / 2]) {
      for (const dy of [-CELL / 2, 0, CELL / 2]) keys.add(`${cell(x + dx)} ${cell(y + dy)}`);
    }
  }
  return keys;
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
