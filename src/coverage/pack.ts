import { PbfReader, PbfWriter } from 'pbf';
import { latOf, lonOf, mercatorX, mercatorY } from './mercator.js';
import type { SimplifyPlan } from './plan.js';
import { arcsOfFaces } from './pockets.js';

/** Positions are kept to 1e-7 degree (1 cm), as everything that is published. */
const DEGREES = 1e7;

/** Field numbers; `vertices` (how many an arc has) and `lowest` stand before `positions` and give their number. */
const PLAN = {
  maxzoom: 1,
  left: 2,
  right: 3,
  faces: 4,
  vertices: 5,
  lowest: 6,
  positions: 7,
  area: 8,
  length: 9,
  points: 10,
} as const;

/** `value` to 1e-7 degree. */
export function toGrid(degrees: number): number {
  return Math.round(degrees * DEGREES) / DEGREES;
}

/**
 * A plan as bytes (Protocol Buffers), with no more of the lines than zooms up to `maxzoom` draw: what is drawn of it at
 * these zooms is the same as of the whole, to the last bit. Positions are differences in 1e-7 degree.
 */
export function packPlan(plan: SimplifyPlan, maxzoom: number): Uint8Array {
  const { start, x, y, lowest, left, right, faces, sizes } = plan;
  const vertices = new Uint32Array(left.length);
  const positions: number[] = [];
  const zooms: number[] = [];
  let [lastLon, lastLat] = [0, 0];
  for (let arc = 0; arc < left.length; arc++) {
    for (let i = start[arc]; i < start[arc + 1]; i++) {
      if (lowest[i] > maxzoom) continue;
      const lon = Math.round(lonOf(x[i]) * DEGREES);
      const lat = Math.round(latOf(y[i]) * DEGREES);
      positions.push(lon - lastLon, lat - lastLat);
      zooms.push(lowest[i]);
      vertices[arc]++;
      [lastLon, lastLat] = [lon, lat];
    }
  }
  const points = Array.from(faces, (_, face) => plan.pointOn(face)).flatMap(({ lon, lat }) => [lon, lat]);
  const pbf = new PbfWriter();
  pbf.writeVarintField(PLAN.maxzoom, maxzoom);
  pbf.writePackedSVarint(PLAN.left, Array.from(left));
  pbf.writePackedSVarint(PLAN.right, Array.from(right));
  pbf.writePackedVarint(PLAN.faces, Array.from(faces));
  pbf.writePackedVarint(PLAN.vertices, Array.from(vertices));
  pbf.writeBytesField(PLAN.lowest, Uint8Array.from(zooms));
  pbf.writePackedSVarint(PLAN.positions, positions);
  pbf.writePackedDouble(PLAN.area, Array.from(sizes.area));
  pbf.writePackedDouble(PLAN.length, Array.from(sizes.length));
  pbf.writePackedDouble(PLAN.points, points);
  return pbf.finish();
}

/** What is read of a plan, field by field. */
interface Unpacked {
  maxzoom: number;
  left: Int32Array;
  right: Int32Array;
  faces: Int32Array;
  start: Uint32Array;
  lowest: Uint8Array;
  x: Float64Array;
  y: Float64Array;
  area: Float64Array;
  length: Float64Array;
  points: Float64Array;
}

/** The plan that was packed. */
export function unpackPlan(bytes: Uint8Array): SimplifyPlan {
  const none = { left: new Int32Array(), right: new Int32Array(), faces: new Int32Array(), lowest: new Uint8Array() };
  const [x, y, area, length, points] = Array.from({ length: 5 }, () => new Float64Array());
  const read = new PbfReader(bytes).readFields<Unpacked>(readField, {
    ...none,
    maxzoom: 0,
    start: new Uint32Array(1),
    x,
    y,
    area,
    length,
    points,
  });
  const { area: sizes, length: lengths, points: onFaces, ...plan } = read;
  return {
    ...plan,
    sizes: { area: sizes, length: lengths, arcsOf: arcsOfFaces(plan, plan.faces.length) },
    pointOn: (face) => ({ lon: onFaces[2 * face], lat: onFaces[2 * face + 1] }),
  };
}

function readField(field: number, plan: Unpacked, pbf: PbfReader): void {
  if (field === PLAN.maxzoom) plan.maxzoom = pbf.readVarint();
  else if (field === PLAN.left) plan.left = Int32Array.from(pbf.readPackedSVarint());
  else if (field === PLAN.right) plan.right = Int32Array.from(pbf.readPackedSVarint());
  else if (field === PLAN.faces) plan.faces = Int32Array.from(pbf.readPackedVarint());
  else if (field === PLAN.vertices) plan.start = startsOf(pbf.readPackedVarint());
  else if (field === PLAN.lowest) plan.lowest = Uint8Array.from(pbf.readBytes());
  else if (field === PLAN.positions) readPositions(pbf, plan);
  else if (field === PLAN.area) plan.area = Float64Array.from(pbf.readPackedDouble());
  else if (field === PLAN.length) plan.length = Float64Array.from(pbf.readPackedDouble());
  else if (field === PLAN.points) plan.points = Float64Array.from(pbf.readPackedDouble());
}

function startsOf(vertices: readonly number[]): Uint32Array<ArrayBuffer> {
  const start = new Uint32Array(vertices.length + 1);
  for (let arc = 0; arc < vertices.length; arc++) start[arc + 1] = start[arc] + vertices[arc];
  return start;
}

function readPositions(pbf: PbfReader, plan: Unpacked): void {
  // The bytes that follow; how many positions they are is known.
  pbf.readVarint();
  const count = plan.lowest.length;
  plan.x = new Float64Array(count);
  plan.y = new Float64Array(count);
  let [lon, lat] = [0, 0];
  for (let i = 0; i < count; i++) {
    lon += pbf.readSVarint();
    lat += pbf.readSVarint();
    plan.x[i] = mercatorX(lon / DEGREES);
    plan.y[i] = mercatorY(lat / DEGREES);
  }
}
