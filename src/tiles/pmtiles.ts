import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import type { TileAddress } from './address.js';

/*
 * A writer of PMTiles 3 (github.com/protomaps/PMTiles, spec/v3): one file that a map reads by range requests. There is
 * no kept-up writer for JavaScript; `pmtiles` on npm only reads, and the tests read with it.
 */

/** The metadata of an archive beside its tiles. */
export interface ArchiveHead {
  minzoom: number;
  maxzoom: number;
  bounds: readonly [west: number, south: number, east: number, north: number];
  center: readonly [lon: number, lat: number, zoom: number];
  metadata: object;
}

export interface ArchiveWritten {
  /** Tiles that can be requested, and how many different ones are stored. */
  tiles: number;
  contents: number;
  bytes: number;
}

/** Header and root directory must lie within this. */
const FIRST_READ = 16_384;
const HEADER = 127;
const LEAF_ENTRIES = 4096;

/** The number of a tile: zooms in turn, each along Hilbert's curve, so that neighbours lie near each other in the file. */
export function tileNumber({ z, x, y }: Pick<TileAddress, 'z' | 'x' | 'y'>): number {
  let number = (4 ** z - 1) / 3;
  let [px, py] = [x, y];
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const rx = (px & side) > 0 ? 1 : 0;
    const ry = (py & side) > 0 ? 1 : 0;
    number += side * side * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) [px, py] = [2 * side - 1 - (px & (2 * side - 1)), 2 * side - 1 - (py & (2 * side - 1))];
      [px, py] = [py, px];
    }
  }
  return number;
}

interface Entry {
  number: number;
  offset: number;
  length: number;
  /** How many tiles from `number` on are this one; 0: a directory. */
  run: number;
}

/**
 * Writes an archive of MVT tiles, each already gzipped, in the order of `tileNumber`; a tile like an earlier one is stored
 * once. The file appears at `path` only when it is whole.
 */
export async function writeArchive(
  path: string,
  head: ArchiveHead,
  tiles: AsyncIterable<{ number: number; gzip: Uint8Array }>,
): Promise<ArchiveWritten> {
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    const entries: Entry[] = [];
    const stored = new Map<string, number>();
    let end = 0;
    let addressed = 0;
    for await (const { number, gzip } of tiles) {
      const key = createHash('sha256').update(gzip).digest('base64');
      let offset = stored.get(key);
      if (offset === undefined) {
        offset = end;
        stored.set(key, offset);
        await file.write(gzip, 0, gzip.length, FIRST_READ + end);
        end += gzip.length;
      }
      addressed++;
      const last = entries.at(-1);
      if (last && last.offset === offset && last.number + last.run === number) last.run++;
      else entries.push({ number, offset, length: gzip.length, run: 1 });
    }
    const metadata = gzipSync(JSON.stringify(head.metadata));
    const { root, leaves } = directories(entries);
    const leavesAt = FIRST_READ + end + metadata.length;
    await file.write(Buffer.concat([metadata, leaves]), 0, metadata.length + leaves.length, FIRST_READ + end);
    const header = headerOf(head, {
      sections: [HEADER, root.length, FIRST_READ + end, metadata.length, leavesAt, leaves.length, FIRST_READ, end],
      counts: [addressed, entries.length, stored.size],
    });
    await file.write(Buffer.concat([header, root]), 0, HEADER + root.length, 0);
    await file.close();
    await rename(part, path);
    return { tiles: addressed, contents: stored.size, bytes: leavesAt + leaves.length };
  } catch (error) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}

/** All entries in the root where they fit, else in leaves that the root points to. */
function directories(entries: readonly Entry[]): { root: Buffer; leaves: Buffer } {
  const whole = directory(entries);
  if (HEADER + whole.length <= FIRST_READ) return { root: whole, leaves: Buffer.alloc(0) };
  for (let size = LEAF_ENTRIES; ; size *= 2) {
    const leaves: Buffer[] = [];
    const pointers: Entry[] = [];
    let offset = 0;
    for (let i = 0; i < entries.length; i += size) {
      const leaf = directory(entries.slice(i, i + size));
      pointers.push({ number: (entries[i] as Entry).number, offset, length: leaf.length, run: 0 });
      offset += leaf.length;
      leaves.push(leaf);
    }
    const root = directory(pointers);
    if (HEADER + root.length <= FIRST_READ) return { root, leaves: Buffer.concat(leaves) };
  }
}

/** Columns of variable-length integers: steps of the numbers, runs, lengths, offsets (0: right after the one before). */
function directory(entries: readonly Entry[]): Buffer {
  const pbf = new PbfWriter();
  const put = (value: number) => pbf.writeVarint(value);
  put(entries.length);
  for (const [i, { number }] of entries.entries()) put(number - (entries[i - 1]?.number ?? 0));
  for (const { run } of entries) put(run);
  for (const { length } of entries) put(length);
  entries.forEach(({ offset }, i) => {
    const before = entries[i - 1];
    put(before && before.offset + before.length === offset ? 0 : offset + 1);
  });
  return gzipSync(pbf.finish());
}

const GZIP = 2;
const MVT = 1;

function headerOf(head: ArchiveHead, { sections, counts }: { sections: number[]; counts: number[] }): Buffer {
  const header = Buffer.alloc(HEADER);
  header.write('PMTiles', 0, 'latin1');
  header.writeUInt8(3, 7);
  for (const [i, value] of [...sections, ...counts].entries()) header.writeBigUInt64LE(BigInt(value), 8 + 8 * i);
  // Clustered: tiles lie in the file in the order of their numbers.
  const bytes = [1, GZIP, GZIP, MVT, head.minzoom, head.maxzoom];
  for (const [i, value] of bytes.entries()) header.writeUInt8(value, 96 + i);
  const degrees = (value: number, at: number) => header.writeInt32LE(Math.round(value * 1e7), at);
  for (const [i, value] of head.bounds.entries()) degrees(value, 102 + 4 * i);
  header.writeUInt8(head.center[2], 118);
  degrees(head.center[0], 119);
  degrees(head.center[1], 123);
  return header;
}
