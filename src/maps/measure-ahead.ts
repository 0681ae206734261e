import { partitionHash } from '../series/partition-hash.js';
import { type CutPartition, cutPartition, findPartition } from '../series/planar-partition.sql.js';
import { type Edition, editionAt } from '../series/reference/editions.sql.js';
import { revisionsAround } from '../series/revisions.sql.js';
import { atWork, workSignal } from '../store/cancellation.js';
import type { Db, Queryable } from '../store/pool.js';
import { measureStaged } from './measure.js';
import type { CompactSnapshot } from './packed-areas.js';
import type { ReadFile } from './read.js';
import type { SnapshotMeasures } from './review/judge-snapshot.js';
import { stageAreas } from './staging.sql.js';
import { partedBorderLines } from './theatre/border-lines.js';
import type { Frame } from './theatre/frame-edges.js';

/** What is measured of a map by itself, before it meets its series. */
export interface MeasuredAhead {
  edition: number;
  /** Of the map. */
  sha256: string;
  measures: SnapshotMeasures;
  /** Null where it is stored already, or cannot be cut. */
  partition: { sha256: string; cut: CutPartition } | null;
}

/** Maps of more areas are measured when it is their turn: they take long enough not to be held up by anything else. */
const FEW = 50;

/**
 * Measures the map of the file that will be imported next, and cuts its planar partition, on a connection of its own while
 * the map before it is placed: both depend on nothing that is stored but the theatre. Stores nothing, and never fails: who
 * imports the file gets its errors. Null: nothing was measured.
 */
export function measureAhead(
  db: Db,
  { series, theatre }: { series: string; theatre: string },
  file: Promise<ReadFile>,
  frameOf: (on: Queryable, edition: Edition) => Promise<Frame>,
): Promise<MeasuredAhead | null> {
  // One connection would do neither any sooner.
  if (db.engine === 'embedded') return file.then(() => null).catch(() => null);
  const signal = workSignal();
  const measuring = async () => {
    const { snapshots, drawn } = await file;
    const [map, ...more] = snapshots;
    if (!map || more.length + drawn.length > 0 || map.areas.length > FEW) return null;
    const { on: current } = await revisionsAround(db, series, map.date);
    if (signal?.aborted || current?.sha256 === map.sha256) return null;
    const edition = await editionAt(db, theatre, null);
    return edition && (await measured(db, edition.id, map, await frameOf(db, edition)));
  };
  // Not cancelled with the caller's work: it is another map's by then.
  return atWork({}, measuring).catch(() => null);
}

function measured(
  db: Db,
  edition: number,
  { areas, sha256, lines }: CompactSnapshot,
  { polygons }: Frame,
): Promise<MeasuredAhead> {
  return db.transaction(async (tx) => {
    await stageAreas(tx, areas);
    const measures = await measureStaged(tx, edition);
    const ofPartition = partitionHash(areas.map((area) => area.sha256));
    const cuttable =
      measures.areas.every(({ valid }) => valid) && (await findPartition(tx, edition, ofPartition)) === null;
    const partition = cuttable
      ? {
          sha256: ofPartition,
          cut: await cutPartition(tx, edition, areas, lines ?? partedBorderLines(areas, polygons)),
        }
      : null;
    return { edition, sha256, measures, partition };
  });
}
