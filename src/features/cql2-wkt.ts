import type { Expression, GeometryLiteral } from './cql2.js';
import { expect, peek, type Reader, readNumber, take, unexpected } from './cql2-reader.js';

const TYPES: Readonly<Record<string, string>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
};

/** Whether an upper-case word begins a geometry. */
export function isWktName(word: string): boolean {
  return word === 'BBOX' || Object.hasOwn(TYPES, word);
}

/** Reads well-known text as GeoJSON, or `BBOX(…)`; heights are dropped. The word itself is the next token. */
export function readWkt(reader: Reader): Expression {
  const word = peek(reader).value.toUpperCase();
  if (word !== 'BBOX') return readGeometry(reader);
  reader.at++;
  return { bbox: readList(reader, readNumber) };
}

function readGeometry(reader: Reader): GeometryLiteral {
  const word = peek(reader).value.toUpperCase();
  const type = TYPES[word];
  if (type === undefined) throw unexpected(reader, 'a geometry');
  reader.at++;
  for (const dimension of ['Z', 'M', 'ZM']) if (take(reader, dimension)) break;
  switch (word) {
    case 'POINT':
      return { type, coordinates: parenthesised(reader, readPosition) };
    case 'LINESTRING':
      return { type, coordinates: readList(reader, readPosition) };
    case 'MULTIPOINT':
      return { type, coordinates: readList(reader, readMember) };
    case 'POLYGON':
    case 'MULTILINESTRING':
      return { type, coordinates: readList(reader, readPositions) };
    case 'MULTIPOLYGON':
      return { type, coordinates: readList(reader, (polygon) => readList(polygon, readPositions)) };
    default:
      return { type, geometries: readList(reader, readGeometry) };
  }
}

const readPositions = (reader: Reader) => readList(reader, readPosition);
/** `MULTIPOINT((1 2), (3 4))` and the older `MULTIPOINT(1 2, 3 4)`. */
const readMember = (reader: Reader) =>
  peek(reader).value === '(' ? parenthesised(reader, readPosition) : readPosition(reader);

function readPosition(reader: Reader): [number, number] {
  const position: [number, number] = [readNumber(reader), readNumber(reader)];
  for (let more = 0; more < 2 && ![',', ')'].includes(peek(reader).value); more++) readNumber(reader);
  return position;
}

function parenthesised<T>(reader: Reader, read: (reader: Reader) => T): T {
  expect(reader, '(');
  const inside = read(reader);
  expect(reader, ')');
  return inside;
}

function readList<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  return parenthesised(reader, (inside) => {
    const list = [read(inside)];
    while (take(inside, ',')) list.push(read(inside));
    return list;
  });
}
