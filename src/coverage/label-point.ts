import { minHeap } from './heap.js';
import { latOf, lonOf, mercatorX, mercatorY } from './mercator.js';

/** How near the point comes to the best one: this part of the polygon's size. */
const PRECISION = 1 / 256;
/** A polygon much longer than wide would begin with countless squares. */
const MOST_ACROSS = 32;

/**
 * Where to write on a polygon (degrees; outer ring, then holes): the point of it that is farthest from its border on the
 * map, found by halving squares, the most promising first. Depends on nothing but the polygon.
 */
export function labelPoint(polygon: readonly (readonly number[][])[]): [lon: number, lat: number] {
  const rings = polygon.map((ring) => ring.map(([lon = 0, lat = 0]) => [mercatorX(lon), mercatorY(lat)] as const));
  const [west, north, east, south] = boundsOf(rings[0] ?? []);
  const size = Math.max(east - west, south - north);
  const side = Math.max(Math.min(east - west, south - north), size / MOST_ACROSS);
  if (!(side > 0)) return [lonOf(west), latOf(north)];

  const squares: { x: number; y: number; half: number; inside: number }[] = [];
  const queue = minHeap();
  const add = (x: number, y: number, half: number): void => {
    const inside = signedDistance(rings, x, y);
    // No point of the square is farther in than this.
    queue.push(squares.push({ x, y, half, inside }) - 1, -(inside + half * Math.SQRT2));
  };
  for (let x = west + side / 2; x - side / 2 < east; x += side) {
    for (let y = north + side / 2; y - side / 2 < south; y += side) add(x, y, side / 2);
  }
  let best = { x: (west + east) / 2, y: (north + south) / 2, inside: Number.NEGATIVE_INFINITY };
  for (let next = queue.pop(); next >= 0; next = queue.pop()) {
    const { x, y, half, inside } = squares[next] as (typeof squares)[number];
    if (inside > best.inside) best = { x, y, inside };
    if (-queue.key() - best.inside <= size * PRECISION && best.inside > 0) break;
    // Below this nothing is left to find: the polygon is thinner than a millimetre.
    if (half < 1e-12) break;
    for (const [dx, dy] of QUARTERS) add(x + (dx * half) / 2, y + (dy * half) / 2, half / 2);
  }
  return [lonOf(best.x), latOf(best.y)];
}

const QUARTERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

type Ring = readonly (readonly [number, number])[];

function boundsOf(ring: Ring): [number, number, number, number] {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return [west, north, east, south];
}

/** Distance to the nearest border, negative outside. */
function signedDistance(rings: readonly Ring[], px: number, py: number): number {
  let inside = false;
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [bx, by] = ring[i] as readonly [number, number];
      const [ax, ay] = ring[j] as readonly [number, number];
      if (by > py !== ay > py && px < ((ax - bx) * (py - by)) / (ay - by) + bx) inside = !inside;
      const [dx, dy] = [bx - ax, by - ay];
      const squared = dx * dx + dy * dy;
      const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / squared));
      least = Math.min(least, (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2);
    }
  }
  return (inside ? 1 : -1) * Math.sqrt(least);
}
