import { groupRings, type Path, traceRings } from '../coverage/rings.js';
import type { TileAddress } from '../model/tile.js';
import { type Box, boxOf, type CutIndex, membersAtCorner, piecesOf } from './cut.js';

/** Position → number; tiles with margin are 4,224 units wide. */
const STRIDE = 2 ** 27;

/**
 * The polygons of each member within the tile and its margin: member → polygons of flat rings in grid units, outer
 * rings counter-clockwise on the map, not closed. Every ring is simple; neighbours share every vertex.
 *
 * A member's pieces are closed along the sides of the box: wherever more of its border arrives at a side than leaves, its
 * ground goes on along the side, counter-clockwise, up to where more leaves. All of it is counting on whole numbers.
 */
export function areasOfTile(index: CutIndex, tile: TileAddress): Map<number, number[][][]> {
  const box = boxOf(tile);
  const pathsOf = new Map<number, Path[]>();
  const touched = new Set<number>();
  const add = (member: number, points: number[]): void => {
    if (member < 0) return;
    touched.add(member);
    if (isOnSide(points, box) === 'outside') return;
    const paths = pathsOf.get(member);
    const path = pathOf(points);
    if (paths) paths.push(path);
    else pathsOf.set(member, [path]);
  };
  const { grid } = index;
  for (const { arc, first, last } of piecesOf(index, tile)) {
    const ahead = new Array<number>(2 * (last - first + 1));
    const back = new Array<number>(ahead.length);
    for (let i = first; i <= last; i++) {
      const v = grid.vertex[i] as number;
      const at = 2 * (i - first);
      back[ahead.length - 2 - at] = ahead[at] = grid.x[v] as number;
      back[ahead.length - 1 - at] = ahead[at + 1] = grid.y[v] as number;
    }
    add(grid.left[arc] as number, ahead);
    add(grid.right[arc] as number, back);
  }
  const atCorner = new Set(membersAtCorner(index, tile));
  const polygons = new Map<number, number[][][]>();
  for (const member of [...new Set([...touched, ...atCorner])].sort((a, b) => a - b)) {
    const paths = pathsOf.get(member) ?? [];
    const closed = [...paths, ...alongSides(paths, box, atCorner.has(member))];
    const found = groupRings(traceRings(closed, -1), -1);
    if (found.length > 0) polygons.set(member, found);
  }
  return polygons;
}

function pathOf(points: number[]): Path {
  const n = points.length;
  return {
    start: (points[0] as number) * STRIDE + (points[1] as number),
    end: (points[n - 2] as number) * STRIDE + (points[n - 1] as number),
    points,
  };
}

/** Whether an edge runs along a side of the box and, if so, whether the ground on its left is inside the box. */
function isOnSide(points: readonly number[], box: Box): 'inside' | 'outside' | 'no' {
  if (points.length !== 4) return 'no';
  const from = sidePosition(points[0] as number, points[1] as number, box);
  const to = sidePosition(points[2] as number, points[3] as number, box);
  if (from < 0 || to < 0) return 'no';
  const [ax, ay, bx, by] = points as [number, number, number, number];
  const onSide = (ax === bx && (ax === box.x0 || ax === box.x1)) || (ay === by && (ay === box.y0 || ay === box.y1));
  if (!onSide) return 'no';
  const ahead = ax === bx ? (ax === box.x0 ? by > ay : by < ay) : ay === box.y1 ? bx > ax : bx < ax;
  return ahead ? 'inside' : 'outside';
}

/** Distance along the sides from the north-west corner, going south first (counter-clockwise); -1 inside the box. */
function sidePosition(x: number, y: number, { x0, y0, x1, y1 }: Box): number {
  const side = x1 - x0;
  if (x === x0) return y - y0;
  if (y === y1) return side + (x - x0);
  if (x === x1) return 2 * side + (y1 - y);
  if (y === y0) return 3 * side + (x1 - x);
  return -1;
}

function positionOnSide(at: number, { x0, y0, x1, y1 }: Box): [x: number, y: number] {
  const side = x1 - x0;
  const rest = at % side;
  switch (Math.floor(at / side) % 4) {
    case 0:
      return [x0, y0 + rest];
    case 1:
      return [x0 + rest, y1];
    case 2:
      return [x1, y1 - rest];
    default:
      return [x1 - rest, y0];
  }
}

/** The stretches of the box's sides that bound the member's ground. */
function alongSides(paths: readonly Path[], box: Box, coversCorner: boolean): Path[] {
  const side = box.x1 - box.x0;
  const surplus = new Map<number, number>();
  let followsSide = false;
  for (const { points } of paths) {
    const n = points.length;
    const from = sidePosition(points[0] as number, points[1] as number, box);
    const to = sidePosition(points[n - 2] as number, points[n - 1] as number, box);
    if (from >= 0) surplus.set(from, (surplus.get(from) ?? 0) - 1);
    if (to >= 0) surplus.set(to, (surplus.get(to) ?? 0) + 1);
    followsSide ||= isOnSide(points, box) === 'inside';
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
    const next = i + 1 < stops.length ? (stops[i + 1] as number) : (stops[0] as number) + 4 * side;
    const points = positionOnSide(at, box) as number[];
    for (let corner = (Math.floor(at / side) + 1) * side; corner < next; corner += side) {
      points.push(...positionOnSide(corner, box));
    }
    points.push(...positionOnSide(next, box));
    stretches.push(pathOf(points));
  });
  return stretches;
}
