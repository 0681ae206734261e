import { inflateSync } from 'node:zlib';

/** A picture as the service writes it: 8 bits for each of red, green, blue and opacity, row by row from the top. */
export interface Png {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Reads a PNG of 8 bits with opacity, not interlaced (ISO 15948), by nothing of the service. */
export function readPng(file: Buffer): Png {
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (file[24] !== 8 || file[25] !== 6 || file[28] !== 0) throw new Error('not a PNG of 8 bits with opacity');
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const row = width * 4;
  const pixels = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)] as number;
    for (let x = 0; x < row; x++) {
      const to = y * row + x;
      const a = x >= 4 ? (pixels[to - 4] as number) : 0;
      const b = y > 0 ? (pixels[to - row] as number) : 0;
      const c = x >= 4 && y > 0 ? (pixels[to - row - 4] as number) : 0;
      const predicted = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] as number;
      pixels[to] = (raw[y * (row + 1) + 1 + x] as number) + predicted;
    }
  }
  return { width, height, pixels };
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
