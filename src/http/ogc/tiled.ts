import type { KindName } from '../../features/collection-kinds.js';
import { parseCollectionId } from '../../features/collections.js';

/** The kinds that have a layer of tiles of the same name (tiles/README.md). */
const TILED: readonly KindName[] = ['control', 'front', 'post', 'place', 'route', 'event'];

/** Whether a collection has tiles. */
export function hasTiles(id: string): boolean {
  return TILED.includes(parseCollectionId(id).kind);
}
