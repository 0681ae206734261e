import type { EdgeTable } from './edge-table.js';

/*
 * Where two maps differ. Whatever changed its holder is bounded by edges that are a border in one map only, or that part other
 * holders in the one than in the other; and none of these runs through ground that one holder had before and one after.
 * So the faces between them are all of the change, and what is the same in both maps need not be overlaid.
 */

const isBorder = (left: number, right: number) => left !== right;

/** The lines between what changed its holder and what did not, strung together where two edges meet: `x, y, x, y, …`, metres. */
export function differingLines({ count, tail, head, sides, x, y }: EdgeTable): Float64Array[] {
  const chosen: number[] = [];
  for (let edge = 0; edge < count; edge++) {
    const [a, b, c, d] = [sides[4 * edge], sides[4 * edge + 1], sides[4 * edge + 2], sides[4 * edge + 3]];
    if ((isBorder(a, b) || isBorder(c, d)) && (a !== c || b !== d)) chosen.push(edge);
  }
  /** How many of these edges meet in a vertex, and the first two of them. */
  const meeting = new Uint32Array(x.length);
  const two = new Int32Array(2 * x.length);
  const meet = (vertex: number, edge: number) => {
    if (meeting[vertex] < 2) two[2 * vertex + meeting[vertex]] = edge;
    meeting[vertex]++;
  };
  for (const edge of chosen) {
    meet(tail[edge], edge);
    meet(head[edge], edge);
  }
  const used = new Uint8Array(count);
  const walk = (line: number[]): number[] => {
    for (;;) {
      const end = line[line.length - 1];
      const next = used[two[2 * end]] === 0 ? two[2 * end] : two[2 * end + 1];
      if (meeting[end] !== 2 || used[next] !== 0) return line;
      used[next] = 1;
      line.push(tail[next] === end ? head[next] : tail[next]);
    }
  };
  const lines: Float64Array[] = [];
  for (const edge of chosen) {
    if (used[edge] !== 0) continue;
    used[edge] = 1;
    const vertices = walk(walk([tail[edge], head[edge]]).reverse());
    const line = new Float64Array(2 * vertices.length);
    for (let i = 0; i < vertices.length; i++) {
      line[2 * i] = x[vertices[i]];
      line[2 * i + 1] = y[vertices[i]];
    }
    lines.push(line);
  }
  return lines;
}

export interface Spot {
  x: number;
  y: number;
}

/** Who holds each spot in the first map and in the second, by number; 0: nobody inside the theatre. From the nearest border to its left. */
export function holdersAt({ count, tail, head, sides, x, y }: EdgeTable, spots: readonly Spot[]): [number, number][] {
  const order = spots.map((_, index) => index).sort((a, b) => spots[a].y - spots[b].y);
  const heights = Float64Array.from(order, (index) => spots[index].y);
  const nearest = [new Float64Array(spots.length).fill(-Infinity), new Float64Array(spots.length).fill(-Infinity)];
  const found = spots.map((): [number, number] => [0, 0]);
  for (let edge = 0; edge < count; edge++) {
    const [y0, y1] = [y[tail[edge]], y[head[edge]]];
    if (y0 === y1) continue;
    const [low, high] = y0 < y1 ? [y0, y1] : [y1, y0];
    const [x0, x1] = [x[tail[edge]], x[head[edge]]];
    for (let map = 0; map < 2; map++) {
      const [left, right] = [sides[4 * edge + 2 * map], sides[4 * edge + 2 * map + 1]];
      if (!isBorder(left, right)) continue;
      for (let i = firstFrom(heights, low); i < heights.length && heights[i] < high; i++) {
        const spot = order[i];
        const at = x0 + ((heights[i] - y0) / (y1 - y0)) * (x1 - x0);
        if (at > spots[spot].x || at <= nearest[map][spot]) continue;
        nearest[map][spot] = at;
        // The spot is to the east of the edge: on the right of one that runs north.
        found[spot][map] = y1 > y0 ? right : left;
      }
    }
  }
  return found;
}

/** Index of the first of sorted values that is not below `value`. */
function firstFrom(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
