import { type ProblemList, pointer, quote } from '../model/problem-list.js';

/** `[lon, lat]` in degrees, CRS84. */
export type Position = [number, number];
/** Closed: the last position equals the first. */
export type Ring = Position[];

/** One wrong position in a ring is rarely alone; ten say enough. */
const POSITIONS_REPORTED = 10;
/** Degrees: the largest number that could still be a mistyped degree. Metres of any projection exceed it. */
const NEVER_DEGREES = 1000;
/** Degrees (a tenth of a micrometre): a ring thinner than this is a line, whatever rounding did to it. */
const FLAT = 1e-12;
/** In a declared projection: half the girth of the earth, metres, with room for false eastings. */
const FARTHEST_PROJECTED = 1e8;

/**
 * Reads a linear ring: at least four positions, the last equal to the first, within ±180 and ±90 degrees. A ring is
 * turned to anticlockwise for a shell and clockwise for a hole (winding carries no meaning here, and says nothing
 * about which side is meant); turned rings and dropped heights are counted. Open, short and flat rings are problems,
 * never repaired; repeated points are kept. With `projected` the numbers are those of a declared CRS, of any size.
 */
export function readRing(
  value: unknown,
  at: string,
  shell: boolean,
  problems: ProblemList,
  projected = false,
): Ring | null {
  if (!Array.isArray(value)) {
    problems.add('coordinates', at, `a ring is an array of positions, not ${quote(value)}`);
    return null;
  }
  const ring = readPositions(value, at, problems, projected);
  if (ring === null) return null;
  const first = ring[0];
  const last = ring.at(-1);
  if (first === undefined || last === undefined || ring.length < 4) {
    problems.add('ring_short', at, `a ring has at least 4 positions, this one has ${ring.length}`, first);
    return null;
  }
  if (first[0] !== last[0] || first[1] !== last[1]) {
    problems.add('ring_open', at, `the ring is open: it begins at ${first} and ends at ${last}`, last);
    return null;
  }
  if (isFlat(ring, first)) {
    problems.add('ring_flat', at, 'the ring encloses no ground: all its positions lie on one line', first);
    return null;
  }
  if (signedArea(ring, first) > 0 === shell) return ring;
  problems.count('winding');
  return ring.reverse();
}

function readPositions(value: unknown[], at: string, problems: ProblemList, projected: boolean): Ring | null {
  const ring: Ring = [];
  let wrong = 0;
  for (const [index, element] of value.entries()) {
    const fault = positionFault(element, projected);
    if (fault === null) {
      const [lon, lat] = element as Position;
      if ((element as number[]).length > 2) problems.count('height');
      ring.push([lon, lat]);
      continue;
    }
    problems.add(fault.code, pointer(at, index), fault.message);
    // A projected ring is wrong in every position for the same reason.
    if (++wrong === POSITIONS_REPORTED || fault.code === 'projected') return null;
  }
  return wrong === 0 ? ring : null;
}

function positionFault(value: unknown, projected: boolean): { code: string; message: string } | null {
  const position = (message: string) => ({ code: 'position', message });
  if (!Array.isArray(value)) return position(`a position is an array [lon, lat], not ${quote(value)}`);
  if (value.length < 2)
    return position(`a position has a longitude and a latitude, this one has ${value.length} numbers`);
  // More than three would let a flattened list of pairs pass as one point.
  if (value.length > 3)
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
      : { code: 'out_of_range', message: `[${lon}, ${lat}] is not on the earth in any projection` };
  }
  if (Math.abs(lon) > NEVER_DEGREES || Math.abs(lat) > NEVER_DEGREES) {
    const message = `[${lon}, ${lat}] looks like metres of a projected CRS: reproject with ogr2ogr -t_srs OGC:CRS84`;
    return { code: 'projected', message };
  }
  if (Math.abs(lon) > 180) return { code: 'out_of_range', message: `longitude ${lon} is outside -180 to 180` };
  if (Math.abs(lat) > 90)
    return { code: 'out_of_range', message: `latitude ${lat} is outside -90 to 90: are lon and lat swapped?` };
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
