import { SalientError } from '../errors.js';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { fromWkb } from '../geometry/wkb.js';
import {
  type CoordinateSystem,
  isGeocentric,
  isSystem,
  LONGEST_EDGE_M,
  systemOfCode,
  systemOfName,
  transformed,
} from '../store/coordinate-systems.js';
import type { Queryable } from '../store/pool.js';
import { spacingOf } from './drawn-spacing.js';
import { type CompactSnapshot, type DrawnArea, packDay } from './packed-areas.js';
import type { ReadFile } from './read.js';

/**
 * Brings the days that a file declares in another coordinate system to lon, lat on WGS 84, and states it in its notes: the
 * areas of a system in one statement, before they are hashed and packed.
 * @throws SalientError `invalid_snapshot` for a system that PROJ does not know: it is never guessed
 */
export async function reprojectFile(db: Queryable, file: ReadFile): Promise<ReadFile> {
  if (file.drawn.length === 0) return file;
  const systems = new Map<DeclaredCrs, CoordinateSystem>();
  for (const { areas } of file.drawn) {
    for (const { crs, wkb } of areas) {
      if (crs !== null && !systems.has(crs)) systems.set(crs, await systemOf(db, crs, firstPosition(wkb)));
    }
  }
  const days: CompactSnapshot[] = [];
  for (const { date, areas } of file.drawn) days.push(packDay(date, await inLonLat(db, areas, systems)));
  const snapshots = [...file.snapshots, ...days].sort((a, b) => (a.date < b.date ? -1 : 1));
  const notes = [...new Set([...systems.values()].filter(isOther).map(noteOf))];
  return { ...file, snapshots, drawn: [], notes: [...file.notes, ...notes] };
}

async function inLonLat(
  db: Queryable,
  areas: readonly DrawnArea[],
  systems: ReadonlyMap<DeclaredCrs, CoordinateSystem>,
) {
  const wkbs = areas.map(({ wkb }) => wkb);
  for (const [crs, system] of systems) {
    if (!isOther(system)) continue;
    if (await isGeocentric(db, system)) throw unknownSystem(`${system.name} (x, y, z from the centre of the earth)`);
    const of = areas.flatMap((area, index) => (area.crs === crs ? [index] : []));
    const drawn = of.map((index) => wkbs[index] as Uint8Array);
    const found = await transformed(db, system, drawn).catch((error) => {
      throw system.definition === undefined ? error : unknownSystem(system.name ?? crs ?? '', error);
    });
    for (const [nth, index] of of.entries()) {
      const wkb = found[nth];
      if (!wkb) throw notCut((areas[index] as DrawnArea).at, system);
      wkbs[index] = wkb;
    }
  }
  return areas.map(({ crs, wkb: drawn, ...facts }, index) => {
    const wkb = wkbs[index] as Uint8Array;
    const polygons = polygonsOf(wkb);
    const other = crs !== null && wkb !== drawn;
    return { ...facts, wkb, polygons, ...(other && { spacingM: spacingOf(polygonsOf(drawn), polygons) }) };
  });
}

const polygonsOf = (wkb: Uint8Array) => (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;

const isOther = (system: CoordinateSystem) => system.srid !== 4326;

function noteOf({ srid, name, geographic }: CoordinateSystem): string {
  const edges = geographic
    ? 'edges stay straight between their vertices'
    : `edges longer than ${LONGEST_EDGE_M} m were given vertices before, so that they stay straight in that projection`;
  const called = name === null ? '' : ` (${name})`;
  const from = srid === null ? `${JSON.stringify(name)} by its definition` : `EPSG:${srid}${called}`;
  return `coordinates transformed from ${from} to longitude, latitude on WGS 84; ${edges}`;
}

/** Old names of web Mercator. */
const WEB_MERCATOR = [900913, 102100, 102113, 3785];

/**
 * The system that a file declares by code or definition. A definition counts as it is written: a code or a name in it only
 * where it means the same.
 */
async function systemOf(db: Queryable, crs: string, at: readonly [number, number]): Promise<CoordinateSystem> {
  const definition = crs.startsWith('WKT:') ? crs.slice(4).trim() : null;
  const code = Number(/^EPSG:(\d+)$/.exec(crs)?.[1] ?? codeIn(definition ?? ''));
  const known = WEB_MERCATOR.includes(code) ? 3857 : code;
  if (definition === null) {
    const found = known ? await systemOfCode(db, known) : null;
    if (found) return found;
    // Codes of EPSG that the database does not list are not known to its PROJ either; other authorities are.
    if (known) throw unknownSystem(crs);
    return { srid: null, definition: crs, name: crs, geographic: false };
  }
  const named = /^[A-Z_]+\s*\[\s*"([^"]*)"/i.exec(definition)?.[1] ?? nameOfJson(definition);
  const fault = definitionFault(definition);
  if (fault !== null) throw unknownSystem(`${JSON.stringify(named ?? definition.slice(0, 60))} (${fault})`);
  const meant = (known && (await systemOfCode(db, known))) || (named && (await systemOfName(db, named))) || null;
  // A name over no parameters states nothing else than the name.
  if (!isComplete(definition)) {
    if (meant) return meant;
    throw unknownSystem(JSON.stringify(named ?? definition.slice(0, 60)));
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

const codeIn = (wkt: string) =>
  /(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"?(\d+)"?|ID\s*\[\s*"EPSG"\s*,\s*(\d+))\s*\]\s*\]\s*$/i
    .exec(wkt)
    ?.slice(1)
    .find(Boolean);

const nameOfJson = (definition: string) => /^\s*\{[\s\S]{0,2000}?"name"\s*:\s*"([^"]*)"/.exec(definition)?.[1];

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

function firstPosition(wkb: Uint8Array): [number, number] {
  return polygonsOf(wkb)[0]?.[0]?.[0] ?? [0, 0];
}

function notCut(at: string, { name }: CoordinateSystem): SalientError {
  const message = `in longitude, latitude (from ${name}) the area lies across 180° and cannot be cut there: it covers a pole, runs round the globe or crosses itself; is the system the right one? Else cut it at its source (ogr2ogr -wrapdateline -t_srs OGC:CRS84)`;
  return new SalientError('invalid_snapshot', message, [{ code: 'antimeridian', at, message }]);
}

function unknownSystem(what: string, cause?: unknown): SalientError {
  const message = `the declared coordinate system ${what} is not known here: reproject the file with ogr2ogr -t_srs OGC:CRS84`;
  return new SalientError('invalid_snapshot', message, [{ code: 'crs', at: '/crs', message }], { cause });
}
