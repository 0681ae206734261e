import type { DeclaredCrs } from '../../geometry/geojson-crs.js';

/** `nan` stands for a height that nobody measured. */
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?nan/iy;
const NAMES: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  // QGIS and PostGIS write straight rings into layers of curves: these are polygons as any other.
  CURVEPOLYGON: 'Polygon',
  MULTISURFACE: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
};
/** The name of a geometry, with its dimensions behind a blank or without one (`POLYGONZ`), up to its brackets. */
const WORD = /\s*([A-Z]+?)\s*(?:ZM|Z|M)?\s*(?=\(|EMPTY\b|$)/iy;

/** Deeper nesting of collections than any writer makes. */
const DEEPEST = 8;
const CURVES = /^(?:CIRCULARSTRING|COMPOUNDCURVE|MULTICURVE|TIN|TRIANGLE|POLYHEDRALSURFACE)$/;

interface WktGeometry {
  type: string;
  coordinates?: unknown[];
  geometries?: WktGeometry[];
}

/**
 * Reads well-known text, with an `SRID=n;` before it or not. What covers no ground is named and not read further;
 * heights stay, for the reader to count and drop.
 * @throws SyntaxError with the position of the fault
 */
export function fromWkt(text: string): { geometry: WktGeometry; crs: DeclaredCrs } {
  const [before = '', srid] = /^\s*(?:SRID=(\d+);)?/i.exec(text) ?? [];
  const crs = srid === undefined || srid === '4326' || srid === '0' ? null : `EPSG:${Number(srid)}`;
  let offset = before.length;
  const skip = () => {
    while (/\s/.test(text[offset] ?? '')) offset++;
  };
  const fault = (wanted: string) => new SyntaxError(`${wanted} is expected at character ${offset + 1}`);
  const list = <T>(member: () => T): T[] => {
    skip();
    if (text[offset] !== '(') throw fault('(');
    const members: T[] = [];
    do {
      offset++;
      members.push(member());
      skip();
    } while (text[offset] === ',');
    if (text[offset] !== ')') throw fault(', or )');
    offset++;
    return members;
  };
  const position = (): number[] => {
    const numbers: number[] = [];
    for (skip(); ; skip()) {
      NUMBER.lastIndex = offset;
      const found = NUMBER.exec(text)?.[0];
      if (found === undefined) break;
      numbers.push(Number(found));
      offset += found.length;
    }
    if (numbers.length < 2) throw fault('a number');
    // Places are finite; M, and ZM's fourth number, mean nothing here.
    if (!Number.isFinite(numbers[0]) || !Number.isFinite(numbers[1])) throw fault('a number');
    if (numbers.length > 2 && !Number.isFinite(numbers[2])) numbers[2] = 0;
    return numbers.slice(0, 3);
  };
  /** The name before the brackets of a member, where it has one of `names`: the offset is behind it. */
  const named = (names: readonly string[]): string | null => {
    WORD.lastIndex = offset;
    const [head = '', word = ''] = WORD.exec(text) ?? [];
    const name = word.toUpperCase();
    if (CURVES.test(name) && !names.includes(name)) throw curves(name);
    if (!names.includes(name)) return null;
    offset += head.length;
    return name;
  };
  const line = () => {
    named(['LINESTRING']);
    return list(position);
  };
  // Each part of a compound line begins where the one before ends.
  const ring = (): number[][] =>
    named(['COMPOUNDCURVE']) === null ? line() : list(line).flatMap((part, nth) => (nth === 0 ? part : part.slice(1)));
  const polygon = () => {
    named(['POLYGON', 'CURVEPOLYGON']);
    return list(ring);
  };
  const geometry = (depth: number): WktGeometry => {
    WORD.lastIndex = offset;
    const [head = '', word = ''] = WORD.exec(text) ?? [];
    const name = word.toUpperCase();
    const type = NAMES[name];
    if (CURVES.test(name)) throw curves(name);
    if (type === undefined || depth > DEEPEST)
      throw new SyntaxError(`${JSON.stringify(text.slice(offset, offset + 30).trim())} is no geometry`);
    offset += head.length;
    const empty = /^EMPTY\b/i.exec(text.slice(offset, offset + 6))?.[0];
    if (empty !== undefined) {
      offset += empty.length;
      return type === 'GeometryCollection' ? { type, geometries: [] } : { type, coordinates: [] };
    }
    if (type === 'GeometryCollection') return { type, geometries: list(() => geometry(depth + 1)).flatMap(flat) };
    if (type === 'Polygon') return { type, coordinates: list(ring) };
    if (type === 'MultiPolygon') return { type, coordinates: list(polygon) };
    pass();
    return { type, coordinates: [] };
  };
  /** Goes behind the brackets of a geometry that covers no ground. */
  const pass = () => {
    let open = 0;
    do {
      const sign = text[offset];
      if (sign === undefined) throw fault(')');
      if (sign === '(') open++;
      if (sign === ')') open--;
      offset++;
    } while (open > 0);
  };
  const found = geometry(0);
  skip();
  if (offset < text.length) throw fault('the end');
  return { geometry: found, crs };
}

const curves = (name: string) =>
  new SyntaxError(
    `${name} has curves or faces: write it as POLYGON or MULTIPOLYGON (ST_CurveToLine, or ogr2ogr -nlt CONVERT_TO_LINEAR)`,
  );

/** RFC 7946 has one level of collections. */
const flat = (one: WktGeometry): WktGeometry[] => one.geometries?.flatMap(flat) ?? [one];
