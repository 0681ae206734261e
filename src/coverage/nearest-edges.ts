/** Edges as `ax, ay, bx, by, …` with boxes over runs of them, for the distance to other edges. */
export interface EdgeBoxes {
  edges: Float64Array;
  /** By level from the edges upward: `west, south, east, north` of each run of as many as `SPAN` of the level below. */
  levels: readonly Float64Array[];
}

const SPAN = 8;

/** Edges that follow each other on a line should stand beside each other: then a run of them is small. */
export function edgeBoxes(edges: Float64Array): EdgeBoxes {
  let below = boxesOf(edges);
  const levels = [below];
  while (below.length > 4 * SPAN) {
    below = runsOf(below);
    levels.push(below);
  }
  return { edges, levels };
}

function boxesOf(edges: Float64Array): Float64Array {
  const boxes = new Float64Array(edges.length);
  for (let i = 0; i < edges.length; i += 4) {
    boxes[i] = Math.min(edges[i], edges[i + 2]);
    boxes[i + 1] = Math.min(edges[i + 1], edges[i + 3]);
    boxes[i + 2] = Math.max(edges[i], edges[i + 2]);
    boxes[i + 3] = Math.max(edges[i + 1], edges[i + 3]);
  }
  return boxes;
}

function runsOf(boxes: Float64Array): Float64Array {
  const runs = new Float64Array(4 * Math.ceil(boxes.length / 4 / SPAN));
  for (let run = 0; run < runs.length; run += 4) {
    const box = boundsOf(boxes, SPAN * run, Math.min(boxes.length, SPAN * (run + 4)));
    runs.set(box, run);
  }
  return runs;
}

function boundsOf(boxes: Float64Array, from: number, to: number): [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = from; i < to; i += 4) {
    west = Math.min(west, boxes[i]);
    south = Math.min(south, boxes[i + 1]);
    east = Math.max(east, boxes[i + 2]);
    north = Math.max(north, boxes[i + 3]);
  }
  return [west, south, east, north];
}

/** No edge of the one is nearer to one of the other than this. */
export function leastDistance(a: EdgeBoxes, b: EdgeBoxes): number {
  const [topA, topB] = [a.levels[a.levels.length - 1], b.levels[b.levels.length - 1]];
  const [boxA, boxB] = [boundsOf(topA, 0, topA.length), boundsOf(topB, 0, topB.length)];
  return Math.sqrt(apart(boxA, 0, boxB, 0));
}

/** The shortest distance between edges of which none crosses one of the other; `limit` where it is no shorter than that. */
export function edgeDistance(a: EdgeBoxes, b: EdgeBoxes, limit = Infinity): number {
  let best = limit * limit;
  /** Runs of the levels given, by place in their boxes; the nearest of the smaller runs first, so that most of the others are out of reach. */
  const search = (levelA: number, atA: number, levelB: number, atB: number): void => {
    if (levelA === 0 && levelB === 0) {
      best = Math.min(best, edgesApart(a.edges, atA, b.edges, atB));
      return;
    }
    const inA = levelA >= levelB;
    const [of, level, at] = inA ? [a, levelA, atA] : [b, levelB, atB];
    const boxes = of.levels[level - 1];
    const [other, otherAt] = inA ? [b.levels[levelB], atB] : [a.levels[levelA], atA];
    const ways: [metres2: number, at: number][] = [];
    for (let i = SPAN * at; i < Math.min(boxes.length, SPAN * (at + 4)); i += 4) {
      const metres2 = apart(boxes, i, other, otherAt);
      if (metres2 < best) ways.push([metres2, i]);
    }
    ways.sort((one, next) => one[0] - next[0]);
    for (const [metres2, i] of ways) {
      if (metres2 >= best) return;
      if (inA) search(levelA - 1, i, levelB, atB);
      else search(levelA, atA, levelB - 1, i);
    }
  };
  const [topA, topB] = [a.levels.length - 1, b.levels.length - 1];
  const [boxesA, boxesB] = [a.levels[topA], b.levels[topB]];
  for (let i = 0; i < boxesA.length; i += 4) {
    for (let k = 0; k < boxesB.length; k += 4) {
      if (apart(boxesA, i, boxesB, k) < best) search(topA, i, topB, k);
    }
  }
  return best < limit * limit ? Math.sqrt(best) : limit;
}

/** Between two boxes, squared. */
function apart(a: ArrayLike<number>, i: number, b: ArrayLike<number>, k: number): number {
  const across = Math.max(0, a[i] - b[k + 2], b[k] - a[i + 2]);
  const along = Math.max(0, a[i + 1] - b[k + 3], b[k + 1] - a[i + 3]);
  return across * across + along * along;
}

/** Between two edges that do not cross, squared. */
function edgesApart(a: Float64Array, i: number, b: Float64Array, k: number): number {
  return Math.min(
    toEdge(a[i], a[i + 1], b, k),
    toEdge(a[i + 2], a[i + 3], b, k),
    toEdge(b[k], b[k + 1], a, i),
    toEdge(b[k + 2], b[k + 3], a, i),
  );
}

/** From a point to an edge, squared. */
function toEdge(x: number, y: number, edges: Float64Array, at: number): number {
  const [ax, ay, bx, by] = [edges[at], edges[at + 1], edges[at + 2], edges[at + 3]];
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const [nearX, nearY] = along > 0 ? (along < 1 ? [ax + along * dx, ay + along * dy] : [bx, by]) : [ax, ay];
  return (x - nearX) * (x - nearX) + (y - nearY) * (y - nearY);
}
