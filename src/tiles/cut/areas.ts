import { BUFFER, EXTENT } from '../../coverage/grid.js';
import { groupRings, type Path, traceRings } from '../../coverage/rings.js';
import { membersAtCorner } from './corners.js';
import { type CutIndex, piecesOf } from './cut-index.js';
import type { Tile } from './tile.js';

/** The box of a tile with its margin, in units of the tile. */
const LOW = -BUFFER;
const HIGH = EXTENT + BUFFER;
const SIDE = HIGH - LOW;
/** Position → number. */
const STRIDE = 2 ** 13;

/** The ground of a member within a tile. */
export interface TileArea {
  readonly member: number;
  /** Flat rings in units of the tile, y southwards, not closed: each outer ring, clockwise on the map, before its holes. */
  readonly rings: number[][];
}

/**
 * The polygons of each member within the tile and its margin, by member. Every ring is simple; neighbours share every vertex.
 *
 * A member's pieces are closed along the sides of the box: wherever more of its border arrives at a side than leaves, its
 * ground goes on along the side, counter-clockwise, up to where more leaves. All of it is counting on whole numbers.
 */
export function areasOfTile(index: CutIndex, tile: Tile): TileArea[] {
  const atCorner = membersAtCorner(index.corners, tile);
  const pathsOf = new Map<number, Path[]>();
  for (const member of atCorner) pathsOf.set(member, []);
  const add = (member: number, points: number[]): void => {
    if (member < 0) return;
    let paths = pathsOf.get(member);
    if (!paths) {
      paths = [];
      pathsOf.set(member, paths);
    }
    if (isOnSide(points) !== 'outside') paths.push(pathOf(points));
  };
  const [west, north] = [tile.x * EXTENT, tile.y * EXTENT];
  for (const piece of piecesOf(index, tile)) {
    const first = index.first[piece];
    const last = index.last[piece];
    const ahead = new Array<number>(2 * (last - first + 1));
    const back = new Array<number>(ahead.length);
    for (let i = first, at = 0; i <= last; i++, at += 2) {
      back[ahead.length - 2 - at] = ahead[at] = index.x[i] - west;
      back[ahead.length - 1 - at] = ahead[at + 1] = index.y[i] - north;
    }
    add(index.left[piece], ahead);
    add(index.right[piece], back);
  }
  const areas: TileArea[] = [];
  for (const member of [...pathsOf.keys()].sort((a, b) => a - b)) {
    const paths = pathsOf.get(member) as Path[];
    const closed = [...paths, ...alongSides(paths, atCorner.includes(member))];
    const rings = groupRings(traceRings(closed, -1), -1).flat();
    // MVT wants outer rings clockwise on the map, which is the other way round.
    if (rings.length > 0) areas.push({ member, rings: rings.map(turned) });
  }
  return areas;
}

/** Turned round in its place. */
function turned(ring: number[]): number[] {
  for (let i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
    const [x, y] = [ring[i], ring[i + 1]];
    ring[i] = ring[j];
    ring[i + 1] = ring[j + 1];
    ring[j] = x;
    ring[j + 1] = y;
  }
  return ring;
}

function pathOf(points: number[]): Path {
  const n = points.length;
  return {
    start: points[0] * STRIDE + points[1],
    end: points[n - 2] * STRIDE + points[n - 1],
    points,
  };
}

/** Whether an edge runs along a side of the box and, if so, whether the ground on its left is inside the box. */
function isOnSide(points: readonly number[]): 'inside' | 'outside' | 'no' {
  if (points.length !== 4) return 'no';
  const [ax, ay, bx, by] = points;
  const upright = ax === bx && (ax === LOW || ax === HIGH);
  if (!upright && !(ay === by && (ay === LOW || ay === HIGH))) return 'no';
  const ahead = ax === bx ? (ax === LOW ? by > ay : by < ay) : ay === HIGH ? bx > ax : bx < ax;
  return ahead ? 'inside' : 'outside';
}

/** Distance along the sides from the north-west corner, going south first (counter-clockwise); -1 inside the box. */
function sidePosition(x: number, y: number): number {
  if (x === LOW) return y - LOW;
  if (y === HIGH) return SIDE + (x - LOW);
  if (x === HIGH) return 2 * SIDE + (HIGH - y);
  if (y === LOW) return 3 * SIDE + (HIGH - x);
  return -1;
}

function positionOnSide(at: number): [x: number, y: number] {
  const rest = at % SIDE;
  switch (Math.floor(at / SIDE) % 4) {
    case 0:
      return [LOW, LOW + rest];
    case 1:
      return [LOW + rest, HIGH];
    case 2:
      return [HIGH, HIGH - rest];
    default:
      return [HIGH - rest, LOW];
  }
}

/** The stretches of the box's sides that bound the member's ground. */
function alongSides(paths: readonly Path[], coversCorner: boolean): Path[] {
  const surplus = new Map<number, number>();
  let followsSide = false;
  for (const { points } of paths) {
    const n = points.length;
    const from = sidePosition(points[0], points[1]);
    const to = sidePosition(points[n - 2], points[n - 1]);
    if (from >= 0) surplus.set(from, (surplus.get(from) ?? 0) - 1);
    if (to >= 0) surplus.set(to, (surplus.get(to) ?? 0) + 1);
    followsSide ||= isOnSide(points) === 'inside';
  }
  const stops = [...surplus.keys()].sort((a, b) => a - b);
  let running = 0;
  let lowest = 0;
  for (const at of stops) {
    running += surplus.get(at) ?? 0;
    lowest = Math.min(lowest, running);
  }
  const isUneven = stops.some((at) => surplus.get(at) !== 0);
  let open = isUneven ? -lowest : coversCorner && !followsSide ? 1 : 0;
  if (stops.length === 0) stops.push(0);
  const stretches: Path[] = [];
  stops.forEach((at, i) => {
    open += surplus.get(at) ?? 0;
    if (open <= 0) return;
    const next = i + 1 < stops.length ? stops[i + 1] : stops[0] + 4 * SIDE;
    const points: number[] = [...positionOnSide(at)];
    for (let corner = (Math.floor(at / SIDE) + 1) * SIDE; corner < next; corner += SIDE) {
      points.push(...positionOnSide(corner));
    }
    points.push(...positionOnSide(next));
    stretches.push(pathOf(points));
  });
  return stretches;
}
