import type { Mapping } from '../formats/mapping.js';
import { partitionHash } from '../series/partition-hash.js';
import { type CutPartition, cutPartition, findPartition } from '../series/planar-partition.sql.js';
import { type Edition, editionAt } from '../series/reference/editions.sql.js';
import type { SeriesStatement } from '../series/series.sql.js';
import { atWork, workSignal } from '../store/cancellation.js';
import type { Db, Queryable } from '../store/pool.js';
import type { CompactSnapshot } from './packed-areas.js';
import type { ReadFile } from './read.js';
import type { MapRules } from './repair/rules.js';
import { comparedWithStored } from './review/unchanged.js';
import { type HowReworked, hashOfHow, type ReworkedMap, rework } from './rework.js';
import { partedBorderLines } from './theatre/border-lines.js';
import { linesBeside } from './theatre/border-lines-thread.js';
import type { Frame } from './theatre/frame-edges.js';

/** What is made and measured of a map by itself, before it meets its series. */
export interface MeasuredAhead {
  /** The map as it was read: this very object. */
  asRead: CompactSnapshot;
  /** `hashOfHow`. */
  how: string;
  reworked: ReworkedMap;
  /** Null where it is stored already, or cannot be cut, or is left to the map's turn. */
  partition: { sha256: string; cut: CutPartition } | null;
}

/** How the maps of a file are brought into a series. */
export interface HowImported {
  rules: MapRules;
  mapping: Mapping | null;
  frameOf: (on: Queryable, edition: Edition) => Promise<Frame>;
}

/** Maps of more areas are measured when it is their turn: they take long enough not to be held up by anything else. */
const FEW = 50;

/** Whether a map can be measured ahead: for a note of narrow gaps it has to lie in `staged` when it is judged. */
export const mayMeasureAhead = ({ gapWidthM, gaps }: MapRules): boolean => gapWidthM === null || gaps !== 'leave';

/**
 * Reworks and measures the map of the file that will be imported next, and cuts its planar partition, on a connection of its own
 * while the map before it is placed: nothing of it depends on what is stored but the theatre. A map that the rules changed is cut
 * when it is its turn, while the map after it is measured: either takes about as long. Stores nothing, and never fails: who imports
 * the file gets its errors. Null: nothing was measured.
 */
export function measureAhead(
  db: Db,
  { series, theatre, accuracy_m: accuracyM }: Pick<SeriesStatement, 'series' | 'theatre' | 'accuracy_m'>,
  file: Promise<ReadFile>,
  { rules, mapping, frameOf }: HowImported,
): Promise<MeasuredAhead | null> {
  // One connection would do neither any sooner.
  if (db.engine === 'embedded') return file.then(() => null).catch(() => null);
  const signal = workSignal();
  const measuring = async () => {
    const { snapshots, drawn } = await file;
    const [map, ...more] = snapshots;
    if (!map || more.length + drawn.length > 0 || map.areas.length > FEW) return null;
    const { same } = await comparedWithStored(db, series, map, { rules, mapping });
    if (signal?.aborted || same) return null;
    const edition = await editionAt(db, theatre, null);
    if (!edition) return null;
    const frame = await frameOf(db, edition);
    return measured(db, { edition: edition.id, frame, rules, mapping, accuracyM }, map);
  };
  // Not cancelled with the caller's work: it is another map's by then.
  return atWork({}, measuring).catch(() => null);
}

function measured(db: Db, how: HowReworked, asRead: CompactSnapshot): Promise<MeasuredAhead> {
  return db.transaction(async (tx) => {
    const reworked = await rework(tx, how, asRead);
    return { asRead, how: hashOfHow(how), reworked, partition: await partitionOf(tx, how, reworked) };
  });
}

async function partitionOf(
  tx: Queryable,
  { edition, frame }: HowReworked,
  { map, changed, measures }: ReworkedMap,
): Promise<MeasuredAhead['partition']> {
  const { areas } = map;
  const cuttable = !changed && measures.overlaps.wide.length === 0 && measures.areas.every(({ valid }) => valid);
  const sha256 = partitionHash(areas.map((area) => area.sha256));
  if (!cuttable || (await findPartition(tx, edition, sha256)) !== null) return null;
  const found = (await linesBeside(map, frame.polygons)) ?? partedBorderLines(areas, frame.polygons);
  return { sha256, cut: await cutPartition(tx, edition, areas, found) };
}
