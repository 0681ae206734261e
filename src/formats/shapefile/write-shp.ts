import type { Box } from '../boxes.js';
import type { WrittenLayer } from '../format.js';

type Position = readonly [number, number];

const NULL = 0;
/** Codes of ESRI's white paper (1998). */
const CODES = { Point: 1, LineString: 3, Polygon: 5 } as const;

export function shapeCode(type: NonNullable<WrittenLayer['geometryType']>): number {
  return CODES[type.replace('Multi', '') as keyof typeof CODES];
}

const HEADER = 100;

/** The head of a .shp or .shx of so many bytes. */
export function shpHeader(code: number, bytes: number, box: Box): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER));
  view.setInt32(0, 9994);
  view.setInt32(24, bytes / 2);
  view.setInt32(28, 1000, true);
  view.setInt32(32, code, true);
  const sides = box[0] <= box[2] ? box : [0, 0, 0, 0];
  for (const [index, side] of sides.entries()) view.setFloat64(36 + 8 * index, side, true);
  return new Uint8Array(view.buffer);
}

/** The record of a geometry: what has no place, or is empty, is a null shape. */
export function shpRecord(
  number: number,
  geometry: { type: string; coordinates: unknown } | null,
  box: Box,
): Uint8Array {
  if (geometry === null || box[0] > box[2]) return record(number, 4, (view) => view.setInt32(8, NULL, true));
  if (geometry.type === 'Point') {
    const [x, y] = geometry.coordinates as Position;
    return record(number, 20, (view) => {
      view.setInt32(8, CODES.Point, true);
      view.setFloat64(12, x, true);
      view.setFloat64(20, y, true);
    });
  }
  const parts = partsOf(geometry);
  const points = parts.flat();
  return record(number, 44 + 4 * parts.length + 16 * points.length, (view) => {
    view.setInt32(8, geometry.type.endsWith('Polygon') ? CODES.Polygon : CODES.LineString, true);
    for (const [index, side] of box.entries()) view.setFloat64(12 + 8 * index, side, true);
    view.setInt32(44, parts.length, true);
    view.setInt32(48, points.length, true);
    let start = 0;
    for (const [index, part] of parts.entries()) {
      view.setInt32(52 + 4 * index, start, true);
      start += part.length;
    }
    const first = 52 + 4 * parts.length;
    for (const [index, [x, y]] of points.entries()) {
      view.setFloat64(first + 16 * index, x, true);
      view.setFloat64(first + 16 * index + 8, y, true);
    }
  });
}

function record(number: number, length: number, write: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 + length));
  view.setInt32(0, number);
  view.setInt32(4, length / 2);
  write(view);
  return new Uint8Array(view.buffer);
}

/** Its lines, or its rings, shells clockwise as a shapefile has them and GeoJSON has not; holes stand behind their shell. */
function partsOf({ type, coordinates }: { type: string; coordinates: unknown }): Position[][] {
  if (type === 'LineString') return [coordinates as Position[]];
  if (type === 'MultiLineString') return coordinates as Position[][];
  const polygons = type === 'Polygon' ? [coordinates as Position[][]] : (coordinates as Position[][][]);
  return polygons.flatMap((rings) => rings.map((ring) => ring.toReversed()));
}
