import { STEP_KINDS, type StepKind } from '../series/step-kinds.js';

/** A stretch of a route in one class: `front` where it runs along a border, `unmapped` outside the theatre. */
export interface Stretch {
  from_km: number;
  to_km: number;
  class: string;
}

/** A piece between two cuts, metres along the route, with the classes of the faces it touches. */
export interface Piece {
  from_m: number;
  to_m: number;
  classes: readonly string[];
}

/** Joins the pieces of one route, in order, into stretches of one class each (methods A.5: a road on a border is `front`). */
export function stretchesOf(pieces: readonly Piece[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { from_m, to_m, classes } of pieces) {
    const name = classes.length === 0 ? 'unmapped' : classes.length === 1 ? (classes[0] as string) : 'front';
    const last = stretches.at(-1);
    if (last?.class === name) last.to_km = to_m / 1000;
    else stretches.push({ from_km: from_m / 1000, to_km: to_m / 1000, class: name });
  }
  return stretches;
}

/** Kilometres of a route by class on either day: the common refinement of both lists of stretches. */
export function routeChange(
  before: readonly Stretch[],
  after: readonly Stretch[],
): { from: string; to: string; km: number }[] {
  return routeChangeByKind(before, [{ kind: 'movement', stretches: after }]).map(({ kinds: _, ...row }) => row);
}

/**
 * The same, distinguished by the kinds of the steps in which the stretches came to be of another class; what went there and
 * back within one step is none of it.
 * @param steps in order, each with the stretches at its end; at that of the last the change ends
 */
export function routeChangeByKind(
  before: readonly Stretch[],
  steps: readonly { kind: StepKind; stretches: readonly Stretch[] }[],
): { from: string; to: string; km: number; kinds: StepKind[] }[] {
  let pieces = before.map((row) => ({ ...row, from: row.class, kinds: new Set<StepKind>() }));
  for (const { kind, stretches } of steps) {
    pieces = pieces.flatMap((piece) =>
      within(stretches, piece.from_km, piece.to_km).map((row) => ({
        ...row,
        from: piece.from,
        kinds: row.class === piece.class ? piece.kinds : new Set([...piece.kinds, kind]),
      })),
    );
  }
  const sums = new Map<string, { from: string; to: string; km: number; kinds: StepKind[] }>();
  for (const piece of pieces) {
    const kinds = STEP_KINDS.filter((kind) => piece.kinds.has(kind));
    const key = [piece.from, piece.class, ...kinds].join(' ');
    const row = sums.get(key) ?? { from: piece.from, to: piece.class, km: 0, kinds };
    row.km += piece.to_km - piece.from_km;
    sums.set(key, row);
  }
  return [...sums.values()].sort((a, b) => b.km - a.km || (a.from < b.from ? -1 : 1));
}

/** The parts of stretches between two kilometres. */
export function within(stretches: readonly Stretch[], fromKm: number, toKm: number): Stretch[] {
  return stretches.flatMap((row) => {
    const [from_km, to_km] = [Math.max(row.from_km, fromKm), Math.min(row.to_km, toKm)];
    return to_km > from_km ? [{ ...row, from_km, to_km }] : [];
  });
}

/** Kilometres of a route by class, each kilometre once; the classes in order of name. */
export function kilometresByClass(stretches: readonly Stretch[]): { class: string; km: number }[] {
  const sums = new Map<string, number>();
  for (const row of stretches) sums.set(row.class, (sums.get(row.class) ?? 0) + row.to_km - row.from_km);
  return [...sums].map(([name, km]) => ({ class: name, km })).sort((a, b) => (a.class < b.class ? -1 : 1));
}

/** Where a route passes from ground of one class to that of another. */
export interface CutPoint {
  km: number;
  from: string;
  to: string;
}

export function cutPoints(stretches: readonly Stretch[]): CutPoint[] {
  return stretches.slice(1).map((next, index) => {
    const { to_km: km, class: from } = stretches[index] as Stretch;
    return { km, from, to: next.class };
  });
}

/** Kilometres of a route that passed between two classes. */
export interface RoutePassed {
  route: string;
  from: string;
  to: string;
  km: number;
}

/**
 * What each class gained less what it lost of each route, with the part of it that is movement: the whole less what the
 * steps of other kinds moved. Exact, for the net of a class adds up from map to map.
 */
export function routeNet(
  whole: readonly RoutePassed[],
  others: readonly { kind: 'correction' | 'redefinition'; passed: readonly RoutePassed[] }[],
): {
  route: string;
  class: string;
  net_km: number;
  movement_km: number;
  correction_km: number;
  redefinition_km: number;
}[] {
  const all = [...whole, ...others.flatMap(({ passed }) => passed)];
  const netIn = (rows: readonly RoutePassed[], route: string, name: string) =>
    rows.reduce((net, row) => {
      if (row.route !== route || row.from === row.to) return net;
      return net + (row.to === name ? row.km : 0) - (row.from === name ? row.km : 0);
    }, 0);
  return [...new Set(all.map(({ route }) => route))].sort().flatMap((route) => {
    const own = all.filter((row) => row.route === route);
    return [...new Set(own.flatMap(({ from, to }) => [from, to]))].sort().map((name) => {
      const of = (kind: string) =>
        others.reduce((net, step) => (step.kind === kind ? net + netIn(step.passed, route, name) : net), 0);
      const [net_km, correction_km, redefinition_km] = [
        netIn(whole, route, name),
        of('correction'),
        of('redefinition'),
      ];
      const movement_km = net_km - correction_km - redefinition_km;
      return { route, class: name, net_km, movement_km, correction_km, redefinition_km };
    });
  });
}
