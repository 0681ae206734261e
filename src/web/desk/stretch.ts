/*
 * A line that a person draws between two points of a border, as the ground between it and the border. The polygon follows the
 * border vertex by vertex, so that what passes ends exactly where the other side begins. Planar in degrees, longitudes scaled
 * at the latitude: the choices here are between distances of a screen.
 */

export type Position = [number, number];
export type Ring = Position[];

/** A point on a ring: on the segment from vertex `segment` to the next, `away` degrees of latitude from the requested point. */
export interface OnRing {
  at: Position;
  segment: number;
  away: number;
}

/** The point of a ring that is nearest to another. */
export function nearestOn(ring: Ring, [lon, lat]: Position): OnRing | null {
  const scale = Math.cos((lat * Math.PI) / 180);
  let best: OnRing | null = null;
  for (let segment = 0; segment + 1 < ring.length; segment++) {
    const [[x1, y1], [x2, y2]] = [ring[segment] as Position, ring[segment + 1] as Position];
    const [dx, dy] = [(x2 - x1) * scale, y2 - y1];
    const along = ((lon - x1) * scale * dx + (lat - y1) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    const at: Position = share === 1 ? [x2, y2] : [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    const away = Math.hypot((lon - at[0]) * scale, lat - at[1]);
    if (best === null || away < best.away) best = { at, segment, away };
  }
  return best;
}

/** The nearest point of any ring; null where none is within `reach` degrees of latitude. */
export function snapTo(rings: readonly Ring[], at: Position, reach: number): Position | null {
  const found = rings.flatMap((ring) => nearestOn(ring, at) ?? []).sort((a, b) => a.away - b.away)[0];
  return found && found.away <= reach ? found.at : null;
}

/**
 * The two polygons that a line makes with the ring on which it begins and ends, the smaller first; null when it does not begin
 * and end within `reach` degrees of latitude of one ring.
 */
export function stretchBetween(rings: readonly Ring[], line: readonly Position[], reach: number): [Ring, Ring] | null {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 2) return null;
  let best: { ring: Ring; from: OnRing; to: OnRing; away: number } | null = null;
  for (const ring of rings) {
    const [from, to] = [nearestOn(ring, first), nearestOn(ring, last)];
    if (!from || !to) continue;
    const away = Math.max(from.away, to.away);
    if (away <= reach && (best === null || away < best.away)) best = { ring, from, to, away };
  }
  if (best === null) return null;
  const { ring, from, to } = best;
  const between = line.slice(1, -1);
  const back = [...between].reverse();
  const onward: Ring = [from.at, ...walk(ring, from, to), to.at, ...back, from.at];
  const backward: Ring = [to.at, ...walk(ring, to, from), from.at, ...between, to.at];
  return areaOf(onward) <= areaOf(backward) ? [onward, backward] : [backward, onward];
}

/** The vertices of a ring from one point on it to another, in its own direction. */
function walk(ring: Ring, from: OnRing, to: OnRing): Ring {
  const count = ring.length - 1;
  const beyond = from.segment === to.segment && before(ring, to, from);
  const steps = beyond ? count : (to.segment - from.segment + count) % count;
  const passed = Array.from({ length: steps }, (_, i) => ring[(from.segment + 1 + i) % count] as Position);
  return passed.filter((at) => !same(at, from.at) && !same(at, to.at));
}

function before(ring: Ring, one: OnRing, other: OnRing): boolean {
  const [x, y] = ring[one.segment] as Position;
  return Math.hypot(one.at[0] - x, one.at[1] - y) < Math.hypot(other.at[0] - x, other.at[1] - y);
}

const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

/** Square degrees, without sign. */
export function areaOf(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [[x1, y1], [x2, y2]] = [ring[i] as Position, ring[i + 1] as Position];
    sum += x1 * y2 - x2 * y1;
  }
  return Math.abs(sum) / 2;
}

/** Whether a polygon (its rings) holds a point. */
export function holds(rings: readonly Ring[], [x, y]: Position): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [[x1, y1], [x2, y2]] = [ring[i] as Position, ring[i + 1] as Position];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
