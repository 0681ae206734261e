import type { Crossing, Sleeve } from './sleeves.js';
import { NOBODY, type StripOutline } from './strip-mesh.js';

/** How many crossings on either side of its own a vertex looks for what its disc may touch. */
const REACH = 3;

interface MedialPoint {
  x: number;
  y: number;
  /** The crossing that it lies at. */
  place: number;
  radius: number;
}

/**
 * The points of a mid-line, x, y, x, y, …: for each vertex on the way the centre of the largest disc that touches the edge
 * there from within and no vertex or edge of the other party nearby (a shrinking ball: Ma, Bae and Choi 2012). Halfway
 * between parallel edges, on the bisector of straight ones, and exact whatever the spacing of vertices.
 */
export function medialPoints(outline: StripOutline, sleeve: Sleeve): number[] {
  const { crossings, closed, start, end } = sleeve;
  const fans = fansOf(sleeve);
  const points: MedialPoint[] = [];
  for (const { vertex, side, first, last } of fans) {
    const found = disc(outline, sleeve, vertex, side, first, last);
    if (found) points.push(found);
  }
  const middle = (place: number): readonly [number, number] => {
    const { a, b } = crossings[Math.min(crossings.length - 1, Math.max(0, place))] as Crossing;
    const { xy } = outline;
    return [(xy[2 * a] + xy[2 * b]) / 2, (xy[2 * a + 1] + xy[2 * b + 1]) / 2];
  };
  const along = ({ x, y, place }: MedialPoint): number => {
    const [from, to] = [middle(place - 1), middle(place + 1)];
    return x * (to[0] - from[0]) + y * (to[1] - from[1]);
  };
  points.sort((m, n) => m.place - n.place || along(m) - along(n));
  const lastly = (point: readonly [number, number] | null, place: number): MedialPoint[] =>
    point ? [{ x: point[0], y: point[1], place, radius: 0 }] : [];
  const ordered = withoutBacktracks([
    ...lastly(start ?? (closed ? null : middle(0)), 0),
    ...points,
    ...lastly(end ?? (closed ? null : middle(crossings.length - 1)), crossings.length),
  ]);
  if (closed && ordered[0]) ordered.push(ordered[0]);
  return withoutRepeats(ordered.flatMap(({ x, y }) => [x, y]));
}

interface Fan {
  vertex: number;
  side: 'a' | 'b';
  /** The crossings that end in the vertex. */
  first: number;
  last: number;
}

/** Each vertex on either side of the way with the run of crossings that end in it. */
function fansOf({ crossings }: Sleeve): Fan[] {
  const fans: Fan[] = [];
  for (const side of ['a', 'b'] as const) {
    let open = null as Fan | null;
    for (const [place, crossing] of crossings.entries()) {
      if (open?.vertex === crossing[side]) open.last = place;
      else {
        open = { vertex: crossing[side], side, first: place, last: place };
        fans.push(open);
      }
    }
  }
  return fans;
}

/** The largest disc at a vertex; null where the edge turns back on itself, or its own side is nearer than the other. */
function disc(
  outline: StripOutline,
  { crossings }: Sleeve,
  vertex: number,
  side: 'a' | 'b',
  first: number,
  last: number,
): MedialPoint | null {
  const { xy } = outline;
  const normal = inward(outline, vertex);
  if (!normal) return null;
  const [nx, ny] = normal;
  const [px, py] = [xy[2 * vertex], xy[2 * vertex + 1]];
  let radius = Number.POSITIVE_INFINITY;
  let place = first;
  const opposite = side === 'a' ? 'b' : 'a';
  for (let k = Math.max(0, first - REACH); k <= Math.min(crossings.length - 1, last + REACH); k++) {
    const other = (crossings[k] as Crossing)[opposite];
    const reached = touching(outline, [px, py], [nx, ny], other);
    if (reached < radius) {
      radius = reached;
      place = Math.min(last, Math.max(first, k));
    }
  }
  if (!Number.isFinite(radius)) return null;
  const [x, y] = [px + radius * nx, py + radius * ny];
  for (let k = Math.max(0, first - REACH); k <= Math.min(crossings.length - 1, last + REACH); k++) {
    const own = (crossings[k] as Crossing)[side];
    if (Math.hypot(xy[2 * own] - x, xy[2 * own + 1] - y) < radius * (1 - 1e-6)) return null;
  }
  return { x, y, place, radius };
}

/** Unit normal into the strip at a vertex of one party's edge: halfway between those of its edges. */
function inward({ xy, edges, around }: StripOutline, vertex: number): [number, number] | null {
  let [x, y] = [0, 0];
  for (const edge of around[vertex] ?? []) {
    if (edges[3 * edge + 2] === NOBODY) continue;
    const [dx, dy, length] = direction(xy, edges[3 * edge], edges[3 * edge + 1]);
    x -= dy / length;
    y += dx / length;
  }
  const size = Math.hypot(x, y);
  return size < 1e-3 ? null : [x / size, y / size];
}

function direction(xy: readonly number[], a: number, b: number): [dx: number, dy: number, length: number] {
  const [dx, dy] = [xy[2 * b] - xy[2 * a], xy[2 * b + 1] - xy[2 * a + 1]];
  return [dx, dy, Math.hypot(dx, dy)];
}

/** The radius at which a disc that grows from `p` along `n` touches a vertex of the other edge, or an edge there. */
function touching(
  { xy, edges, around }: StripOutline,
  [px, py]: readonly [number, number],
  [nx, ny]: readonly [number, number],
  vertex: number,
): number {
  const [vx, vy] = [xy[2 * vertex] - px, xy[2 * vertex + 1] - py];
  const ahead = nx * vx + ny * vy;
  let radius = ahead > 0 ? (vx * vx + vy * vy) / (2 * ahead) : Number.POSITIVE_INFINITY;
  for (const edge of around[vertex] ?? []) {
    if (edges[3 * edge + 2] === NOBODY) continue;
    const a = edges[3 * edge];
    const [dx, dy, length] = direction(xy, a, edges[3 * edge + 1]);
    const [mx, my] = [-dy / length, dx / length];
    const height = mx * (px - xy[2 * a]) + my * (py - xy[2 * a + 1]);
    const facing = 1 - (mx * nx + my * ny);
    if (height <= 0 || facing < 1e-9) continue;
    const reached = height / facing;
    const [tx, ty] = [px + reached * (nx - mx) - xy[2 * a], py + reached * (ny - my) - xy[2 * a + 1]];
    const share = (tx * dx + ty * dy) / length ** 2;
    if (share >= 0 && share <= 1) radius = Math.min(radius, reached);
  }
  return radius;
}

/** A mid-line turns no sharper than its discs are wide: a point from which it goes back is out of order. */
function withoutBacktracks(points: readonly MedialPoint[]): MedialPoint[] {
  const kept: MedialPoint[] = [];
  for (const point of points) {
    while (kept.length > 1) {
      const [from, last] = [kept.at(-2), kept.at(-1)] as [MedialPoint, MedialPoint];
      const back = (last.x - from.x) * (point.x - last.x) + (last.y - from.y) * (point.y - last.y);
      const near = Math.min(
        Math.hypot(last.x - from.x, last.y - from.y),
        Math.hypot(point.x - last.x, point.y - last.y),
      );
      if (back >= 0 || near > last.radius) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

function withoutRepeats(xy: readonly number[]): number[] {
  const kept: number[] = [];
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    if (kept.at(-2) !== x || kept.at(-1) !== y) kept.push(x, y);
  }
  return kept;
}
