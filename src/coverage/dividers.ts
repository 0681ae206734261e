import type { LoneEdge } from './border-edges.js';

/*
 * A line walked with a pair of dividers of many widths: how long it is depends on the width, and by how much tells how
 * uneven it was drawn (Richardson).
 */

/** Widths of the dividers along the drawn line, metres. */
const STEPS_M = Array.from({ length: 18 }, (_, k) => 100 * 2 ** (k / 2));

/** The lines that are in one map only, walked with dividers of each width: total of the steps by drawn length, and their mean square, m². */
export type Walked = { share: number; square_m2: number }[];

/** Positions of a line, `x, y, x, y, …`. */
type Line = Float64Array;

export function walked(edges: readonly LoneEdge[]): Walked {
  const lines = linesOf(edges).map((line) => ({ line, length: lengthOf(line) }));
  const drawn = lines.reduce((sum, { length }) => sum + length, 0);
  return STEPS_M.map((step) => {
    let [total, squares, count] = [0, 0, 0];
    for (const { line, length } of lines) {
      const points = atSteps(line, length, step);
      for (let i = 2; i < points.length; i += 2) {
        const square = squareBetween(points, i - 2, points, i);
        total += Math.sqrt(square);
        squares += square;
        count++;
      }
    }
    return { share: drawn === 0 ? 1 : total / drawn, square_m2: squares / Math.max(1, count) };
  });
}

/** Points along a line, evenly spaced and no nearer than `step`; its ends at least. */
function atSteps(line: Line, whole: number, step: number): Line {
  const parts = Math.max(1, Math.floor(whole / step));
  const points = new Float64Array(2 * parts + 2);
  points.set(line.subarray(0, 2));
  let [passed, found] = [0, 1];
  const each = whole / parts;
  for (let i = 2, next = each; i < line.length && found < parts; i += 2) {
    const length = Math.sqrt(squareBetween(line, i - 2, line, i));
    const [fromX, fromY] = at(line, i - 2);
    const [toX, toY] = at(line, i);
    for (; next <= passed + length && found < parts; next += each) {
      const share = (next - passed) / length;
      points[2 * found] = fromX + share * (toX - fromX);
      points[2 * found + 1] = fromY + share * (toY - fromY);
      found++;
    }
    passed += length;
  }
  points.set(line.subarray(-2), 2 * found);
  return points.subarray(0, 2 * found + 2);
}

const at = (line: Line, index: number) => [line[index], line[index + 1]] as const;

function squareBetween(line: Line, i: number, other: Line, j: number): number {
  return (line[i] - other[j]) ** 2 + (line[i + 1] - other[j + 1]) ** 2;
}

/** Edges strung together where no more than two meet. */
function linesOf(edges: readonly LoneEdge[]): Line[] {
  const vertices = numbered(edges);
  /** The edges at each vertex. */
  const meeting: number[][] = [];
  for (let end = 0; end < vertices.length; end++) {
    const vertex = vertices[end];
    const there = meeting[vertex];
    if (there) there.push(end >> 1);
    else meeting[vertex] = [end >> 1];
  }
  const used = new Uint8Array(edges.length);
  /** Goes on from the last end of a line: an end is a vertex of an edge, twice the edge and which of the two. */
  const walk = (line: number[]): number[] => {
    for (;;) {
      const vertex = vertices[line[line.length - 1]];
      const there = meeting[vertex];
      const next = there.length === 2 ? there.find((edge) => used[edge] === 0) : undefined;
      if (next === undefined) return line;
      used[next] = 1;
      line.push(vertices[2 * next] === vertex ? 2 * next + 1 : 2 * next);
    }
  };
  return edges.flatMap((_, edge) => {
    if (used[edge]) return [];
    used[edge] = 1;
    const ends = walk(walk([2 * edge, 2 * edge + 1]).reverse());
    const line = new Float64Array(2 * ends.length);
    for (const [index, end] of ends.entries()) {
      const [, , , x0, y0, x1, y1] = edges[end >> 1];
      line.set(end & 1 ? [x1, y1] : [x0, y0], 2 * index);
    }
    return [line];
  });
}

/** The vertices of edges by number, two an edge: ends at one position are one vertex. */
function numbered(edges: readonly LoneEdge[]): Int32Array {
  const known = new Map<number, Map<number, number>>();
  const vertices = new Int32Array(2 * edges.length);
  let count = 0;
  const numberAt = (x: number, y: number): number => {
    const column = known.get(x) ?? new Map<number, number>();
    if (column.size === 0) known.set(x, column);
    const number = column.get(y) ?? count++;
    column.set(y, number);
    return number;
  };
  for (const [index, [, , , x0, y0, x1, y1]] of edges.entries()) {
    vertices[2 * index] = numberAt(x0, y0);
    vertices[2 * index + 1] = numberAt(x1, y1);
  }
  return vertices;
}

function lengthOf(line: Line): number {
  let sum = 0;
  for (let i = 2; i < line.length; i += 2) sum += Math.sqrt(squareBetween(line, i - 2, line, i));
  return sum;
}
