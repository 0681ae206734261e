import type { Position, Ring } from '../../geometry/geojson-ring.js';
import { unreadable } from '../byte-source.js';

type Shape = { type: string; coordinates: unknown } | null;

const HEADER = 100;
const NAMES: Record<number, string> = { 1: 'Point', 3: 'MultiLineString', 8: 'MultiPoint' };
const POLYGON = 5;
/** Polygons with heights, and with measures: these stand behind the positions. */
const BEYOND_XY = [15, 25];
/** Where a polygon's record states how many positions it has. */
const POINTS = 40;

interface Shapes {
  shapes: Shape[];
  /** Positions whose heights or measures were left out. */
  dropped: number;
  /** Bytes of records that the index passes over: what an editor has deleted and not packed. */
  passed: number;
}

/**
 * The shapes of a .shp (ESRI's white paper of 1998) in the order of its index (.shx), or one after the other where it has
 * none. shpjs was tried: it drops holes that it cannot place, and so invents ground; here such a hole goes to the first
 * shell, and PostGIS says that it lies outside it.
 * @throws SalientError `invalid_body` where the bytes contradict themselves
 */
export function readShapes(bytes: Uint8Array, index: Uint8Array | null): Shapes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getInt32(0) !== 9994) throw damaged('it does not begin like one');
  const stated = view.getInt32(24) * 2;
  if (stated > bytes.length)
    throw damaged(`it states ${stated} bytes and has ${bytes.length}: is it half a file? Fetch or export it again`);
  const records = index ? indexed(index, view) : inSequence(view, stated);
  let dropped = 0;
  const shapes = records.map(({ offset, length }, number) => {
    const record = new DataView(bytes.buffer, bytes.byteOffset + offset + 8, length);
    const shape = readRecord(record, number + 1);
    if (length >= POINTS + 4 && BEYOND_XY.includes(record.getInt32(0, true))) dropped += record.getInt32(POINTS, true);
    return shape;
  });
  const read = records.reduce((sum, { length }) => sum + 8 + length, HEADER);
  return { shapes, dropped, passed: Math.max(0, stated - read) };
}

/** Where a record begins, and the bytes of its content. */
interface RecordAt {
  offset: number;
  length: number;
}

function inSequence(view: DataView, end: number): RecordAt[] {
  const records: RecordAt[] = [];
  for (let offset = HEADER; offset + 8 <= end; ) {
    const length = view.getInt32(offset + 4) * 2;
    if (length < 4 || offset + 8 + length > view.byteLength) throw damaged(`record ${records.length + 1} is cut off`);
    records.push({ offset, length });
    offset += 8 + length;
  }
  return records;
}

function indexed(index: Uint8Array, shapes: DataView): RecordAt[] {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  if (index.length < HEADER || view.getInt32(0) !== 9994) throw damaged('its .shx does not begin like one');
  const count = Math.floor((Math.min(view.getInt32(24) * 2, index.length) - HEADER) / 8);
  return Array.from({ length: Math.max(0, count) }, (_, record) => {
    const offset = view.getInt32(HEADER + 8 * record) * 2;
    const length = view.getInt32(HEADER + 8 * record + 4) * 2;
    if (offset < HEADER || length < 4 || offset + 8 + length > shapes.byteLength) {
      throw damaged(`record ${record + 1} lies outside it by its .shx: is it half a file? Fetch or export it again`);
    }
    // Some writers state the length in the .shp only rightly; a longer one would take in the next record.
    return { offset, length: Math.min(length, Math.max(4, shapes.getInt32(offset + 4) * 2)) };
  });
}

const damaged = (message: string) =>
  unreadable(
    `the .shp cannot be read: ${message}${/again/.test(message) ? '' : '; export the shapefile again'}`,
    'archive',
  );

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

/**
 * The polygons that rings in no order make: shells are clockwise, a hole belongs to the smallest shell that holds its first
 * positions. Where a hole is in no shell and the other winding leaves none over, whoever wrote the file wound it the other way.
 */
export function nested(rings: readonly Ring[]): Ring[][] {
  const area = new Map(rings.map((ring) => [ring, signedArea(ring)]));
  const clockwise = rings.filter((ring) => (area.get(ring) as number) <= 0);
  const anticlockwise = rings.filter((ring) => !clockwise.includes(ring));
  // A file of one winding only was written by somebody who did not know: then every ring is a shell.
  if (clockwise.length === 0 || anticlockwise.length === 0) return rings.map((ring) => [ring]);
  const asStated = placed(clockwise, anticlockwise, area);
  if (asStated.homeless.length === 0) return asStated.polygons;
  const otherwise = placed(anticlockwise, clockwise, area);
  if (otherwise.homeless.length === 0) return otherwise.polygons;
  // Kept in the first shell, so that PostGIS says that it lies outside it: left out it would be ground.
  asStated.polygons[0]?.push(...asStated.homeless);
  return asStated.polygons;
}

function placed(shells: readonly Ring[], holes: readonly Ring[], area: ReadonlyMap<Ring, number>) {
  const size = (ring: Ring) => Math.abs(area.get(ring) ?? 0);
  const bySize = shells.toSorted((a, b) => size(a) - size(b));
  const polygons = new Map(shells.map((shell) => [shell, [shell]]));
  const homeless: Ring[] = [];
  for (const hole of holes) {
    const home = bySize.find((shell) => hole.some((position) => isInside(position, shell)));
    if (home) polygons.get(home)?.push(hole);
    else homeless.push(hole);
  }
  return { polygons: [...polygons.values()], homeless };
}

function signedArea(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[index + 1] ?? [x0, y0];
    return sum + (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0);
  }, 0);
}

/** Strictly inside, by crossings of a ray to the east; positions of the shell itself decide nothing. */
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
