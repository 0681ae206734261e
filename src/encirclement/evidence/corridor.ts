import { minimumCut } from '../flow.js';
import { between, type Chord, type Mesh, nearestOn, type Spot, trianglesWithin } from '../mesh.js';

/** The narrowest place of the widest corridor: two points of the barriers on either side of it. Planar metres. */
interface Neck {
  width_m: number;
  from: Spot;
  to: Spot;
  middle: Spot;
  /** One side is the edge of the map, beyond which nothing is known: the corridor may be wider. */
  at_edge: boolean;
}

/** What a ring would have to close (methods D4, closure and corridors). */
interface Closure {
  metres: number;
  /** Nothing shorter is shown, but the ring could be longer: it ends on the edge of the map, or is longer than counted. */
  at_least: boolean;
  /** Segments of the cut: the ways out. Null when saturated, because then no cut was found that is worth its name. */
  corridors: number | null;
  segments: { from: Spot; to: Spot; metres: number }[];
}

export interface Corridor {
  /** Null when the ground never narrows between barriers on the way. */
  neck: Neck | null;
  closure: Closure;
}

/**
 * How wide a disc passes a chord: as wide as it is long between barriers, twice that between a barrier and the edge of the
 * map (the disc may hang over it, as in the erosion), any between two points of that edge.
 */
const passes = ({ metres, open }: Chord): number =>
  open === 0 ? metres : open === 1 ? 2 * metres : Number.POSITIVE_INFINITY;

/** The chord that joins the sources with the core when chords are opened from the widest (Kruskal); null if none is needed. */
function bottleneck(mesh: Mesh, sources: readonly number[]): Chord | null {
  const parent = mesh.triangles.map((_, i) => i);
  const find = (node: number): number => {
    let root = node;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root] ?? root] ?? root;
      root = parent[root] ?? root;
    }
    return root;
  };
  const gather = (nodes: readonly number[]) => {
    for (const node of nodes) parent[find(node)] = find(nodes[0] ?? node);
  };
  gather(sources);
  gather(mesh.core);
  const [start] = sources;
  const [end] = mesh.core;
  if (start === undefined || end === undefined || find(start) === find(end)) return null;
  for (const chord of [...mesh.chords].sort((a, b) => passes(b) - passes(a))) {
    parent[find(chord.sides[0])] = find(chord.sides[1]);
    if (find(start) === find(end)) return chord;
  }
  return null;
}

/**
 * The neck at a chord: its ends are slid along the barriers they lie on while that makes it shorter, which takes out what
 * the spacing of the sampled points added.
 */
function tighten(mesh: Mesh, { a, b, open }: Chord): Neck {
  let [from, to] = [a, b];
  const beside = (end: Spot) =>
    mesh.barriers.filter((barrier) => barrier.some((p) => p[0] === end[0] && p[1] === end[1]));
  const [near, far] = [beside(a), beside(b)];
  for (let step = 0; step < 8 && open === 0; step++) {
    const before = between(from, to);
    for (const barrier of far) {
      const foot = nearestOn(...barrier, from);
      if (between(from, foot) < between(from, to)) to = foot;
    }
    for (const barrier of near) {
      const foot = nearestOn(...barrier, to);
      if (between(foot, to) < between(from, to)) from = foot;
    }
    if (before - between(from, to) < 1e-6) break;
  }
  return {
    width_m: between(from, to),
    from,
    to,
    middle: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2],
    at_edge: open > 0,
  };
}

/**
 * The widest corridor from the disc of radius `r0M` around a post to the anchor, and the least that would close every
 * way out of it, on the dual graph of a triangulated piece of ground (methods A.4 and D4). Chords end on barriers, so a
 * ring drawn freely through open ground is not among the cuts: it would be no longer than `2π·sealM`, where the closure
 * is therefore capped. A neck is narrower than the margin of record where the post lies behind it by less than half that
 * margin, because a disc then reaches the post from before it. Null when the post is not on this ground, or the ground has no anchor.
 */
export function corridorOf(mesh: Mesh, post: Spot, r0M: number, sealM: number): Corridor | null {
  const sources = trianglesWithin(mesh, post, r0M);
  if (!sources.length || !mesh.core.length) return null;
  const chord = bottleneck(mesh, sources);
  const neck = chord && chord.open < 2 ? tighten(mesh, chord) : null;
  const cut = minimumCut(
    mesh.triangles.length,
    mesh.chords.map(({ sides: [a, b], metres }) => ({ a, b, capacity: metres })),
    sources,
    mesh.core,
  );
  const free = 2 * Math.PI * sealM;
  if (cut.value >= free) return { neck, closure: { metres: free, at_least: true, corridors: null, segments: [] } };
  const crossed = cut.links.flatMap((i) => mesh.chords[i] ?? []);
  return {
    neck,
    closure: {
      metres: cut.value,
      at_least: crossed.some(({ open }) => open > 0),
      corridors: crossed.length,
      segments: crossed.map(({ a, b, metres }) => ({ from: a, to: b, metres })),
    },
  };
}
