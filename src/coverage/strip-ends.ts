import { NOBODY, type StripEdge } from './strip-mesh.js';

/** The end of a strip at the edge of the theatre: what is drawn there, and the straight line that stands for it. */
export interface StripEnd {
  chain: StripEdge[];
  chord: StripEdge;
}

/** Farther from its chord than this share of its length, what nobody holds is no end of a strip but a side of it. */
const DEEPEST = 0.5;
/** A strip along a border of many thousand vertices is left as it is: it would take minutes to compare all of them. */
const MOST_COMPARED = 1e7;
/** Flatter than this it is its chord, whatever is near. */
const FLAT = 1e-3;
/** The chain is as good as straight: the mid-line ends on the chord. */
const STRAIGHT = 1e-9;

/**
 * The edges with each end of the strip as one straight edge, so that the line halfway between two parties runs on to it: vertices
 * of nobody's would hold it off by half the width of the strip. Left as it is where the straight edge would cross another one
 * or leave some of the outline on the wrong side.
 */
export function straightEnds(edges: readonly StripEdge[]): { edges: StripEdge[]; ends: StripEnd[] } {
  const ends: StripEnd[] = [];
  const chains = chainsOf(edges.filter(({ party }) => party === NOBODY));
  const replaced = new Set<StripEdge>();
  for (const chain of chains) {
    const [first, last] = [chain[0], chain.at(-1)];
    if (!first || !last) continue;
    const chord = { ...first, bx: last.bx, by: last.by };
    const own = new Set(chain);
    const others = [...edges.filter((edge) => !own.has(edge)), ...ends.map((end) => end.chord)];
    const deep = depth(chain, chord);
    if (deep > DEEPEST || (deep > FLAT && !isFree(chord, chain, others))) continue;
    ends.push({ chain, chord });
    for (const edge of chain) replaced.add(edge);
  }
  return { edges: [...edges.filter((edge) => !replaced.has(edge)), ...ends.map(({ chord }) => chord)], ends };
}

/** A mid-line that ends on a chord goes on to what is drawn there, or ends where it meets that. x, y, x, y, … */
export function upToEnds(xy: readonly number[], ends: readonly StripEnd[]): number[] {
  return reversed(upToEnd(reversed(upToEnd(xy, ends)), ends));
}

/** Runs of edges that join end to start; closed ones are no end of anything. */
function chainsOf(edges: readonly StripEdge[]): StripEdge[][] {
  const key = (x: number, y: number) => `${x} ${y}`;
  const from = new Map(edges.map((edge) => [key(edge.ax, edge.ay), edge]));
  const reached = new Set(edges.map(({ bx, by }) => key(bx, by)));
  return edges
    .filter(({ ax, ay }) => !reached.has(key(ax, ay)))
    .map((first) => {
      const chain = [first];
      for (let next = from.get(key(first.bx, first.by)); next && chain.length < edges.length; ) {
        chain.push(next);
        next = from.get(key(next.bx, next.by));
      }
      return chain;
    });
}

/** How far a chain goes from its chord, as a share of the chord's length. */
function depth(chain: readonly StripEdge[], { ax, ay, bx, by }: StripEdge): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  if (squared === 0) return Number.POSITIVE_INFINITY;
  let deepest = 0;
  for (const edge of chain) deepest = Math.max(deepest, Math.abs(dx * (edge.by - ay) - dy * (edge.bx - ax)) / squared);
  return deepest;
}

