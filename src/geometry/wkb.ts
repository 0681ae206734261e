import type { Polygon } from './geojson-geometry.js';
import type { Position, Ring } from './geojson-ring.js';

const LINESTRING = 2;
const POLYGON = 3;
const MULTILINESTRING = 5;
const MULTIPOLYGON = 6;
const COLLECTION = 7;
const CIRCULARSTRING = 8;
const COMPOUNDCURVE = 9;
const NAMES = [
  '',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
  'LineString',
  'LineString',
  // QGIS and GDAL write straight rings into layers of curves: these are polygons as any other.
  'Polygon',
  'MultiLineString',
  'MultiPolygon',
];
const ARC = 'it has circular arcs: ogr2ogr -nlt CONVERT_TO_LINEAR makes lines of them';
/** Deeper nesting of collections than any writer makes. */
const DEEPEST = 8;

/** Well-known binary (little end first) of polygons as one MultiPolygon: 16 bytes a position, and no text to parse. */
export function toWkb(polygons: readonly Polygon[]): Uint8Array<ArrayBuffer> {
  const size = polygons.reduce((sum, rings) => sum + 9 + rings.reduce((s, ring) => s + 4 + 16 * ring.length, 0), 9);
  const { bytes, head, count, number } = writer(size);
  head(MULTIPOLYGON, polygons.length);
  for (const rings of polygons) {
    head(POLYGON, rings.length);
    for (const ring of rings) {
      count(ring.length);
      for (const [x, y] of ring) {
        number(x);
        number(y);
      }
    }
  }
  return bytes;
}

/** Well-known binary (little end first) of lines as one MultiLineString: each of two positions or more, `x, y, x, y, …`. */
export function linesToWkb(lines: readonly (readonly number[] | Float64Array)[]): Uint8Array<ArrayBuffer> {
  const { bytes, head, number } = writer(lines.reduce((sum, line) => sum + 9 + 8 * line.length, 9));
  head(MULTILINESTRING, lines.length);
  for (const line of lines) {
    head(LINESTRING, line.length / 2);
    line.forEach(number);
  }
  return bytes;
}

/** Well-known binary (little end first) of rings, `x, y, x, y, …` and closed, as one Polygon: the outer one is the first. */
export function ringsToWkb(rings: readonly Float64Array[]): Uint8Array<ArrayBuffer> {
  const { bytes, head, count, number } = writer(rings.reduce((sum, ring) => sum + 4 + 8 * ring.length, 9));
  head(POLYGON, rings.length);
  for (const ring of rings) {
    count(ring.length / 2);
    ring.forEach(number);
  }
  return bytes;
}

/** Geometries (well-known binary) as one GeometryCollection. */
export function collectionToWkb(members: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const { bytes, head } = writer(members.reduce((sum, { byteLength }) => sum + byteLength, 9));
  head(COLLECTION, members.length);
  let offset = 9;
  for (const member of members) {
    bytes.set(member, offset);
    offset += member.byteLength;
  }
  return bytes;
}

function writer(size: number) {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const count = (value: number) => {
    view.setUint32(offset, value, true);
    offset += 4;
  };
  return {
    bytes,
    count,
    head(type: number, members: number) {
      view.setUint8(offset++, 1);
      count(type);
      count(members);
    },
    number(value: number) {
      view.setFloat64(offset, value, true);
      offset += 8;
    },
  };
}

/** The parts of a compound line, each of which begins where the one before ends. */
function joined(parts: readonly DecodedGeometry['geometry'][]): Position[] {
  return parts.flatMap((part, nth) => {
    const line = 'coordinates' in part ? (part.coordinates as Position[]) : [];
    return nth === 0 ? line : line.slice(1);
  });
}

/** A geometry as GeoJSON has it; heights and measures left out, `dropped` counts their positions. */
export interface DecodedGeometry {
  geometry: { type: string; coordinates: unknown } | { type: string; geometries: unknown[] };
  dropped: number;
}

/**
 * Reads ISO and extended well-known binary of any type, of either byte order.
 * @throws RangeError where the bytes end too early or are no geometry
 */
export function fromWkb(bytes: Uint8Array): DecodedGeometry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  let dropped = 0;
  const need = (length: number) => {
    if (offset + length > bytes.byteLength) throw new RangeError('its bytes end too early');
  };
  const read = (depth: number): DecodedGeometry['geometry'] => {
    if (depth > DEEPEST) throw new RangeError('collections nested too deep');
    need(5);
    const little = view.getUint8(offset) === 1;
    let code = view.getUint32(offset + 1, little);
    offset += 5;
    // Extended WKB states by its highest bits what ISO states by thousands: heights, measures, an SRID.
    const extended = code >>> 29;
    if (extended & 1) offset += 4;
    code &= 0x1fffffff;
    const iso = Math.floor(code / 1000);
    const more = (extended & 4 || iso === 1 || iso === 3 ? 1 : 0) + (extended & 2 || iso === 2 || iso === 3 ? 1 : 0);
    const type = code % 1000;
    /** How many members follow, each of `size` bytes or more: a count beyond the end is a lie that would fill the memory. */
    const count = (size: number) => {
      need(4);
      const value = view.getUint32(offset, little);
      offset += 4;
      need(value * size);
      return value;
    };
    const positionSize = 16 + 8 * more;
    const position = (): Position => {
      const at: Position = [view.getFloat64(offset, little), view.getFloat64(offset + 8, little)];
      offset += positionSize;
      if (more > 0) dropped++;
      return at;
    };
    const ring = (): Ring => Array.from({ length: count(positionSize) }, position);
    if (type === CIRCULARSTRING) throw new RangeError(ARC);
    const name = NAMES[type];
    if (!name) throw new RangeError(`geometry type ${code}`);
    if (type === 1) {
      need(positionSize);
      return { type: name, coordinates: position() };
    }
    if (type === 2) return { type: name, coordinates: ring() };
    if (type === POLYGON) return { type: name, coordinates: Array.from({ length: count(4) }, ring) };
    const members = Array.from({ length: count(5) }, () => read(depth + 1));
    if (type === COLLECTION) return { type: name, geometries: members };
    if (type === COMPOUNDCURVE) return { type: name, coordinates: joined(members) };
    return { type: name, coordinates: members.map((member) => ('coordinates' in member ? member.coordinates : [])) };
  };
  return { geometry: read(0), dropped };
}
