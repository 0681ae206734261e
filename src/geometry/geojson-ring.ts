import { type ProblemList, pointer, quote } from '../model/problem-list.js';
import { readableDegrees, readablePosition } from '../model/readable.js';
import { tidyRing } from './tidy-ring.js';

/** `[lon, lat]` in degrees, CRS84. */
export type Position = [number, number];
/** Closed: the last position equals the first. */
export type Ring = Position[];

/** One wrong position in a ring is rarely alone; ten are enough to find the cause. */
const POSITIONS_REPORTED = 10;
/** Degrees: the largest number that could still be a mistyped degree. Metres of any projection exceed it. */
const NEVER_DEGREES = 1000;
/** Degrees (a tenth of a micrometre): a ring thinner than this is a line, whatever rounding did to it. */
const FLAT = 1e-12;
/** In a declared projection: half the girth of the earth, metres, with room for false eastings. */
const FARTHEST_PROJECTED = 1e8;

/** Noding grid, degrees: what is nearer than this is one place. */
const GRID = 1e-7;
/** Degrees beyond ±180 and ±90 that are the arithmetic of whoever wrote them: up to 1 in the seventh decimal, the grid. */
const EDGE = 1.1e-7;
/** The grid in a declared projection, metres. */
const GRID_PROJECTED = 0.01;

/** How the numbers of a geometry are read. */
export interface RingReading {
  /** They are those of a declared coordinate system, of any size. */
  projected: boolean;
  /** `--repair`: rings without ground are dropped, rings open by less than the grid closed, spikes and repeated vertices dropped. */
  repair: boolean;
  /** `--ignore-geometry` leaves features out whose geometry is no area: a refusal of such names it. */
  ignorable?: boolean;
}

/** A ring that covers no ground and was dropped. */
export const DROPPED = 'dropped';

/**
 * Reads a linear ring: at least four positions, the last equal to the first, within ±180 and ±90 degrees. A ring is
 * turned to anticlockwise for a shell and clockwise for a hole (winding carries no meaning here, and reveals nothing
 * about which side is meant); turned rings, dropped heights and measures are counted. Open, short and flat rings are problems that
 * name the option which settles them; with `repair` they are settled, each reported in `problems.repairs`.
 */
export function readRing(
  value: unknown,
  at: string,
  shell: boolean,
  problems: ProblemList,
  reading: RingReading,
): Ring | typeof DROPPED | null {
  if (!Array.isArray(value)) {
    problems.add('coordinates', at, `a ring is an array of positions, not ${quote(value)}: correct it at its source`);
    return null;
  }
  const read = readPositions(value, at, problems, reading.projected);
  const ring = read && reading.repair ? tidied(read, at, problems, reading) : read;
  if (ring === null || ring === DROPPED) return ring;
  const fault = ringFault(ring, reading);
  if (fault) {
    problems.add(fault.code, at, fault.message, ring.at(fault.code === 'ring_open' ? -1 : 0));
    return null;
  }
  if (signedArea(ring, ring[0] as Position) > 0 === shell) return ring;
  problems.count('winding');
  return ring.reverse();
}

function ringFault(ring: Ring, { projected }: RingReading): { code: string; message: string } | null {
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || last === undefined || ring.length < 4) {
    const message = `a ring has at least 4 positions, this one has ${ring.length}: --repair drops rings that enclose no ground`;
    return { code: 'ring_short', message };
  }
  if (first[0] !== last[0] || first[1] !== last[1]) {
    const gap = Math.hypot(first[0] - last[0], first[1] - last[1]);
    const remedy =
      gap <= (projected ? GRID_PROJECTED : GRID)
        ? `${readableGap(gap, projected)} away: --repair closes it`
        : `by ${readableGap(gap, projected)}: draw the missing edge at its source`;
    return {
      code: 'ring_open',
      message: `the ring is open: it begins at ${readablePosition(first)} and ends at ${readablePosition(last)}, ${remedy}`,
    };
  }
  if (!isFlat(ring, first)) return null;
  return {
    code: 'ring_flat',
    message: 'the ring encloses no ground: all its positions lie on one line; --repair drops it',
  };
}

const readableGap = (gap: number, projected: boolean) => `${Number(gap.toPrecision(3))}${projected ? '' : '°'}`;

/** What `--repair` does to a ring before it is judged. */
function tidied(ring: Ring, at: string, problems: ProblemList, { projected }: RingReading): Ring | typeof DROPPED {
  const grid = projected ? GRID_PROJECTED : GRID;
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || last === undefined) return ring;
  const gap = Math.hypot(first[0] - last[0], first[1] - last[1]);
  if (gap > grid) return ring;
  if (gap > 0) problems.repaired('ring_open', at, `ring closed: it was open by ${readableGap(gap, projected)}`, last);
  const tidy = tidyRing([...ring.slice(0, -1), [...first]], grid);
  if (tidy.ring.length < 4 || isFlat(tidy.ring, tidy.ring[0] as Position)) {
    problems.repaired('ring_flat', at, 'ring without ground dropped', first);
    return DROPPED;
  }
  if (tidy.repeated > 0) problems.repaired('vertex_repeated', at, 'repeated vertices dropped', first, tidy.repeated);
  if (tidy.spikes > 0) problems.repaired('spike', at, 'spikes dropped', first, tidy.spikes);
  return tidy.ring;
}

