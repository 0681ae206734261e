import type { EdgeTable } from './edge-table.js';

/** Edges of both maps that have the same ends, to the millimetre, summed by the classes on either side of them in each map. */
export interface SharedEdges {
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
  const shared = new Map<string, SharedEdges>();
  const lone: LoneEdge[] = [];
  const { sides, gridX, gridY, tail, head } = table;
  const side = (edge: number, which: number) => classOf[sides[4 * edge + which]];
  const isIn = (edge: number, map: 1 | 2) => (sides[4 * edge + 2 * map - 2] | sides[4 * edge + 2 * map - 1]) !== 0;
  for (let edge = 0; edge < table.count; edge++) {
    const [a, b, c, d] = [side(edge, 0), side(edge, 1), side(edge, 2), side(edge, 3)];
    const [before, after] = [between(a, b), between(c, d)];
    if (!before && !after) continue;
    const [from, to] = [tail[edge], head[edge]];
    const [x0, y0] = [gridX[from], gridY[from]];
    const [x1, y1] = [gridX[to], gridY[to]];
    const metres = Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) / 1000;
    if (isIn(edge, 1) && isIn(edge, 2)) {
      const key = `${before} ${after}`;
      const sum = shared.get(key) ?? { before, after, metres: 0, edges: 0 };
      sum.metres += metres;
      sum.edges++;
      shared.set(key, sum);
    } else {
      const [map, left, right] = isIn(edge, 1) ? ([1, a, b] as const) : ([2, c, d] as const);
      lone.push([map, left, right, x0 / 1000, y0 / 1000, x1 / 1000, y1 / 1000, metres]);
    }
  }
  return { classes, shared: [...shared.values()], lone };
}

/** The classes on either side of a border between two; null: the same on both sides, or abroad. */
const between = (a: number, b: number): [number, number] | null =>
  a === 0 || b === 0 || a === b ? null : [Math.min(a, b), Math.max(a, b)];