/** Nothing of the outline crosses the chord, and none of it lies between chord and chain. */
function isFree(chord: StripEdge, chain: readonly StripEdge[], others: readonly StripEdge[]): boolean {
  if (chain.length === 1) return true;
  // Never spread: a chain may be the border of a country.
  let [west, east, south, north] = [chord.ax, chord.ax, chord.ay, chord.ay];
  for (const { bx, by } of chain) {
    [west, east] = [Math.min(west, bx), Math.max(east, bx)];
    [south, north] = [Math.min(south, by), Math.max(north, by)];
  }
  const near = others.filter(
    ({ ax, ay, bx, by }) =>
      Math.max(ax, bx) >= west && Math.min(ax, bx) <= east && Math.max(ay, by) >= south && Math.min(ay, by) <= north,
  );
  const around = [...chain, chord];
  if (near.length * around.length > MOST_COMPARED) return false;
  return near.every((edge) => {
    const joins = (edge.bx === chord.ax && edge.by === chord.ay) || (edge.ax === chord.bx && edge.ay === chord.by);
    if (!joins && meeting(chord, edge) !== null) return false;
    const middle = { x: (edge.ax + edge.bx) / 2, y: (edge.ay + edge.by) / 2 };
    return !isWithin(middle, around);
  });
}

/** Whether a point lies in what edges enclose, whichever way they run. */
function isWithin({ x, y }: { x: number; y: number }, edges: readonly StripEdge[]): boolean {
  let within = false;
  for (const { ax, ay, bx, by } of edges)
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) within = !within;
  return within;
}

/** How far along the first edge two of them meet, 0 to 1; null where they do not. */
function meeting({ ax, ay, bx, by }: Omit<StripEdge, 'party'>, other: Omit<StripEdge, 'party'>): number | null {
  const [dx, dy, ex, ey] = [bx - ax, by - ay, other.bx - other.ax, other.by - other.ay];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return null;
  const [px, py] = [other.ax - ax, other.ay - ay];
  const [along, across] = [(px * ey - py * ex) / cross, (px * dy - py * dx) / cross];
  return along >= 0 && along <= 1 && across >= 0 && across <= 1 ? along : null;
}

function upToEnd(xy: readonly number[], ends: readonly StripEnd[]): number[] {
  const [x, y] = xy.slice(-2) as [number, number];
  const end = ends.find(({ chord: { ax, ay, bx, by } }) => {
    const length = Math.hypot(bx - ax, by - ay);
    return Math.hypot((ax + bx) / 2 - x, (ay + by) / 2 - y) <= 1e-3 * length;
  });
  if (!end || depth(end.chain, end.chord) <= STRAIGHT) return [...xy];
  const { ax, ay, bx, by } = end.chord;
  const length = Math.hypot(bx - ax, by - ay);
  const nearest = (from: readonly [number, number], to: readonly [number, number]): number | null => {
    const leg = { ax: from[0], ay: from[1], bx: to[0], by: to[1] };
    const met = end.chain.flatMap((edge) => meeting(leg, edge) ?? []);
    return met.length === 0 ? null : Math.min(...met);
  };
  // Where what is drawn comes in before the chord, the line ends there.
  let first = xy.length / 2 - 1;
  while (first > 0 && Math.hypot(xy[2 * first] - x, xy[2 * first + 1] - y) < 2 * length) first--;
  for (let i = first; i < xy.length / 2 - 1; i++) {
    const [from, to] = [
      [xy[2 * i], xy[2 * i + 1]],
      [xy[2 * i + 2], xy[2 * i + 3]],
    ] as [[number, number], [number, number]];
    const share = nearest(from, to);
    if (share !== null) {
      return [...xy.slice(0, 2 * i + 2), from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    }
  }
  // Else it goes on as it came, over half the width of the strip.
  let back = xy.length / 2 - 1;
  while (back > 0 && Math.hypot(xy[2 * back] - x, xy[2 * back + 1] - y) < length / 2) back--;
  const [dx, dy] = [x - xy[2 * back], y - xy[2 * back + 1]];
  const run = Math.hypot(dx, dy);
  if (run === 0) return [...xy];
  const reach: [number, number] = [x + (dx / run) * length, y + (dy / run) * length];
  const share = nearest([x, y], reach);
  return share === null ? [...xy] : [...xy, x + share * (reach[0] - x), y + share * (reach[1] - y)];
}

function reversed(xy: readonly number[]): number[] {
  const turned: number[] = [];
  for (let i = xy.length - 2; i >= 0; i -= 2) turned.push(xy[i], xy[i + 1]);
  return turned;
}
