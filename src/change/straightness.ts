import type { LoneEdge } from './digitising-noise.sql.js';

/*
 * A line whose vertices are off by σ is longer than the line it stands for, by half and more where its vertices are nearer
 * than σ. The error of an area depends on the length of the latter: walked with a pair of dividers so wide that σ hardly
 * lengthens a step, and without what it still adds.
 */

/** Widths of the dividers along the drawn line, metres. */
const STEPS_M = Array.from({ length: 18 }, (_, k) => 100 * 2 ** (k / 2));

/** Steps are at least so many σ long. */
const SIGMAS = 4;

/** The lines that are in one map only, walked with dividers of each width: total of the steps by drawn length, and their mean square, m². */
export type Walked = { share: number; square_m2: number }[];

type Point = readonly [x: number, y: number];

export function walked(edges: readonly LoneEdge[]): Walked {
  const lines = linesOf(edges);
  const drawn = lines.reduce((sum, line) => sum + lengthOf(line), 0);
  return STEPS_M.map((step) => {
    let [total, squares, count] = [0, 0, 0];
    for (const line of lines) {
      const points = atSteps(line, step);
      for (const [i, [x, y]] of points.slice(1).entries()) {
        const [px, py] = points[i] as Point;
        const square = (x - px) ** 2 + (y - py) ** 2;
        total += Math.sqrt(square);
        squares += square;
        count++;
      }
    }
    return { share: drawn === 0 ? 1 : total / drawn, square_m2: squares / Math.max(1, count) };
  });
}

/** What is left of the length of the lines of both maps without errors of σ. */
export const straightAtAccuracy = ({ before, after }: { before: Walked; after: Walked }, accuracyM: number): number =>
  (straightAt(before, accuracyM) + straightAt(after, accuracyM)) / 2;

function straightAt(found: Walked, accuracyM: number): number {
  const wide = found.find(({ square_m2 }) => square_m2 >= (SIGMAS * accuracyM) ** 2) ?? found.at(-1);
  if (!wide || wide.square_m2 === 0) return 1;
  // A line that dividers do not shorten shows no error of its own.
  if (wide.share > 0.999) return 1;
  // Each end of a step is off by σ at a vertex and by less between two: 2/3 of σ² on the whole.
  const noise = Math.min(0.9, ((4 / 3) * accuracyM ** 2) / wide.square_m2);
  return Math.min(1, wide.share * Math.sqrt(1 - noise));
}

/** Points along a line, evenly spaced and no nearer than `step`; its ends at least. */
function atSteps(line: readonly Point[], step: number): Point[] {
  const parts = Math.max(1, Math.floor(lengthOf(line) / step));
  const each = lengthOf(line) / parts;
  const points: Point[] = [line[0] as Point];
  let [passed, next] = [0, each];
  for (const [i, to] of line.slice(1).entries()) {
    const from = line[i] as Point;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    for (; next <= passed + length && points.length < parts; next += each) {
      const share = (next - passed) / length;
      points.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
    }
    passed += length;
  }
  points.push(line.at(-1) as Point);
  return points;
}

/** Edges strung together where no more than two meet. */
function linesOf(edges: readonly LoneEdge[]): Point[][] {
  const key = ([x, y]: Point) => `${x} ${y}`;
  const at = new Map<string, number[]>();
  const ends = edges.map(([, , , x0, y0, x1, y1]): [Point, Point] => [
    [x0, y0],
    [x1, y1],
  ]);
  for (const [index, pair] of ends.entries()) {
    for (const point of pair) at.set(key(point), [...(at.get(key(point)) ?? []), index]);
  }
  const used = new Set<number>();
  const walk = (line: Point[]): Point[] => {
    for (;;) {
      const meeting = at.get(key(line.at(-1) as Point)) ?? [];
      const next = meeting.length === 2 ? meeting.find((index) => !used.has(index)) : undefined;
      if (next === undefined) return line;
      used.add(next);
      const [from, to] = ends[next] as [Point, Point];
      line.push(key(from) === key(line.at(-1) as Point) ? to : from);
    }
  };
  return ends.flatMap(([from, to], index) => {
    if (used.has(index)) return [];
    used.add(index);
    return [walk(walk([from, to]).reverse())];
  });
}

function lengthOf(line: readonly Point[]): number {
  return line.slice(1).reduce((sum, [x, y], i) => {
    const [px, py] = line[i] as Point;
    return sum + Math.hypot(x - px, y - py);
  }, 0);
}
