import { type Link, minimumCut } from '../flow.js';
import { between, type Spot } from '../mesh.js';

/** Where a post gets onto a road: metres along it, and metres from the post. */
export interface RoadAccess {
  route: string;
  at_m: number;
  away_m: number;
}

/** A piece of a road in ground of one kind; roads are cut at accesses and where they meet one another. Planar metres. */
export interface RoadPiece {
  route: string;
  from_m: number;
  to_m: number;
  from: Spot;
  to: Spot;
  /** Passable under the policy: every face it touches is road to it. Off the map neither. */
  strict: boolean;
  lenient: boolean;
  /** Of the ground; `front` along a border, `unmapped` off the map. */
  class: string;
  /** In the main body (strict), and in the anchor. */
  main: boolean;
  anchor: boolean;
  /** To the nearest hostile ground; null where there is none. */
  hostile_m: number | null;
}

/** A stretch of a route in one class, kilometres along it. */
interface RoadStretch {
  route: string;
  from_km: number;
  to_km: number;
  class: string;
}

export interface RoadReport {
  /**
   * `open`: a known road leads from the post to `to` in its side's ground; `open_lenient`: only over contested, unknown
   * or neutral ground; `cut`: a known road leads there, and none is passable; `no_road`: none is known that would.
   */
  state: 'open' | 'open_lenient' | 'cut' | 'no_road';
  reason: null | 'no_routes_known' | 'no_ground_held' | 'no_access_within_reach' | 'known_routes_do_not_reach_anchor';
  /** The anchor; or the main body, for a post cut off from it on routes that never reach the anchor. */
  to: 'anchor' | 'main_body' | null;
  access: RoadAccess | null;
  /** The only roads the state speaks of: others may exist. */
  known_routes: string[];
  /** Where each open way out of the ground around the access ends. */
  cuts: RoadStretch[];
  /** Length of road open around the access, on its own route. */
  open_stretch: { from_km: number; to_km: number } | null;
  /** Edge-disjoint open ways. */
  independent_routes: number;
  /** Least distance from the open way to hostile ground, a proxy for fire on the road; null when not open. */
  margin_m: number | null;
}

/** Roads meet where they come this near to one another, metres. */
const MEET_M = 1;

/** Numbers the ends of pieces: neighbours on a route share one, and so do roads that meet. */
function junctions(pieces: readonly RoadPiece[]): { ends: [number, number][]; count: number } {
  const spots: Spot[] = [];
  const at = (spot: Spot): number => {
    const found = spots.findIndex((other) => between(other, spot) <= MEET_M);
    return found >= 0 ? found : spots.push(spot) - 1;
  };
  const ends = pieces.map(({ from, to }): [number, number] => [at(from), at(to)]);
  return { ends, count: spots.length };
}

/** Pieces joined to stretches of one class, in order of travel. */
function stretches(pieces: readonly RoadPiece[]): RoadStretch[] {
  const joined: RoadStretch[] = [];
  for (const { route, from_m, to_m, class: name } of pieces) {
    const last = joined.at(-1);
    if (last?.route === route && last.class === name && Math.abs(last.to_km - from_m / 1000) < 1e-6)
      last.to_km = to_m / 1000;
    else joined.push({ route, from_km: from_m / 1000, to_km: to_m / 1000, class: name });
  }
  return joined;
}

/**
 * Judges the roads from an access (methods A.5). `pieces` in order of route and travel; null access: none was found.
 * `standing` is the ground the post stands in, strict policy.
 */
