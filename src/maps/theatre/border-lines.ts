import { partNoded } from '../../coverage/noded-lines.js';
import { sharedLines } from '../../coverage/shared-lines.js';
import type { Polygon } from '../../geometry/geojson-geometry.js';
import { collectionToWkb, fromWkb, linesToWkb } from '../../geometry/wkb.js';
import type { CompactArea, CompactSnapshot } from '../packed-areas.js';

/** The lines of areas (WKB): a border of two of them once, however each of them walks it. */
export const borderLines = (areas: readonly Pick<CompactArea, 'wkb'>[]): Uint8Array => linesToWkb(linesOf(areas));

function linesOf(areas: readonly Pick<CompactArea, 'wkb'>[]): number[][] {
  return sharedLines(areas.map(({ wkb }) => (fromWkb(wkb).geometry as { coordinates: number[][][][] }).coordinates));
}

/**
 * The same as `cut_partition` takes them: apart those that it has to node, and those that are noded already.
 * @param frame the theatre and territory abroad
 */
export function partedBorderLines(areas: readonly Pick<CompactArea, 'wkb'>[], frame: readonly Polygon[]): Uint8Array {
  const { rest, noded } = partNoded(linesOf(areas), frame.flat());
  return collectionToWkb([linesToWkb(rest), linesToWkb(noded)]);
}

/** Bytes of areas: the borders of larger maps take half a second, which the thread that read them has and requests have not. */
const MOST_BYTES = 8 << 20;

export const isLarge = (areas: readonly Pick<CompactArea, 'wkb'>[]) =>
  areas.reduce((bytes, { wkb }) => bytes + wkb.byteLength, 0) > MOST_BYTES;

/** Beside each large map its lines: for a thread of its own. */
export function withLines(snapshots: readonly CompactSnapshot[]): CompactSnapshot[] {
  return snapshots.map((map) => (isLarge(map.areas) ? { ...map, lines: borderLines(map.areas) } : map));
}

/** As `partedBorderLines`; null where the map is large and no thread has sought its lines: the database had better take it as it is. */
export function borderLinesOfMap(
  { areas, lines }: Pick<CompactSnapshot, 'areas' | 'lines'>,
  frame: readonly Polygon[],
): Uint8Array | null {
  return lines ?? (isLarge(areas) ? null : partedBorderLines(areas, frame));
}
