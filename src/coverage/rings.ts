/** A directed stretch of a member's border, the member on its left (north up). `start` and `end` name its end vertices. */
export interface Path {
  start: number;
  end: number;
  /** Flat `x, y, x, y …`, both ends included. */
  points: number[];
}

/** 1 where y grows northwards (degrees), -1 where it grows southwards (tiles). */
export type North = 1 | -1;

/**
 * Joins paths into simple rings (flat, not closed, the member on the left). Where a member touches itself in a vertex,
 * the ring is split there: two corners that meet become two rings, a hole that touches the outside becomes a hole.
 *
 * At a vertex the border of the connected ground goes on along the first path clockwise from where it came; a loop
 * that returns to a vertex of its own path leaves as a ring of its own.
 */
export function traceRings(paths: readonly Path[], north: North): number[][] {
  const leaving = new Map<number, Path[]>();
  for (const path of paths) {
    const known = leaving.get(path.start);
    if (known) known.push(path);
    else leaving.set(path.start, [path]);
  }
  const rings: number[][] = [];
  const used = new Set<Path>();
  for (const first of paths) {
    if (used.has(first)) continue;
    const trail: Path[] = [];
    const depthOf = new Map<number, number>();
    for (let path: Path | undefined = first; path; ) {
      used.add(path);
      depthOf.set(path.start, trail.push(path) - 1);
      const depth = depthOf.get(path.end);
      if (depth !== undefined) {
        const loop = trail.splice(depth);
        for (const { start } of loop) depthOf.delete(start);
        rings.push(joined(loop));
        if (trail.length === 0) break;
      }
      path = nextOf(path, leaving.get(path.end) ?? [], used, north);
    }
  }
  return rings.filter((ring) => ring.length >= 6);
}

function nextOf(arrived: Path, options: readonly Path[], used: ReadonlySet<Path>, north: North): Path | undefined {
  let best: Path | undefined;
  let bestTurn = Infinity;
  const p = arrived.points;
  const n = p.length;
  for (const option of options) {
    if (used.has(option)) continue;
    if (options.length === 1) return option;
    const q = option.points;
    const back = Math.atan2(diff(p, n - 3, n - 1), diff(p, n - 4, n - 2));
    const ahead = Math.atan2(diff(q, 3, 1), diff(q, 2, 0));
    let turn = north * (back - ahead);
    while (turn <= 0) turn += 2 * Math.PI;
    if (turn < bestTurn) {
      bestTurn = turn;
      best = option;
    }
  }
  return best;
}

function diff(points: readonly number[], i: number, j: number): number {
  return points[i] - points[j];
}

function joined(loop: readonly Path[]): number[] {
  const ring = new Array<number>(loop.reduce((sum, { points }) => sum + points.length - 2, 0));
  let at = 0;
  for (const { points } of loop) for (let i = 0; i < points.length - 2; i++) ring[at++] = points[i];
  return ring;
}

/** Sorts rings into polygons `[outer, ...holes]` by their winding; a hole goes to the smallest outer ring around it. */
export function groupRings(rings: readonly number[][], north: North): number[][][] {
  const outers: { polygon: number[][]; area: number; box: Box }[] = [];
  const holes: number[][] = [];
  for (const ring of rings) {
    const area = north * doubledArea(ring);
    if (area > 0) outers.push({ polygon: [ring], area, box: boxOf(ring) });
    else if (area < 0) holes.push(ring);
  }
  if (holes.length > 0) outers.sort((a, b) => a.area - b.area);
  for (const hole of holes) {
    const box = boxOf(hole);
    const around =
      outers.length === 1
        ? outers[0]
        : outers.find(({ polygon: [outer], box: outside }) => outer && isWithin(box, outside) && isInside(hole, outer));
    around?.polygon.push(hole);
  }
  return outers.map(({ polygon }) => polygon);
}

type Box = readonly [x0: number, y0: number, x1: number, y1: number];

function boxOf(ring: readonly number[]): Box {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    x0 = Math.min(x0, ring[i]);
    x1 = Math.max(x1, ring[i]);
    y0 = Math.min(y0, ring[i + 1]);
    y1 = Math.max(y1, ring[i + 1]);
  }
  return [x0, y0, x1, y1];
}

const isWithin = (a: Box, b: Box): boolean => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

/** Twice the signed area of a flat ring; positive is counter-clockwise where y grows upwards. Exact for tile integers. */
export function doubledArea(ring: readonly number[]): number {
  const x0 = ring[0];
  const y0 = ring[1];
  let sum = 0;
  for (let i = 2; i + 3 < ring.length; i += 2)
    sum += (ring[i] - x0) * (ring[i + 3] - y0) - (ring[i + 2] - x0) * (ring[i + 1] - y0);
  return sum;
}

/** Rings of one member meet in single vertices at most: the first vertex that the rings do not share decides. */
function isInside(ring: readonly number[], outer: readonly number[]): boolean {
  const shared = new Set<string>();
  for (let i = 0; i < outer.length; i += 2) shared.add(`${outer[i]} ${outer[i + 1]}`);
  for (let i = 0; i < ring.length; i += 2) {
    if (!shared.has(`${ring[i]} ${ring[i + 1]}`)) return containsPoint(outer, ring[i], ring[i + 1]);
  }
  return false;
}

/** Even-odd rule, for a point that is not on the ring. */
export function containsPoint(ring: readonly number[], px: number, py: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const yi = ring[i + 1];
    const yj = ring[j + 1];
    if (yi > py === yj > py) continue;
    const xi = ring[i];
    if (px < xi + ((ring[j] - xi) * (py - yi)) / (yj - yi)) inside = !inside;
  }
  return inside;
}
