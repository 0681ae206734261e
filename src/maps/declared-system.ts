import { SalientError } from '../errors.js';
import { crsInWords, type DeclaredCrs, declaredCode, definedName } from '../geometry/geojson-crs.js';
import { type CoordinateSystem, isSystem, systemOfCode, systemOfName } from '../store/coordinate-systems.js';
import type { Queryable } from '../store/pool.js';

/** Old names of web Mercator. */
const WEB_MERCATOR = [900913, 102100, 102113, 3785];

/**
 * The system that a file declares by code or definition. A definition counts as it is written: a code or a name in it only
 * where it means the same.
 * @param at a position of the file, in its numbers
 * @throws SalientError `invalid_snapshot` for one that PROJ does not know
 */
export async function systemOf(
  db: Queryable,
  crs: NonNullable<DeclaredCrs>,
  at: readonly [number, number],
): Promise<CoordinateSystem> {
  const definition = crs.startsWith('WKT:') ? crs.slice(4).trim() : null;
  const code = Number(/^EPSG:(\d+)$/.exec(declaredCode(crs) ?? '')?.[1]);
  const known = WEB_MERCATOR.includes(code) ? 3857 : code;
  if (definition === null) {
    const found = known ? await systemOfCode(db, known) : null;
    if (found) return found;
    // Codes of EPSG that the database does not list are not known to its PROJ either; other authorities are.
    if (known) throw unknownSystem(crs);
    return { srid: null, definition: crs, name: crs, geographic: false };
  }
  const named = definedName(definition);
  const fault = definitionFault(definition);
  if (fault !== null) throw unknownSystem(`${crsInWords(crs)} (${fault})`);
  const meant = (known && (await systemOfCode(db, known))) || (named && (await systemOfName(db, named))) || null;
  // A name over no parameters states nothing else than the name.
  if (!isComplete(definition)) {
    if (meant) return meant;
    throw unknownSystem(crsInWords(crs));
  }
  if (meant?.srid && (await sameSystem(db, definition, meant.srid, at))) return meant;
  const geographic = /^(GEOGCS|GEOGCRS|GEODCRS|GEOGRAPHICCRS)\b/i.test(definition);
  return { srid: null, definition, name: named ?? definition.slice(0, 60), geographic };
}

async function sameSystem(db: Queryable, definition: string, srid: number, at: readonly [number, number]) {
  try {
    return await isSystem(db, definition, srid, at);
  } catch (error) {
    throw unknownSystem(JSON.stringify(definition.slice(0, 60)), error);
  }
}

/** What is wrong with the form of a definition: the embedded engine breaks off where PROJ cannot parse one. */
function definitionFault(definition: string): string | null {
  if (definition.startsWith('{')) {
    try {
      JSON.parse(definition);
      return null;
    } catch {
      return 'not whole PROJJSON';
    }
  }
  if (/^(LOCAL_CS|ENGCRS|ENGINEERINGCRS|VERT_?CS|VERTCRS)\b/i.test(definition)) return 'it has no place on earth';
  if (!/^(PROJCS|GEOGCS|GEOCCS|COMPD_CS|FITTED_CS|BOUNDCRS|[A-Z]*CRS)\s*[[(]/i.test(definition))
    return 'no well-known text';
  const outside = definition.replace(/"(?:[^"]|"")*"/g, '');
  const count = (sign: RegExp) => outside.match(sign)?.length ?? 0;
  return count(/[[(]/g) === count(/[\])]/g) && !outside.includes('"')
    ? null
    : 'its brackets do not match: is it cut off?';
}

/** Has the definition a figure of the earth, and a projection where it is one? PROJ needs both. */
function isComplete(definition: string): boolean {
  if (definition.startsWith('{')) return true;
  const figure = /\b(SPHEROID|ELLIPSOID)\s*[[(]/i.test(definition);
  return figure && (!/^PROJC/i.test(definition) || /\bPARAMETER\s*[[(]/i.test(definition));
}

/** A system that nobody can transform from; ogr2ogr reads no more of it than this. */
export function unknownSystem(what: string, cause?: unknown): SalientError {
  const message = `the coordinate system ${what} is not known here: --crs EPSG:n names it, whatever the file declares; or reproject the file (ogr2ogr -s_srs EPSG:n -t_srs OGC:CRS84)`;
  return new SalientError('invalid_snapshot', message, [{ code: 'crs', at: '/crs', message }], { cause });
}