export function judgeRoads(
  pieces: readonly RoadPiece[],
  access: RoadAccess | null,
  standing: 'main' | 'pocket' | 'none',
): RoadReport {
  const known_routes = [...new Set(pieces.map(({ route }) => route))];
  const nothing: RoadReport = {
    state: 'no_road',
    reason: !pieces.length ? 'no_routes_known' : standing === 'none' ? 'no_ground_held' : 'no_access_within_reach',
    to: null,
    access,
    known_routes,
    cuts: [],
    open_stretch: null,
    independent_routes: 0,
    margin_m: null,
  };
  if (!access || !pieces.length) return nothing;
  const { ends, count } = junctions(pieces);
  const start = startOf(pieces, ends, access);
  const reach = (passable: (piece: RoadPiece) => boolean) => walk(pieces, ends, start, passable);
  const all = reach(() => true);
  const leads = (to: 'main' | 'anchor') => [...all.pieces].some((i) => pieces[i]?.[to]);
  const open = reach(({ strict }) => strict);
  const open_stretch = stretchAround(pieces, access);
  const to = leads('anchor') ? 'anchor' : standing === 'pocket' && leads('main') ? 'main_body' : null;
  if (to === null) return { ...nothing, reason: 'known_routes_do_not_reach_anchor', open_stretch };
  const ends_at = (i: number) => Boolean(to === 'anchor' ? pieces[i]?.anchor : pieces[i]?.main);
  const common = { ...nothing, reason: null, to, open_stretch } as const;

  const way = [...open.pieces].filter(ends_at);
  if (way.length) {
    const path = pathTo(open, way[0] ?? 0);
    const links = [...open.pieces].map((i): Link => {
      const [a, b] = ends[i] ?? [0, 0];
      return { a, b, capacity: 1 };
    });
    const goals = new Set(way.flatMap((i) => ends[i] ?? []));
    goals.delete(start);
    const margins = path.flatMap((i) => pieces[i]?.hostile_m ?? []);
    return {
      ...common,
      state: 'open',
      // A goal piece that starts at the access itself is one way.
      independent_routes: Math.max(1, goals.size ? minimumCut(count, links, [start], [...goals]).value : 1),
      margin_m: margins.length ? Math.min(...margins) : null,
    };
  }
  const lenient = reach((piece) => piece.lenient);
  const touches = (i: number) => ends[i]?.some((end) => open.nodes.has(end));
  const cuts = stretches(pieces).filter((stretch) =>
    pieces.some((piece, i) => !piece.strict && touches(i) && within(piece, stretch)),
  );
  return { ...common, state: [...lenient.pieces].some(ends_at) ? 'open_lenient' : 'cut', cuts };
}

const within = ({ route, from_m, to_m }: RoadPiece, stretch: RoadStretch) =>
  route === stretch.route && from_m / 1000 >= stretch.from_km - 1e-6 && to_m / 1000 <= stretch.to_km + 1e-6;

/** The junction of the access. */
function startOf(pieces: readonly RoadPiece[], ends: readonly [number, number][], { route, at_m }: RoadAccess): number {
  let [best, nearest] = [0, Number.POSITIVE_INFINITY];
  for (const [i, piece] of pieces.entries()) {
    if (piece.route !== route) continue;
    for (const [side, metres] of [piece.from_m, piece.to_m].entries()) {
      if (Math.abs(metres - at_m) < nearest) [best, nearest] = [ends[i]?.[side] ?? 0, Math.abs(metres - at_m)];
    }
  }
  return best;
}

interface Walk {
  nodes: Set<number>;
  /** Pieces walked, in order of steps from the access. */
  pieces: Set<number>;
  before: Map<number, number>;
}

/** Everything reached from a junction over passable pieces. */
function walk(
  pieces: readonly RoadPiece[],
  ends: readonly [number, number][],
  start: number,
  passable: (piece: RoadPiece) => boolean,
): Walk {
  const by = new Map<number, number>();
  const reached: Walk = { nodes: new Set([start]), pieces: new Set(), before: new Map() };
  for (const node of reached.nodes) {
    for (const [i, [a, b]] of ends.entries()) {
      const piece = pieces[i];
      if ((a !== node && b !== node) || reached.pieces.has(i) || !piece || !passable(piece)) continue;
      reached.pieces.add(i);
      const previous = by.get(node);
      if (previous !== undefined) reached.before.set(i, previous);
      const other = a === node ? b : a;
      if (!reached.nodes.has(other)) by.set(other, i);
      reached.nodes.add(other);
    }
  }
  return reached;
}

function pathTo({ before }: Walk, last: number): number[] {
  const path = [last];
  for (let i = before.get(last); i !== undefined; i = before.get(i)) path.push(i);
  return path;
}

/** The run of strictly open pieces of the access's own route that holds it. */
function stretchAround(pieces: readonly RoadPiece[], { route, at_m }: RoadAccess): RoadReport['open_stretch'] {
  let run: { from_km: number; to_km: number } | null = null;
  for (const piece of pieces) {
    if (piece.route !== route || !piece.strict) continue;
    if (run && Math.abs(run.to_km - piece.from_m / 1000) < 1e-5) run.to_km = piece.to_m / 1000;
    else if (run && run.to_km >= at_m / 1000 - 1e-5 && run.from_km <= at_m / 1000 + 1e-5) break;
    else run = { from_km: piece.from_m / 1000, to_km: piece.to_m / 1000 };
  }
  return run && run.from_km <= at_m / 1000 + 1e-5 && run.to_km >= at_m / 1000 - 1e-5 ? run : null;
}
