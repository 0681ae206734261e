import type { Polygon } from '../../geometry/geojson-geometry.js';
import { openIdleThread } from '../../idle-thread.js';
import { startWorker } from '../../start-worker.js';
import type { CompactSnapshot } from '../packed-areas.js';
import { borderLinesOfMap, isLarge } from './border-lines.js';

export interface LinesQuestion {
  /** WKB. */
  areas: Uint8Array[];
  frame: readonly Polygon[];
}

const thread = openIdleThread<LinesQuestion, Uint8Array>(() =>
  startWorker(import.meta.url, 'border-lines-worker', null),
);

/** Bytes of areas, some 8,000 vertices: the lines of fewer are sought in less time than a message takes, of more while all others would wait. */
const FEW_BYTES = 256 * 1024;

/** As `borderLinesOfMap`, beside this thread where it takes long: requests are answered meanwhile. @throws Error as it */
export async function linesBeside(
  map: Pick<CompactSnapshot, 'areas' | 'lines'>,
  frame: readonly Polygon[],
): Promise<Uint8Array | null> {
  const bytes = map.areas.reduce((sum, { wkb }) => sum + wkb.byteLength, 0);
  if (map.lines || bytes <= FEW_BYTES || isLarge(map.areas)) return borderLinesOfMap(map, frame);
  // Copied: a message takes the whole buffer that a view is of.
  return thread.ask({ areas: map.areas.map(({ wkb }) => new Uint8Array(wkb)), frame });
}
