import Flatbush from 'flatbush';
import type { BorderEdges, LoneEdge } from '../coverage/border-edges.js';
import { type Walked, walked } from '../coverage/dividers.js';

export interface RedrawnRow {
  left: string;
  right: string;
  border_m: number;
  /** Of it, what lies on no border of the other map: drawn anew. */
  redrawn_m: number;
}

export interface MovedRow {
  class: string;
  /** Of its border with other classes, what is no border of it in the other map, metres; and of how many edges. */
  before_m: number;
  after_m: number;
  edges: number;
}

export interface ComparedBorders {
  redrawn: RedrawnRow[];
  moved: MovedRow[];
  /** The lines that are in one map only, walked with dividers (`coverage/dividers.ts`). */
  straight: { before: Walked; after: Walked };
}

/**
 * Lines nearer to each other than this are one line, however their vertices differ, metres: what noding on 1e-7 degrees and
 * densifying before the projection leave between them.
 */
const SAME_M = 0.15;

/**
 * What of the borders of two maps differs: drawn anew in the first map, by pair of classes, and of each class what it does
 * not have in the other map. A border that lies on one of the other map moved nothing and was not drawn anew.
 */
export function comparedBorders({ classes, shared, lone }: BorderEdges): ComparedBorders {
  const redrawn = new Map<number, RedrawnRow>();
  const moved = new Map<number, MovedRow>();
  const name = (number: number) => classes[number - 1] as string;
  const border = (a: number, b: number, metres: number, anew: boolean) => {
    const key = Math.min(a, b) * (classes.length + 1) + Math.max(a, b);
    let row = redrawn.get(key);
    if (!row) {
      row = { left: name(Math.min(a, b)), right: name(Math.max(a, b)), border_m: 0, redrawn_m: 0 };
      redrawn.set(key, row);
    }
    row.border_m += metres;
    if (anew) row.redrawn_m += metres;
  };
  const move = (number: number, map: 1 | 2, metres: number, edges: number) => {
    const row = moved.get(number) ?? { class: name(number), before_m: 0, after_m: 0, edges: 0 };
    if (map === 1) row.before_m += metres;
    else row.after_m += metres;
    row.edges += edges;
    moved.set(number, row);
  };
  for (const { before, after, metres, edges } of shared) {
    if (before) border(...before, metres, false);
    for (const own of before ?? []) if (!after?.includes(own)) move(own, 1, metres, edges);
    for (const own of after ?? []) if (!before?.includes(own)) move(own, 2, metres, edges);
  }
  const beside = { 1: indexOf(lone, 2), 2: indexOf(lone, 1) };
  const anew: { 1: LoneEdge[]; 2: LoneEdge[] } = { 1: [], 2: [] };
  for (const edge of lone) {
    const [map, left, right, , , , , metres] = edge;
    const met = classesBeside(edge, beside[map]);
    if (map === 1) border(left, right, metres, met === null);
    if (met === null) anew[map].push(edge);
    for (const own of [left, right]) if (!met?.has(own)) move(own, map, metres, 1);
  }
  return {
    redrawn: [...redrawn.values()].sort(byName),
    moved: [...moved].sort(([a], [b]) => a - b).map(([, row]) => row),
    straight: { before: walked(anew[1]), after: walked(anew[2]) },
  };
}

const byName = (a: RedrawnRow, b: RedrawnRow) => (`${a.left} ${a.right}` < `${b.left} ${b.right}` ? -1 : 1);

/** Edges of one map by where they are. */
interface EdgeIndex {
  edges: readonly LoneEdge[];
  /** Null where there are none. */
  boxes: Flatbush | null;
}

function indexOf(lone: readonly LoneEdge[], map: 1 | 2): EdgeIndex {
  const edges = lone.filter(([of]) => of === map);
  if (edges.length === 0) return { edges, boxes: null };
  const boxes = new Flatbush(edges.length);
  for (const [, , , x0, y0, x1, y1] of edges) {
    boxes.add(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1));
  }
  boxes.finish();
  return { edges, boxes };
}

/** Where along an edge: its middle and ends first, then where no other line crosses that crosses there. */
const LOOKED_AT = [0.5, 0, 1, 0.29, 0.77];

/** The classes whose border in the other map an edge lies on, ends and between; null where it lies on no border of that map. */
function classesBeside([, , , x0, y0, x1, y1]: LoneEdge, { edges, boxes }: EdgeIndex): Set<number> | null {
  const [west, east] = x0 < x1 ? [x0, x1] : [x1, x0];
  const [south, north] = y0 < y1 ? [y0, y1] : [y1, y0];
  const near = boxes?.search(west - SAME_M, south - SAME_M, east + SAME_M, north + SAME_M) ?? [];
  if (near.length === 0) return null;
  let met: Set<number> | null = null;
  for (const share of LOOKED_AT) {
    const [x, y] = [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
    const here = new Set<number>();
    for (const index of near) {
      const edge = edges[index] as LoneEdge;
      if (distance(x, y, edge) <= SAME_M) here.add(edge[1]).add(edge[2]);
    }
    if (here.size === 0) return null;
    met = both(met, here);
  }
  return met;
}

const both = (met: Set<number> | null, here: Set<number>): Set<number> =>
  met === null ? here : new Set([...met].filter((number) => here.has(number)));

function distance(x: number, y: number, [, , , x0, y0, x1, y1]: LoneEdge): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}
