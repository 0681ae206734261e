import type { EdgeTable } from './edge-table.js';

/** The places of the faces left and right of an edge in the table of one map, from 0; −1: none. */
export const facesBeside = ({ sides }: Pick<EdgeTable, 'sides'>, edge: number): [left: number, right: number] => [
  sides[4 * edge] - 1,
  sides[4 * edge + 1] - 1,
];

/** The vertices of an edge, from the one with the smaller x (then y). */
export const endsOf = (
  { tail, head }: Pick<EdgeTable, 'tail' | 'head'>,
  edge: number,
): [tail: number, head: number] => [tail[edge], head[edge]];

/** The way from one vertex to another as `ax, ay, bx, by`, metres. */
export const between = (
  { x, y }: Pick<EdgeTable, 'x' | 'y'>,
  from: number,
  to: number,
): [ax: number, ay: number, bx: number, by: number] => [x[from], y[from], x[to], y[to]];
