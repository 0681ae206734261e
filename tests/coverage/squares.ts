import type { CoverageMember } from '../../src/coverage/topology.js';

/** A rectangle in degrees; `extra` are further vertices that neighbours have on its sides, in order. */
export function rectangle(
  west: number,
  south: number,
  east: number,
  north: number,
  extra: number[][] = [],
): number[][] {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  const ring = corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % 4] as number[];
    const between = extra.filter((p) => isBetween(corner, next, p));
    between.sort((p, q) => distance(corner, p) - distance(corner, q));
    return [corner, ...between];
  });
  return [...ring, ring[0] as number[]];
}

export function member(id: number, ...rings: number[][][]): CoverageMember {
  return { id, polygons: [rings] };
}

function isBetween([ax = 0, ay = 0]: number[], [bx = 0, by = 0]: number[], [px = 0, py = 0]: number[]): boolean {
  return (bx - ax) * (py - ay) === (by - ay) * (px - ax) && (px - ax) * (px - bx) + (py - ay) * (py - by) < 0;
}

function distance([ax = 0, ay = 0]: number[], [bx = 0, by = 0]: number[]): number {
  return Math.hypot(bx - ax, by - ay);
}

/** Planar area of MultiPolygon coordinates in square degrees, holes taken off. */
export function areaOf(polygons: readonly number[][][][]): number {
  let doubled = 0;
  for (const ring of polygons.flat()) {
    ring.forEach(([x1 = 0, y1 = 0], i) => {
      const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
      doubled += x1 * y2 - x2 * y1;
    });
  }
  return doubled / 2;
}
