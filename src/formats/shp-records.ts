import type { Position, Ring } from '../geometry/geojson-ring.js';
import { unreadable } from './byte-source.js';

type Shape = { type: string; coordinates: unknown } | null;

const HEADER = 100;
const NAMES: Record<number, string> = { 1: 'Point', 3: 'MultiLineString', 8: 'MultiPoint' };
const POLYGON = 5;
/** Polygons with heights, and with measures: these stand behind the positions. */
const BEYOND_XY = [15, 25];
/** Where a polygon's record says how many positions it has. */
const POINTS = 40;

/**
 * The shapes of a .shp in their order (ESRI's white paper of 1998). shpjs was tried: it drops holes that it cannot
 * place, and so invents ground; here such a hole goes to the first shell, and PostGIS says that it lies outside it.
 * Heights and measures are left where they are: `dropped` says of how many positions.
 * @throws SalientError `invalid_body` where the bytes contradict themselves
 */
export function readShapes(bytes: Uint8Array): { shapes: Shape[]; dropped: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getInt32(0) !== 9994) throw damaged('it does not begin like one');
  const stated = view.getInt32(24) * 2;
  if (stated > bytes.length) throw damaged(`it states ${stated} bytes and has ${bytes.length}: is it half a file?`);
  const shapes: Shape[] = [];
  let dropped = 0;
  for (let offset = HEADER; offset + 8 <= stated; ) {
    const length = view.getInt32(offset + 4) * 2;
    if (length < 4 || offset + 8 + length > bytes.length) throw damaged(`record ${shapes.length + 1} is cut off`);
    const record = new DataView(bytes.buffer, bytes.byteOffset + offset + 8, length);
    shapes.push(readRecord(record, shapes.length + 1));
    if (BEYOND_XY.includes(record.getInt32(0, true))) dropped += record.getInt32(POINTS, true);
    offset += 8 + length;
  }
  return { shapes, dropped };
}

const damaged = (message: string) => unreadable(`the .shp cannot be read: ${message}`, 'archive');

function readRecord(view: DataView, number: number): Shape {
  const type = view.getInt32(0, true) % 10;
  if (type === 0) return null;
  if (type !== POLYGON) return { type: NAMES[type] ?? `shape type ${view.getInt32(0, true)}`, coordinates: [] };
  try {
    return polygonOf(view);
  } catch (error) {
    throw damaged(`record ${number}: ${(error as Error).message}`);
  }
}

function polygonOf(view: DataView): Shape {
  const parts = view.getInt32(36, true);
  const points = view.getInt32(POINTS, true);
  if (parts < 0 || points < 0 || 44 + 4 * parts + 16 * points > view.byteLength) throw new RangeError('too few bytes');
  const starts = Array.from({ length: parts }, (_, index) => view.getInt32(44 + 4 * index, true));
  const rings = starts.map((start, index) => {
    const end = starts[index + 1] ?? points;
    if (start < 0 || end < start || end > points) throw new RangeError('parts out of order');
    return Array.from({ length: end - start }, (_, i): Position => {
      const at = 44 + 4 * parts + 16 * (start + i);
      return [view.getFloat64(at, true), view.getFloat64(at + 8, true)];
    });
  });
  const polygons = nested(rings);
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** Shells are clockwise; a hole belongs to the smallest shell that holds its first positions. */
function nested(rings: readonly Ring[]): Ring[][] {
  const area = new Map(rings.map((ring) => [ring, signedArea(ring)]));
  // A file of one winding only was written by somebody who did not know: then every ring is a shell.
  const shells = rings.filter((ring) => (area.get(ring) as number) <= 0);
  const outer = shells.length > 0 ? shells : rings;
  const bySize = outer.toSorted((a, b) => Math.abs(area.get(a) as number) - Math.abs(area.get(b) as number));
  const polygons = new Map(outer.map((shell) => [shell, [shell]]));
  for (const hole of rings) {
    if (polygons.has(hole)) continue;
    const home = bySize.find((shell) => hole.some((position) => isInside(position, shell))) ?? (outer[0] as Ring);
    polygons.get(home)?.push(hole);
  }
  return [...polygons.values()];
}

function signedArea(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[index + 1] ?? [x0, y0];
    return sum + (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
  }, 0);
}

/** Strictly inside, by crossings of a ray to the east; positions of the shell itself say nothing. */
function isInside([x, y]: Position, shell: Ring): boolean {
  let inside = false;
  for (let i = 1; i < shell.length; i++) {
    const [ax, ay] = shell[i - 1] as Position;
    const [bx, by] = shell[i] as Position;
    if (ax === x && ay === y) return false;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
