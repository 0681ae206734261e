import { type ProblemList, pointer, quote } from '../model/problem-list.js';
import { DROPPED, type Ring, type RingReading, readRing } from './geojson-ring.js';

/** The shell first, anticlockwise; then its holes, clockwise. */
export type Polygon = Ring[];

const POLYGONAL = new Set(['Polygon', 'MultiPolygon', 'GeometryCollection']);
const OTHER = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString']);

/** Is this the `type` of a GeoJSON geometry, of ground or not? */
export function isGeometryType(type: unknown): boolean {
  return typeof type === 'string' && (POLYGONAL.has(type) || OTHER.has(type));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a Polygon, a MultiPolygon or a GeometryCollection of these as the polygons of one area. Heights are dropped
 * and rings wound as RFC 7946 wants; no vertex is added, moved or removed unless `repair` permits it. Everything else
 * becomes a problem at its JSON pointer, and the answer is null; it is empty when repair left no ground. Whether rings
 * cross is not judged here: PostGIS measures that.
 */
export function readAreaGeometry(
  value: unknown,
  at: string,
  problems: ProblemList,
  how: Partial<RingReading> = {},
): Polygon[] | null {
  const reading = { projected: false, repair: false, ignorable: false, ...how };
  const waysOut = (kind: string) => (reading.ignorable ? `; --ignore-geometry ${kind} leaves such features out` : '');
  const polygonAt: Reading<Polygon> = (element, place, list) => readPolygon(element, place, list, reading);
  if (value === null || value === undefined) {
    problems.add('geometry_missing', at, `no geometry: an area needs a Polygon or a MultiPolygon${waysOut('none')}`);
    return null;
  }
  if (!isObject(value)) {
    problems.add('geometry_type', at, `a geometry is an object, not ${quote(value)}: correct it at its source`);
    return null;
  }
  if (value.type === 'Polygon') {
    const polygon = polygonAt(value.coordinates, pointer(at, 'coordinates'), problems);
    return polygon && (polygon.length > 0 ? [polygon] : []);
  }
  if (value.type === 'MultiPolygon') {
    const polygons = readEach(value.coordinates, pointer(at, 'coordinates'), 'polygons', problems, polygonAt);
    return polygons?.filter((polygon) => polygon.length > 0) ?? null;
  }
  if (value.type === 'GeometryCollection') {
    const member: Reading<Polygon[]> = (geometry, place, list) => readMember(geometry, place, list, reading);
    return readEach(value.geometries, pointer(at, 'geometries'), 'geometries', problems, member)?.flat() ?? null;
  }
  const instead = OTHER.has(String(value.type)) ? 'covers no ground' : 'is not a GeoJSON geometry';
  problems.add(
    'geometry_type',
    pointer(at, 'type'),
    `${quote(value.type)} ${instead}: an area needs a Polygon or a MultiPolygon${OTHER.has(String(value.type)) ? waysOut(String(value.type)) : '; convert it with ogr2ogr -f GeoJSON, or correct it at its source'}`,
  );
  return null;
}

type Reading<T> = (element: unknown, at: string, problems: ProblemList) => T | null;

function readMember(value: unknown, at: string, problems: ProblemList, reading: RingReading): Polygon[] | null {
  if (isObject(value) && value.type === 'GeometryCollection') {
    problems.add(
      'geometry_type',
      pointer(at, 'type'),
      'a GeometryCollection inside another: RFC 7946 asks for one level (ogr2ogr -explodecollections)',
    );
    return null;
  }
  return readAreaGeometry(value, at, problems, reading);
}

/** Without rings: its shell encloses no ground and was dropped, and its holes with it. */
function readPolygon(value: unknown, at: string, problems: ProblemList, reading: RingReading): Polygon | null {
  let shell = true;
  let shellDropped = false;
  const read = readEach<Ring | typeof DROPPED>(value, at, 'rings', problems, (ring, place, list) => {
    const result = readRing(ring, place, shell, list, reading);
    if (shell) shellDropped = result === DROPPED;
    shell = false;
    return result;
  });
  if (read === null || shellDropped) return read && [];
  const rings = read.filter((ring) => ring !== DROPPED);
  const width = rings[0] && !reading.projected ? longitudeSpan(rings[0]) : 0;
  if (width <= 180) return rings;
  const ring = rings[0] as Ring;
  const message = `spans ${Math.round(width)}° of longitude: ${liesAcross180(ring) ? CUT_AT_180 : ROUND_THE_GLOBE}`;
  problems.add('antimeridian', pointer(at, 0), message, ring[0]);
  return null;
}

/** -wrapdateline alone leaves a ring as it is that has a vertex at 180° or long edges there. */
const CUT_AT_180 = `a polygon across the antimeridian is cut in two at 180° (RFC 7946, 3.1.9), as ogr2ogr -wrapdateline -t_srs OGC:CRS84 -dialect SQLite -sql 'SELECT ST_Shift_Longitude(geometry), * FROM "LAYER"' does`;
const ROUND_THE_GLOBE =
  'it goes round the globe, and no area of a front does: leave it out at its source, or by a rule of --mapping that ignores it';

/** Is a wide ring a narrow one that is written with a jump from one side of 180° to the other? */
function liesAcross180(ring: Ring): boolean {
  const jumps = ring.some(([lon], index) => Math.abs(lon - (ring[index - 1]?.[0] ?? lon)) > 180);
  const width = longitudeSpan(ring.map(([lon, lat]) => [lon > 0 ? lon - 180 : lon + 180, lat]));
  return jumps && width > 0 && width < 180;
}

function longitudeSpan(ring: Ring): number {
  let west = 180;
  let east = -180;
  for (const [lon] of ring) {
    if (lon < west) west = lon;
    if (lon > east) east = lon;
  }
  return east - west;
}

/** Reads every element, so that all problems are found; null unless each one was good. */
function readEach<T>(value: unknown, at: string, what: string, problems: ProblemList, read: Reading<T>): T[] | null {
  if (!Array.isArray(value)) {
    problems.add('coordinates', at, `an array of ${what} is expected, not ${quote(value)}: correct it at its source`);
    return null;
  }
  if (value.length === 0)
    problems.add(
      'empty',
      at,
      `no ${what}: an area covers ground; correct it at its source, --ignore-geometry none leaves out features whose geometry is empty`,
    );
  const results: T[] = [];
  for (const [index, element] of value.entries()) {
    if (problems.full) return null;
    const result = read(element, pointer(at, index), problems);
    if (result !== null) results.push(result);
  }
  return results.length === value.length && value.length > 0 ? results : null;
}
