import { SalientError } from '../../errors.js';
import { type Polygon, readAreaGeometry } from '../../geometry/geojson-geometry.js';
import { ProblemList } from '../../model/problem-list.js';
import { boundaryFault, validBoundary } from '../../series/reference/editions.sql.js';
import type { Queryable } from '../../store/pool.js';
import type { CompactSnapshot } from '../packed-areas.js';
import { COUNTRY_SOURCE, countriesLike, countryNamed } from './country.js';

/** Lon, lat. */
export interface Boundary {
  type: 'MultiPolygon';
  coordinates: Polygon[];
}

/** The boundary of a theatre, and what is to be stated of where it is from. */
export interface TheatreBoundary {
  boundary: Boundary;
  note: string | null;
}

/** Degrees. One projection serves a theatre, and a wider one is a mistake (a stray polygon, swapped coordinates). */
const WIDEST = 45;

/**
 * The equal-area projection of a theatre, about its middle.
 * @throws SalientError `invalid_parameter` when it is too wide for one
 */
export function projectionOf({ coordinates }: Boundary): string {
  const [west, south, east, north] = boundsOf(positions(coordinates));
  if (east - west > WIDEST || north - south > WIDEST) {
    throw new SalientError(
      'invalid_parameter',
      `the theatre spans ${(east - west).toFixed(1)} by ${(north - south).toFixed(1)} degrees; at most ${WIDEST}: give a smaller theatre (--theatre FILE)`,
    );
  }
  const lon0 = eastOf180((west + east) / 2).toFixed(2);
  const lat0 = ((south + north) / 2).toFixed(2);
  return `+proj=laea +lat_0=${lat0} +lon_0=${lon0} +datum=WGS84 +units=m +no_defs`;
}

/**
 * The boundary of a country.
 * @param otherwise what else the name was looked for as
 * @throws SalientError `invalid_parameter` when no country has that name, with those that are called alike
 */
export async function namedBoundary(tx: Queryable, name: string, otherwise: string): Promise<TheatreBoundary> {
  const country = countryNamed(name);
  if (!country) {
    const like = countriesLike(name);
    const meant = like.length > 0 ? `; countries called alike: ${like.join(', ')}` : '';
    throw new SalientError(
      'invalid_parameter',
      `theatre ${JSON.stringify(name)}: ${otherwise}, and no country that name${meant}: give a file with a GeoJSON polygon (--theatre FILE), an id or a country`,
    );
  }
  // Quantized coordinates touch themselves here and there.
  const boundary = await validBoundary<Boundary>(tx, country.boundary);
  return { boundary, note: `the theatre is ${country.name} (${COUNTRY_SOURCE})` };
}

/** @throws SalientError `invalid_snapshot` with every problem of the boundary, at `/theatre` of what was sent */
export async function readBoundary(tx: Queryable, given: Record<string, unknown>): Promise<TheatreBoundary> {
  const problems = new ProblemList();
  const polygons = readAreaGeometry(geometryOf(given), '/theatre', problems);
  const boundary: Boundary = { type: 'MultiPolygon', coordinates: polygons ?? [] };
  const fault = problems.all.length === 0 ? await boundaryFault(tx, boundary) : null;
  if (fault)
    problems.add(
      'invalid_polygon',
      '/theatre',
      `not a valid polygon: ${fault.reason}: draw it so that no ring crosses another (QGIS: Fix geometries)`,
      fault.where,
    );
  if (problems.all.length > 0) throw problems.toError('invalid_snapshot');
  return { boundary, note: null };
}

function geometryOf(given: Record<string, unknown>): unknown {
  const { type, features, geometry } = given;
  if (type === 'FeatureCollection' && Array.isArray(features)) {
    const all = features.map((feature) => geometryOf((feature ?? {}) as Record<string, unknown>));
    return all.length === 1 ? all[0] : { type: 'GeometryCollection', geometries: all };
  }
  return type === 'Feature' ? geometry : given;
}

/** The bounding box of the first map; across 180 degrees it is two, which meet there (RFC 7946, 3.1.9). */
export function extentOf(snapshots: readonly CompactSnapshot[]): TheatreBoundary {
  const corners = (snapshots[0]?.areas ?? []).flatMap(({ parts }) =>
    parts.flatMap(([w, s, e, n]): [number, number][] => [
      [w, s],
      [e, n],
    ]),
  );
  const [west, south, east, north] = boundsOf(corners);
  const box = (from: number, to: number): Polygon => [
    [
      [from, south],
      [to, south],
      [to, north],
      [from, north],
      [from, south],
    ],
  ];
  const parts = east <= 180 ? [box(west, east)] : [box(west, 180), box(-180, east - 360)];
  return { boundary: { type: 'MultiPolygon', coordinates: parts }, note: null };
}

/** The longitude as -180 to 180 has it. */
const eastOf180 = (lon: number) => (lon > 180 ? lon - 360 : lon);

function positions(nested: unknown): [number, number][] {
  if (!Array.isArray(nested)) return [];
  return typeof nested[0] === 'number' ? [nested as [number, number]] : nested.flatMap(positions);
}

/** Bounds of positions: across 180 degrees where that is narrower, and then the east is beyond 180. */
function boundsOf(of: readonly [number, number][]): [number, number, number, number] {
  const plain = boxOf(of);
  const [west, , east] = plain;
  if (east - west <= 180) return plain;
  const across = boxOf(of.map(([x, y]) => [x < 0 ? x + 360 : x, y]));
  return across[2] - across[0] < east - west ? across : plain;
}

function boxOf(of: readonly [number, number][]): [number, number, number, number] {
  return of.reduce<[number, number, number, number]>(
    ([west, south, east, north], [x, y]) => [
      Math.min(west, x),
      Math.min(south, y),
      Math.max(east, x),
      Math.max(north, y),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}
