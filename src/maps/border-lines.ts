import { sharedLines } from '../coverage/shared-lines.js';
import { fromWkb, linesToWkb } from '../geometry/wkb.js';
import type { CompactArea } from './packed-areas.js';

/** The lines of areas (WKB): a border of two of them once, however each of them walks it. */
export function borderLines(areas: readonly Pick<CompactArea, 'wkb'>[]): Uint8Array {
  const polygons = areas.map(({ wkb }) => (fromWkb(wkb).geometry as { coordinates: number[][][][] }).coordinates);
  return linesToWkb(sharedLines(polygons));
}

/** Bytes of areas: of larger maps the borders are not sought here, where requests would wait meanwhile. */
const MOST_BYTES = 8 << 20;

/** As `borderLines`; null where the map is so large that the database had better take them as they are. */
export function borderLinesOfMap(areas: readonly Pick<CompactArea, 'wkb'>[]): Uint8Array | null {
  return areas.reduce((bytes, { wkb }) => bytes + wkb.byteLength, 0) > MOST_BYTES ? null : borderLines(areas);
}
