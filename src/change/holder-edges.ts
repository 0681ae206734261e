import type { EdgeTable } from '../coverage/edge-table.js';
import type { BorderEdges, LoneEdge, SharedEdges } from './digitising-noise.sql.js';

/** The edges between classes in either of two maps, as `border_edges` of the database has them for the whole theatre. */
export function borderEdgesOf(table: EdgeTable): BorderEdges {
  const classes = [...new Set(table.holders.map((holder) => holder.class))];
  const classOf = [0, ...table.holders.map((holder) => classes.indexOf(holder.class) + 1)];
  const shared = new Map<string, SharedEdges>();
  const lone: LoneEdge[] = [];
  const { sides, mmX, mmY, tail, head } = table;
  const side = (edge: number, which: number) => classOf[sides[4 * edge + which] as number] as number;
  const isIn = (edge: number, map: 1 | 2) =>
    ((sides[4 * edge + 2 * map - 2] as number) | (sides[4 * edge + 2 * map - 1] as number)) !== 0;
  for (let edge = 0; edge < table.count; edge++) {
    const [a, b, c, d] = [side(edge, 0), side(edge, 1), side(edge, 2), side(edge, 3)];
    const [before, after] = [between(a, b), between(c, d)];
    if (!before && !after) continue;
    const [from, to] = [tail[edge] as number, head[edge] as number];
    const [x0, y0] = [mmX[from] as number, mmY[from] as number];
    const [x1, y1] = [mmX[to] as number, mmY[to] as number];
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
