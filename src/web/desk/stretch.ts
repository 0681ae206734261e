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

/** The ring on which a line begins and ends, and where; null: there is none within reach. */
function endsOn(
  rings: readonly Ring[],
  line: readonly Position[],
  reach: number,
): { ring: Ring; from: OnRing; to: OnRing } | null {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 2) return null;
  let best: { ring: Ring; from: OnRing; to: OnRing; away: number } | null = null;
  for (const ring of rings) {
    const [from, to] = [nearestOn(ring, first), nearestOn(ring, last)];
    if (!from || !to) continue;
    const away = Math.max(from.away, to.away);
    if (away <= reach && (best === null || away < best.away)) best = { ring, from, to, away };
  }
  return best;
}

/**
 * The two polygons that a line makes with the ring on which it begins and ends, the smaller first; null when it does not begin
 * and end within `reach` degrees of latitude of one ring.
 */
export function stretchBetween(rings: readonly Ring[], line: readonly Position[], reach: number): [Ring, Ring] | null {
  const ends = endsOn(rings, line, reach);
  if (ends === null) return null;
  const { ring, from, to } = ends;
  const inner = line.slice(1, -1);
  const back = [...inner].reverse();
  const onward: Ring = [from.at, ...walk(ring, from, to), to.at, ...back, from.at];
  const backward: Ring = [to.at, ...walk(ring, to, from), from.at, ...inner, to.at];
  return areaOf(onward) <= areaOf(backward) ? [onward, backward] : [backward, onward];
}

/** Ground between a line that is drawn anew and the front that it replaces, on one side of the old front. */
export interface Pocket {
  ring: Ring;
  /** A point of the old front beside it, and on its other side: whoever holds the ground there gains the pocket. */
  beyond: Position;
}

/**
 * The pockets between a line and the stretch of a ring on which it begins and ends, where it crosses that stretch midway; by
 * the shorter way round. Null: it does not cross. `tangled`: it meets the crossings in another order than the old front does.
 */
export function pocketsBetween(
  rings: readonly Ring[],
  line: readonly Position[],
  reach: number,
): Pocket[] | 'tangled' | null {
  const ends = endsOn(rings, line, reach);
  if (ends === null) return null;
  const { ring, from, to } = ends;
  const inner = line.slice(1, -1);
  const fresh: Ring = [from.at, ...inner, to.at];
  const ways: Ring[] = [
    [from.at, ...walk(ring, from, to), to.at],
    [from.at, ...walk(ring, to, from).reverse(), to.at],
  ];
  const crossed = ways.map((old) => ({ old, crossings: crossingsOf(fresh, old) }));
  const [first, second] = crossed.map(({ crossings }) => crossings.length);
  if (!first && !second) return null;
  // Across both ways round, or the longer one alone: not a stretch that is drawn anew.
  if (first && second) return 'tangled';
  const { old, crossings } = crossed[first ? 0 : 1] as (typeof crossed)[number];
  if (crossings.some(({ onOld }, i) => i > 0 && onOld <= (crossings[i - 1] as Crossing).onOld)) return 'tangled';
  const end = { at: to.at, onFresh: fresh.length - 1, onOld: old.length - 1 };
  const stops: Crossing[] = [{ at: from.at, onFresh: 0, onOld: 0 }, ...crossings, end];
  const pockets: Pocket[] = [];
  for (let i = 0; i + 1 < stops.length; i++) {
    const [start, stop] = [stops[i] as Crossing, stops[i + 1] as Crossing];
    const along = [start.at, ...between(old, start.onOld, stop.onOld), stop.at];
    const back = between(fresh, start.onFresh, stop.onFresh).reverse();
    const pocket: Ring = [...along, ...back, start.at];
    if (areaOf(pocket) > 0) pockets.push({ ring: pocket, beyond: beyondOf(pocket, along) });
  }
  return pockets;
}

/** A crossing of two lines; where on each: the number of the vertex before it and the share of the segment after that. */
interface Crossing {
  at: Position;
  onFresh: number;
  onOld: number;
}

function crossingsOf(fresh: Ring, old: Ring): Crossing[] {
  const found: Crossing[] = [];
  for (let i = 0; i + 1 < fresh.length; i++) {
    const [[x1, y1], [x2, y2]] = [fresh[i] as Position, fresh[i + 1] as Position];
    for (let j = 0; j + 1 < old.length; j++) {
      const [[x3, y3], [x4, y4]] = [old[j] as Position, old[j + 1] as Position];
      const turn = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3);
      if (turn === 0) continue;
      const onFresh = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / turn;
      const onOld = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / turn;
      // The ends lie on both: they are no crossings.
      const [a, b] = [i + onFresh, j + onOld];
      const inside = [onFresh, onOld].every((share) => share >= -SAME && share < 1 - SAME);
      const isEnd = a < END || a > fresh.length - 1 - END || b < END || b > old.length - 1 - END;
      if (inside && !isEnd) found.push({ at: [x3 + onOld * (x4 - x3), y3 + onOld * (y4 - y3)], onFresh: a, onOld: b });
    }
  }
  return found.sort((a, b) => a.onFresh - b.onFresh);
}

/** A share of a segment below which a crossing is the end itself. */
const END = 1e-6;
/** A corner that was snapped to the old front lies on it but for the last digits. */
const SAME = 1e-9;

/** The vertices of a line strictly between two places on it. */
const between = (line: Ring, from: number, to: number): Position[] => line.filter((_, i) => i > from && i < to);

/** Beside the middle of the longest segment of the old front, on the side where the pocket is not. */
function beyondOf(pocket: Ring, along: Ring): Position {
  let best: { length: number; spots: [Position, Position] } | null = null;
  for (let i = 0; i + 1 < along.length; i++) {
    const [[x1, y1], [x2, y2]] = [along[i] as Position, along[i + 1] as Position];
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length === 0 || (best && length <= best.length)) continue;
    const [dx, dy] = [((y2 - y1) / length) * BESIDE, (-(x2 - x1) / length) * BESIDE];
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    best = {
      length,
      spots: [
        [x + dx, y + dy],
        [x - dx, y - dy],
      ],
    };
  }
  const [one, other] = best?.spots ?? [along[0] as Position, along[0] as Position];
  return holds([pocket], one) ? other : one;
}

/** Degrees, a metre: so far beside a border it is decided who holds the ground. */
const BESIDE = 1e-5;

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
