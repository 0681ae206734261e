import { sharedLines } from '../coverage/shared-lines.js';
import { editionAt } from '../db/editions.js';
import { type CutPlane, cutPlane, findPlane } from '../db/planes.js';
import type { Db } from '../db/pool.js';
import { atWork, workSignal } from '../db/work.js';
import { fromWkb, linesToWkb } from '../model/wkb.js';
import type { CompactArea } from './compact-areas.js';
import { contentHash } from './content-hash.js';
import type { ReadFile } from './read-snapshots.js';

/** A plane that was cut for the map that comes next. */
export interface PlaneAhead {
  edition: number;
  sha256: string;
  cut: CutPlane;
}

/** Maps of more areas are cut when it is their turn: without an index each face would be compared with each. */
const FEW = 50;

const ahead = new WeakMap<Db, Promise<PlaneAhead | null>>();

/** What a plane is known by: the hashes of the polygons that it is cut from. */
export const planeHash = (polygons: readonly string[]) => contentHash([...polygons].sort());

/**
 * Begins to cut the plane of the file that will be imported next, on a connection of its own, while this one's map is
 * placed: it depends on nothing that is stored but the theatre. Nothing is stored, and never fails: who imports the file
 * is told what is wrong with it.
 */
export function cutAhead(db: Db, theatre: string, reading: Promise<ReadFile>): void {
  // One connection would do neither any sooner.
  if (db.engine === 'embedded') return;
  const signal = workSignal();
  const cutting = async () => {
    const { snapshots } = await reading;
    const [map] = snapshots;
    if (!map || snapshots.length > 1 || map.areas.length > FEW || map.crs.some((crs) => crs !== null)) return null;
    const edition = await editionAt(db, theatre, null);
    const sha256 = planeHash(map.areas.map((area) => area.sha256));
    if (signal?.aborted || !edition || (await findPlane(db, edition.id, sha256)) !== null) return null;
    return { edition: edition.id, sha256, cut: await cutPlane(db, edition.id, map.areas, linesOf(map.areas)) };
  };
  // Not cancelled with the caller's work: it is another map's by then.
  ahead.set(
    db,
    atWork({}, cutting).catch(() => null),
  );
}

function linesOf(areas: readonly CompactArea[]): Uint8Array {
  const polygons = areas.map(({ wkb }) => (fromWkb(wkb).geometry as { coordinates: number[][][][] }).coordinates);
  return linesToWkb(sharedLines(polygons));
}

/** What has been cut for this import, if anything; to be asked before anything is cut for the next. */
export function takePlaneAhead(db: Db): Promise<PlaneAhead | null> {
  const taken = ahead.get(db) ?? Promise.resolve(null);
  ahead.delete(db);
  return taken;
}
