import { SalientError } from '../errors.js';
import type { Position } from '../geometry/geojson-ring.js';
import { readablePosition } from '../model/readable.js';
import { type CoordinateSystem, hasPositions, metresOfUnit } from '../store/coordinate-systems.js';
import type { Queryable } from '../store/pool.js';
import { unknownSystem } from './declared-system.js';

/** Degrees and grads never exceed it, also where longitude counts from 0, or is second. */
const MOST_DEGREES = 400;
/** Metres on earth: a unit of less is no degree (100 km) and no kilometre. */
const SMALL_UNIT_M = 100;

/** PROJ's errors about a coordinate (2048 and on); others are about the system. */
const OUTSIDE = /\(20\d\d\)/;

type At = readonly [number, number];

/**
 * Refuses numbers that are not in the system that the file, or the importer, says: degrees read as metres lie within 180 m of
 * the origin of a projection, metres read as degrees nowhere, and numbers of another projection may be none of its places.
 * @param positions all of the areas in this system
 * @throws SalientError `invalid_snapshot` that names both, and the option that settles it
 */
export async function checkNumbers(
  db: Queryable,
  system: CoordinateSystem,
  positions: Iterable<Position>,
  isNamed: boolean,
): Promise<void> {
  const extreme = extremes(positions);
  if (!extreme) return;
  const [west, south, east, north] = extreme;
  const bounds = [west[0], south[1], east[0], north[1]] as const;
  const most = Math.max(...bounds.map(Math.abs));
  const { srid, name } = system;
  const called = srid === null ? String(name) : `EPSG:${srid}${name ? ` (${name})` : ''}`;
  const small = most <= MOST_DEGREES;
  if (system.geographic) {
    if (most > MOST_DEGREES) throw wrongNumbers('no degrees', 'counts in degrees', 'names the system that they are in');
    return;
  }
  const has = await (small ? isLargeUnit(db, system, west) : hasPositions(db, system, extreme)).catch((cause) => {
    throw OUTSIDE.test(String(cause.message)) ? elsewhere(cause) : unknownSystem(called, cause);
  });
  if (has) return;
  throw small ? degrees() : elsewhere();

  function degrees() {
    const way =
      'reads them as longitude, latitude; a map that is so small is reprojected first (ogr2ogr -t_srs OGC:CRS84)';
    return wrongNumbers('degrees', 'counts in metres or feet', way, 'EPSG:4326');
  }
  function elsewhere(cause?: unknown) {
    return wrongNumbers(
      'no places of the system',
      'does not reach so far',
      'names the system that they are in',
      undefined,
      cause,
    );
  }
  function wrongNumbers(what: string, does: string, way: string, code = 'EPSG:n', cause?: unknown) {
    const from = isNamed ? 'which --crs names' : 'which the file declares';
    const message = `its numbers (${readablePosition(bounds)}) are ${what}: ${called}, ${from}, ${does}; --crs ${code} ${way}`;
    return new SalientError('invalid_snapshot', message, [{ code: 'crs', at: '/crs', message }], { cause });
  }
}

/** False also where the system has no place for so small a number: then it does not count in degrees. */
async function isLargeUnit(db: Queryable, system: CoordinateSystem, at: At): Promise<boolean> {
  const metres = await metresOfUnit(db, system, at);
  return metres !== null && metres >= SMALL_UNIT_M;
}

/** The positions that are farthest west, south, east and north; null of none. */
function extremes(positions: Iterable<Position>): [At, At, At, At] | null {
  let found: [At, At, At, At] | null = null;
  for (const at of positions) {
    found ??= [at, at, at, at];
    if (at[0] < found[0][0]) found[0] = at;
    if (at[1] < found[1][1]) found[1] = at;
    if (at[0] > found[2][0]) found[2] = at;
    if (at[1] > found[3][1]) found[3] = at;
  }
  return found;
}