function readPositions(value: unknown[], at: string, problems: ProblemList, projected: boolean): Ring | null {
  const ring: Ring = [];
  let wrong = 0;
  const most = mostNumbers(value);
  for (const [index, element] of value.entries()) {
    const fault = positionFault(element, projected, most);
    if (fault === null) {
      const [lon, lat] = element as Position;
      if ((element as number[]).length > 2) problems.count('height');
      ring.push(projected ? [lon, lat] : [onEarth(lon, 180, problems), onEarth(lat, 90, problems)]);
      continue;
    }
    problems.add(fault.code, pointer(at, index), fault.message);
    // A projected ring is wrong in every position for the same reason.
    if (++wrong === POSITIONS_REPORTED || fault.code === 'projected') return null;
  }
  return wrong === 0 ? ring : null;
}

/** 180.00000000000017 is 180: the arithmetic of whoever wrote it. */
function onEarth(degrees: number, most: number, problems: ProblemList): number {
  if (Math.abs(degrees) <= most) return degrees;
  problems.count('beyond the edge');
  return Math.sign(degrees) * most;
}

/**
 * How many numbers a position of this ring may have: a height, and a measure behind it where every position has one. A single
 * position of four numbers is two in one, or decimal commas; more would let a flattened list of pairs pass as one point.
 */
function mostNumbers(ring: readonly unknown[]): 3 | 4 {
  return ring.every((position) => Array.isArray(position) && position.length === 4) ? 4 : 3;
}

function positionFault(value: unknown, projected: boolean, most: 3 | 4): { code: string; message: string } | null {
  const position = (message: string) => ({ code: 'position', message: `${message}; correct it at its source` });
  if (!Array.isArray(value)) return position(`a position is an array [lon, lat], not ${quote(value)}`);
  if (value.length < 2)
    return position(`a position has a longitude and a latitude, this one has ${value.length} numbers`);
  if (value.length > most)
    return position(`a position is [lon, lat] or [lon, lat, height], this one has ${value.length} numbers`);
  for (const number of value as unknown[]) {
    if (typeof number === 'string')
      return position(`${quote(number)} is a string: a coordinate is a number without quotes`);
    if (typeof number !== 'number') return position(`${quote(number)} is not a coordinate: a number is expected`);
    if (!Number.isFinite(number)) return position('a coordinate too large for a number');
  }
  const [lon, lat] = value as Position;
  if (projected) {
    return Math.max(Math.abs(lon), Math.abs(lat)) <= FARTHEST_PROJECTED
      ? null
      : {
          code: 'out_of_range',
          message: `[${readablePosition([lon, lat])}] is not on the earth in any projection: correct it at its source`,
        };
  }
  if (Math.abs(lon) > NEVER_DEGREES || Math.abs(lat) > NEVER_DEGREES) {
    const message = `[${readablePosition([lon, lat])}] looks like metres of a projected CRS: --crs EPSG:n says which, or reproject with ogr2ogr -t_srs OGC:CRS84`;
    return { code: 'projected', message };
  }
  if (Math.abs(lon) > 180 + EDGE)
    return {
      code: 'out_of_range',
      message: `longitude ${readableDegrees([lon])} is outside -180 to 180: ${Math.abs(lon) <= 360 ? 'ogr2ogr -wrapdateline cuts at 180° what goes on beyond it; ' : ''}--crs says what other system the numbers are in`,
    };
  if (Math.abs(lat) > 90 + EDGE)
    return {
      code: 'out_of_range',
      message: `latitude ${readableDegrees([lat])} is outside -90 to 90: --swap-axes reads a file that has the latitude first`,
    };
  return null;
}

/** All on one line? Asked by distance, as a bow-tie too has a signed area of zero and is no line. */
function isFlat(ring: Ring, [x0, y0]: Position): boolean {
  let far: Position = [0, 0];
  for (const [x, y] of ring) {
    if (Math.hypot(x - x0, y - y0) > Math.hypot(...far)) far = [x - x0, y - y0];
  }
  const length = Math.hypot(...far);
  return ring.every(([x, y]) => Math.abs(far[0] * (y - y0) - far[1] * (x - x0)) <= FLAT * length);
}

/** Square degrees, positive when anticlockwise. Taken from the first vertex, where small rings keep their digits. */
function signedArea(ring: Ring, [x0, y0]: Position): number {
  let double = 0;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1] ?? [x0, y0];
    const [bx, by] = ring[i] ?? [x0, y0];
    double += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  }
  return double / 2;
}
