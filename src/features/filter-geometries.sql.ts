import { SalientError } from '../errors.js';
import type { Crs } from '../geometry/crs.js';
import { boxGeometry, geometryFault, onEarth, swapped } from '../geometry/filter-geometry.js';
import type { Queryable } from '../store/pool.js';

/** Edges that are straight in metres are followed at least every so far when they are brought to degrees. */
const FOLLOWED_M = 20_000;
const NOT_IN_IT = 'its coordinates cannot be in that coordinate reference system';

/**
 * Geometries that a client gave (GeoJSON, or `{bbox}`), checked and brought to EPSG:4326, as EWKB (hex) in the order given.
 * An invalid one is refused before any predicate sees it: on the embedded engine an exception of GEOS cannot be caught.
 * @throws SalientError `invalid_filter` naming what is wrong
 */
export async function checkedGeometries(
  db: Queryable,
  literals: readonly object[],
  crs: Crs,
  what: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const literal of literals) {
    const row = await inDegrees(db, plainGeometry(literal, crs, what), crs.srid, what);
    if (!row.valid) throw refused(what, row.reason === null ? NOT_IN_IT : `the geometry is not valid: ${row.reason}`);
    found.push(row.wkb);
  }
  return found;
}

/**
 * A geometry that a client gave as GeoJSON in its system, longitude or easting first. Whether it is valid only the database
 * can tell; a box is.
 * @throws SalientError `invalid_filter`, `invalid_parameter`
 */
export function plainGeometry(literal: object, crs: Crs, what: string): object {
  const given = 'bbox' in literal ? boxGeometry(literal.bbox, crs) : literal;
  const fault = given === null ? 'a box is four finite numbers (or six), the lower corner first' : geometryFault(given);
  if (fault !== null || given === null) throw refused(what, fault ?? '');
  const plain = crs.latitudeFirst && !('bbox' in literal) ? swapped(given) : given;
  if (crs.srid === 4326 && !onEarth(plain))
    throw refused(what, 'longitudes are from -180 to 180, latitudes from -90 to 90');
  return plain;
}

function refused(what: string, why: string): SalientError {
  return new SalientError(what === 'filter' ? 'invalid_filter' : 'invalid_parameter', `${what}: ${why}`);
}

async function inDegrees(db: Queryable, geometry: object, srid: number, what: string) {
  try {
    const [row] = await db.query<{ wkb: string; valid: boolean; reason: string | null }>(
      `with given as (select st_setsrid(st_geomfromgeojson($1::text), $2::int) as geom),
       plain as (
         select case when $2::int = 4326 then geom else st_transform(st_segmentize(geom, $3::float8), 4326) end as geom from given
       )
       select encode(st_asewkb(geom), 'hex') as wkb, st_isvalid(geom) as valid, st_isvalidreason(geom) as reason from plain`,
      [JSON.stringify(geometry), srid, FOLLOWED_M],
    );
    if (row) return row;
  } catch (error) {
    // What cannot be projected is the client's number, not our defect; a lost connection is no such thing.
    if ((error as { code?: string }).code !== 'XX000') throw error;
  }
  throw refused(what, NOT_IN_IT);
}
