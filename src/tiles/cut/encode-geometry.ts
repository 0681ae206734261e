import type { PbfWriter } from 'pbf';

const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE_PATH = 7;

/** Writes paths of whole numbers (flat: x, y, x, y …; rings not closed) as commands of MVT 2.1 (4.3). */
export function writeGeometry(type: 'points' | 'lines' | 'polygons', paths: readonly number[][], pbf: PbfWriter): void {
  let x = 0;
  let y = 0;
  for (const path of paths) {
    const n = path.length;
    // A command and two coordinates of at most five bytes each; so no byte has to be asked room for.
    pbf.realloc(10 * (n / 2) + 16);
    const { buf } = pbf;
    let pos = pbf.pos;
    const begin = type === 'polygons' ? cheapestStart(path, x, y) : 0;
    pos = putVarint(buf, pos, command(MOVE_TO, type === 'points' ? n / 2 : 1));
    for (let i = 0, at = begin; i < n; i += 2, at += 2) {
      if (at === n) at = 0;
      if (i === 2 && type !== 'points') pos = putVarint(buf, pos, command(LINE_TO, n / 2 - 1));
      const px = path[at];
      const py = path[at + 1];
      pos = putVarint(buf, pos, zigzag(px - x));
      pos = putVarint(buf, pos, zigzag(py - y));
      x = px;
      y = py;
    }
    if (type === 'polygons') buf[pos++] = command(CLOSE_PATH, 1);
    pbf.pos = pos;
  }
}

/**
 * Where a ring begins is free, and the edge that closes it costs nothing: the vertex that is near where the pen is and at
 * the end of a long edge saves a byte or three a ring. The first of the best, so that equal rings begin alike.
 */
function cheapestStart(ring: readonly number[], x: number, y: number): number {
  const n = ring.length;
  let best = 0;
  let least = Infinity;
  let px = ring[n - 2];
  let py = ring[n - 1];
  for (let i = 0; i < n; i += 2) {
    const vx = ring[i];
    const vy = ring[i + 1];
    const cost = bytesOf(vx - x) + bytesOf(vy - y) - bytesOf(vx - px) - bytesOf(vy - py);
    if (cost < least) {
      least = cost;
      best = i;
    }
    px = vx;
    py = vy;
  }
  return best;
}

function command(id: number, count: number): number {
  return (count << 3) | id;
}

function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

/** Of a difference as a varint, for those that occur in a tile. */
function bytesOf(difference: number): number {
  const value = zigzag(difference);
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}

function putVarint(buf: Uint8Array, pos: number, value: number): number {
  let rest = value;
  let at = pos;
  while (rest > 0x7f) {
    buf[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buf[at++] = rest;
  return at;
}
