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
  const lines = linesOf(edges).map((line) => ({ line, passed: passedAlong(line) }));
  const drawn = lines.reduce((sum, { passed }) => sum + passed[passed.length - 1], 0);
  return STEPS_M.map((step) => {
    let [total, squares, count] = [0, 0, 0];
    for (const { line, passed } of lines) {
      const points = atSteps(line, passed, step);
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
function atSteps(line: Line, passed: Float64Array, step: number): Line {
  const whole = passed[passed.length - 1];
  const parts = Math.max(1, Math.floor(whole / step));
  const points = new Float64Array(2 * parts + 2);
  points[0] = line[0];
  points[1] = line[1];
  let found = 1;
  const each = whole / parts;
  for (let to = 1, next = each; to < passed.length && found < parts; to++) {
    if (next > passed[to]) continue;
    const length = Math.sqrt(squareBetween(line, 2 * to - 2, line, 2 * to));
    const [fromX, fromY] = at(line, 2 * to - 2);
    const [toX, toY] = at(line, 2 * to);
    for (; next <= passed[to] && found < parts; next += each) {
      const share = (next - passed[to - 1]) / length;
      points[2 * found] = fromX + share * (toX - fromX);
      points[2 * found + 1] = fromY + share * (toY - fromY);
      found++;
    }
  }
  points[2 * found] = line[line.length - 2];
  points[2 * found + 1] = line[line.length - 1];
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

/** The length of a line up to each of its vertices. */
function passedAlong(line: Line): Float64Array {
  const passed = new Float64Array(line.length / 2);
  for (let i = 1; i < passed.length; i++) {
    passed[i] = passed[i - 1] + Math.sqrt(squareBetween(line, 2 * i - 2, line, 2 * i));
  }
  return passed;
}
