import { sharedLines } from '../../coverage/shared-lines.js';
import { fromWkb, linesToWkb } from '../../geometry/wkb.js';
import type { CompactArea, CompactSnapshot } from '../packed-areas.js';

/** The lines of areas (WKB): a border of two of them once, however each of them walks it. */
export function borderLines(areas: readonly Pick<CompactArea, 'wkb'>[]): Uint8Array {
  const polygons = areas.map(({ wkb }) => (fromWkb(wkb).geometry as { coordinates: number[][][][] }).coordinates);
  return linesToWkb(sharedLines(polygons));
}

/** Bytes of areas: the borders of larger maps take half a second, which the thread that read them has and requests have not. */
const MOST_BYTES = 8 << 20;

const isLarge = (areas: readonly Pick<CompactArea, 'wkb'>[]) =>
  areas.reduce((bytes, { wkb }) => bytes + wkb.byteLength, 0) > MOST_BYTES;

/** Beside each large map its lines: for a thread of its own. */
export function withLines(snapshots: readonly CompactSnapshot[]): CompactSnapshot[] {
  return snapshots.map((map) => (isLarge(map.areas) ? { ...map, lines: borderLines(map.areas) } : map));
}

/** As `borderLines`; null where the map is large and no thread has sought them: the database had better take it as it is. */
export function borderLinesOfMap({ areas, lines }: Pick<CompactSnapshot, 'areas' | 'lines'>): Uint8Array | null {
  return lines ?? (isLarge(areas) ? null : borderLines(areas));
}
