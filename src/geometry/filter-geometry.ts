import type { Crs } from './crs.js';
import { isObject } from './geojson-geometry.js';

/** A client's geometry may have so many vertices. */
const MOST_VERTICES = 20_000;
/** How deep the coordinates of each type are nested. */
const DEPTH: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

/** Where the antimeridian is in the systems that go round the earth. */
const ANTIMERIDIAN: Readonly<Record<number, number>> = { 4326: 180, 3857: 20_037_508.342789244 };

/**
 * A box as GeoJSON: a polygon, or a line or point when it has no width or height; two polygons when it crosses the
 * antimeridian (its west end lies east of its east end). Six numbers have heights, which are dropped. Of a box in web
 * Mercator that reaches beyond the world, as the view of a map does, the world is taken. Null when it is no box.
 */
export function boxGeometry(box: unknown, { srid, latitudeFirst }: Pick<Crs, 'srid' | 'latitudeFirst'>): object | null {
  if (!Array.isArray(box) || (box.length !== 4 && box.length !== 6)) return null;
  if (!box.every((number) => Number.isFinite(number))) return null;
  const [a, b, c, d] = (box.length === 4 ? box : [box[0], box[1], box[3], box[4]]) as [number, number, number, number];
  const edge = ANTIMERIDIAN[srid];
  const within = (value: number, most: number) => Math.max(-most, Math.min(most, value));
  const inWorld = (value: number, worlds: number) => (srid === 3857 && edge ? within(value, worlds * edge) : value);
  const [x0, y0, x1, y1] = latitudeFirst ? [b, a, d, c] : [a, b, c, d];
  const [south, north] = [inWorld(y0, 2), inWorld(y1, 2)];
  const [from, east] = [inWorld(x0, 1), inWorld(x1, 1)];
  // From the antimeridian on is from the other side of it.
  const west = from === edge && from > east ? -from : from;
  if (south > north) return null;
  if (west > east) {
    if (edge === undefined) return null;
    const halves = [ring(west, south, edge, north), ring(-edge, south, east, north)].slice(0, east > -edge ? 2 : 1);
    return { type: 'MultiPolygon', coordinates: halves.map((half) => [half]) };
  }
  const corners = [
    [west, south],
    [east, north],
  ];
  if (west === east && south === north) return { type: 'Point', coordinates: corners[0] };
  if (west === east || south === north) return { type: 'LineString', coordinates: corners };
  return { type: 'Polygon', coordinates: [ring(west, south, east, north)] };
}

function ring(west: number, south: number, east: number, north: number): number[][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

/** What is wrong with the form of a GeoJSON geometry; null when nothing is. Whether rings cross is for PostGIS to judge. */
export function geometryFault(geometry: object): string | null {
  const left = { vertices: MOST_VERTICES };
  return faultOf(geometry, left, 0);
}

function faultOf(geometry: unknown, left: { vertices: number }, depth: number): string | null {
  if (!isObject(geometry)) return 'a geometry is an object';
  if (geometry.type === 'GeometryCollection') {
    const { geometries } = geometry;
    if (!Array.isArray(geometries) || geometries.length === 0 || depth > 4)
      return 'an empty or too deep GeometryCollection';
    for (const member of geometries) {
      const fault = faultOf(member, left, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  const nesting = DEPTH[String(geometry.type)];
  if (nesting === undefined) return `${JSON.stringify(geometry.type)} is no geometry`;
  const polygonal = String(geometry.type).endsWith('Polygon');
  return coordinatesFault(geometry.coordinates, nesting, String(geometry.type), polygonal, left);
}

function coordinatesFault(
  of: unknown,
  nesting: number,
  type: string,
  polygonal: boolean,
  left: { vertices: number },
): string | null {
  if (nesting === 0) {
    if (--left.vertices < 0) return `more than ${MOST_VERTICES} vertices`;
    const good = Array.isArray(of) && of.length >= 2 && of.length <= 4 && of.every((number) => Number.isFinite(number));
    return good ? null : 'a position is two finite numbers';
  }
  if (!Array.isArray(of) || of.length === 0) return 'an empty geometry';
  for (const member of of) {
    const fault = coordinatesFault(member, nesting - 1, type, polygonal, left);
    if (fault !== null) return fault;
  }
  if (nesting > 1 || type === 'MultiPoint') return null;
  if (!polygonal) return of.length < 2 ? 'a line has two positions at least' : null;
  const [first, last] = [of[0], of.at(-1)] as [number[], number[]];
  if (of.length < 4) return 'a ring has four positions at least';
  return first[0] === last[0] && first[1] === last[1] ? null : 'a ring ends where it begins';
}

/** The same geometry with the first two coordinates of every position exchanged. */
export function swapped(geometry: object): object {
  if ('geometries' in geometry && Array.isArray(geometry.geometries)) {
    return { ...geometry, geometries: geometry.geometries.map((member) => swapped(member as object)) };
  }
  return { ...geometry, coordinates: swapPositions((geometry as { coordinates?: unknown }).coordinates) };
}

function swapPositions(of: unknown): unknown {
  if (!Array.isArray(of)) return of;
  if (typeof of[0] === 'number') return [of[1], of[0]];
  return of.map(swapPositions);
}

/** Whether every position is a longitude and a latitude. */
export function onEarth(geometry: object): boolean {
  if ('geometries' in geometry && Array.isArray(geometry.geometries)) return geometry.geometries.every(onEarth);
  const within = (of: unknown): boolean => {
    if (!Array.isArray(of)) return true;
    if (typeof of[0] === 'number') return Math.abs(of[0]) <= 180 && Math.abs(Number(of[1])) <= 90;
    return of.every(within);
  };
  return within((geometry as { coordinates?: unknown }).coordinates);
}
