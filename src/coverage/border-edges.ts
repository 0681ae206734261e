import type { EdgeTable } from './edge-table.js';

/** Edges of both maps that have the same ends, to the millimetre, summed by the classes on either side of them in each map. */
interface SharedEdges {
  /** Classes on either side in the first map and in the second, by number; null: the same on both sides, or abroad. */
  before: [number, number] | null;
  after: [number, number] | null;
  metres: number;
  edges: number;
}

/** An edge between two classes that is in one of the maps only: metres, and of its length what lies in the region. */
export type LoneEdge = [
  map: 1 | 2,
  left: number,
  right: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  metres: number,
];

/** The borders between classes of two maps. */
export interface BorderEdges {
  /** Names of the classes, by number less one. */
  classes: string[];
  shared: SharedEdges[];
  lone: LoneEdge[];
}

/** The edges between classes in either of two maps, as `border_edges` of the database has them for the whole theatre. */
export function borderEdgesOf(table: EdgeTable): BorderEdges {
  const classes = [...new Set(table.holders.map((holder) => holder.class))];
  const classOf = [0, ...table.holders.map((holder) => classes.indexOf(holder.class) + 1)];
  const shared = new Map<number, SharedEdges>();
  const lone: LoneEdge[] = [];
  const { sides, gridX, gridY, tail, head } = table;
  const many = classes.length + 1;
  for (let edge = 0; edge < table.count; edge++) {
    const at = 4 * edge;
    const a = classOf[sides[at]];
    const b = classOf[sides[at + 1]];
    const c = classOf[sides[at + 2]];
    const d = classOf[sides[at + 3]];
    const parts = isBetween(a, b);
    if (!parts && !isBetween(c, d)) continue;
    const from = tail[edge];
    const to = head[edge];
    const metres = Math.sqrt((gridX[to] - gridX[from]) ** 2 + (gridY[to] - gridY[from]) ** 2) / 1000;
    const isInFirst = (sides[at] | sides[at + 1]) !== 0;
    if (isInFirst && (sides[at + 2] | sides[at + 3]) !== 0) {
      const before = between(a, b);
      const after = between(c, d);
      const key = numberOf(before, many) * many * many + numberOf(after, many);
      const sum = shared.get(key) ?? { before, after, metres: 0, edges: 0 };
      if (sum.edges === 0) shared.set(key, sum);
      sum.metres += metres;
      sum.edges++;
    } else {
      const ends = [gridX[from] / 1000, gridY[from] / 1000, gridX[to] / 1000, gridY[to] / 1000] as const;
      lone.push(isInFirst ? [1, a, b, ...ends, metres] : [2, c, d, ...ends, metres]);
    }
  }
  return { classes, shared: [...shared.values()], lone };
}

const isBetween = (a: number, b: number) => a !== 0 && b !== 0 && a !== b;

/** Of a pair of classes, below the square of `many`; 0: no pair. */
const numberOf = (pair: [number, number] | null, many: number) => (pair ? pair[0] * many + pair[1] : 0);

/** The classes on either side of a border between two; null: the same on both sides, or abroad. */
const between = (a: number, b: number): [number, number] | null =>
  isBetween(a, b) ? [Math.min(a, b), Math.max(a, b)] : null;
