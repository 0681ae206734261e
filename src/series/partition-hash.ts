import { contentHash } from '../store/content-hash.js';

/** What a partition is known by: the hashes of the polygons that it is cut from. */
export const partitionHash = (polygons: readonly string[]) => contentHash([...polygons].sort());
