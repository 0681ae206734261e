import { changeByFace, changeByOverlay, keepChange } from '../db/change.js';
import { classAreas } from '../db/control.js';
import { editionAt, groundParties, recordingInstant } from '../db/editions.js';
import { currentSources, insertSources } from '../db/log.js';
import { buildPlane, findPlane } from '../db/planes.js';
import type { Db, Queryable } from '../db/pool.js';
import { currentRevisions, insertRevision, type Revision, supersedeRevisions } from '../db/revisions.js';
import { statementAt } from '../db/series.js';
import { storePacked } from '../db/shapes.js';
import { changeHistory, measureAreas, measureExtent, measureOverlaps, stageAreas } from '../db/staging.js';
import { SalientError } from '../errors.js';
import type { MapSource } from '../formats/byte-source.js';
import type { ReadOptions } from '../formats/read-map.js';
import { balance } from '../model/balance.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { ImportOptions } from '../model/feature-attributes.js';
import { judgeSnapshot, type SnapshotMeasures } from '../model/judge-snapshot.js';
import type { CompactSnapshot } from './compact-areas.js';
import { contentHash } from './content-hash.js';
import { createSeries, type SeriesCreation } from './create-series.js';
import { honourCrs } from './honour-crs.js';
import { type ReadFile, readSnapshots } from './read-snapshots.js';

export interface ImportRequest {
  series: string;
  /** A file of any format that is read (docs/importing.md): its bytes, its path, or GeoJSON as text. */
  map: MapSource | string;
  options: Omit<ImportOptions, 'knownParties'>;
  reading?: ReadOptions;
  /** Where the map comes from; null: the publisher of the series. */
  source: string | null;
  create: SeriesCreation | null;
  /** Why a change out of all proportion is right; null: such a map is held. Kept with the revision. */
  accept: string | null;
}

/** A gigabyte unpacked: what a theatre's whole history takes, and no bomb. */
export const READ_OPTIONS: ReadOptions = { layer: null, limits: { unpackedBytes: 1e9 } };

export interface Imported {
  date: IsoDate;
  revision: number;
  /** `unchanged`: the file is the same as the current revision of that date. */
  result: 'stored' | 'revised' | 'unchanged';
  changed_km2: number | null;
  notes: string[];
}

/**
 * Imports the dated maps of a file (design.md, the way of a snapshot). One transaction: all of its maps, or none.
 * The same file again changes nothing; another file for the same day is a revision, and the older one is kept.
 * @throws SalientError `invalid_body`, `invalid_snapshot` with every problem, `held`, `unknown_series`, `withdrawn`
 */
export async function importSnapshots(db: Db, request: ImportRequest): Promise<Imported[]> {
  const statement = request.create ? null : await openSeries(db, request.series);
  const parties = statement && (await groundParties(db, statement.theatre));
  const file = await honourCrs(db, await readFile(request, parties));
  const { snapshots } = file;
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    if (request.create) await createSeries(tx, request.series, request.create, snapshots, at);
    const { theatre, publisher } = await openSeries(tx, request.series);
    const source = await sourceNamed(tx, theatre, request.source ?? publisher, publisher, at);
    const imported: Imported[] = [];
    for (const snapshot of snapshots) {
      imported.push(
        await importOne(tx, { series: request.series, accept: request.accept, theatre, source, at, file }, snapshot),
      );
    }
    return imported;
  });
}

function readFile({ map, options, reading }: ImportRequest, parties: readonly string[] | null): Promise<ReadFile> {
  const source = typeof map === 'string' ? new TextEncoder().encode(map) : map;
  return readSnapshots({
    source,
    options: { ...options, knownParties: parties },
    reading: reading ?? READ_OPTIONS,
    lenient: false,
  });
}

async function openSeries(db: Queryable, id: string) {
  const statement = await statementAt(db, id, null);
  if (!statement) {
    throw new SalientError(
      'unknown_series',
      `there is no series ${JSON.stringify(id)}: create it with the first import (create, title, publisher, licence, accuracy)`,
    );
  }
  if (statement.withdrawn_why !== null)
    throw new SalientError('withdrawn', `series ${id} was withdrawn: ${statement.withdrawn_why}`);
  if (statement.kind === 'derived') {
    throw new SalientError('invalid_parameter', `series ${id} is derived from claims: import into a series of its own`);
  }
  return statement;
}

interface Walk {
  series: string;
  accept: string | null;
  theatre: string;
  source: number;
  at: Instant;
  file: ReadFile;
}

async function importOne(tx: Queryable, walk: Walk, snapshot: CompactSnapshot): Promise<Imported> {
  const { series, theatre, at } = walk;
  const { sha256 } = snapshot;
  const revisions = await currentRevisions(tx, series);
  const current = revisions.find((row) => row.valid_on === snapshot.date);
  if (current?.sha256 === sha256) {
    return { date: snapshot.date, revision: current.id, result: 'unchanged', changed_km2: null, notes: [] };
  }
  const edition = await editionAt(tx, theatre, null);
  if (!edition) throw new SalientError('no_data', `theatre ${theatre} has no edition`);

  await stageAreas(tx, snapshot.areas);
  const measures = await measureStaged(tx, edition.id);
  const judgement = judgeSnapshot(measures);
  if (judgement.verdict === 'reject') {
    throw new SalientError(
      'invalid_snapshot',
      `the map of ${snapshot.date} cannot be accepted: ${judgement.problems.length} problems`,
      judgement.problems,
    );
  }
  // Read before the new map becomes a step itself.
  const history = await changeHistory(tx, series);
  const { shapes, plane } = await storeGround(tx, edition.id, snapshot);
  if (current) await supersedeRevisions(tx, [current.id], at);
  const areas = snapshot.areas.map(({ party, status, confidence }, index) => ({
    party,
    status,
    confidence,
    shape: shapes[index] as number,
    source: walk.source,
    place: null,
    reason: null,
    claims: [],
  }));
  const note = walk.accept;
  const head = { series, theatre, valid_on: snapshot.date, edition: edition.id, plane, sha256, note, recorded_at: at };
  const revision = await insertRevision(tx, head, areas);

  const others = revisions.filter((row) => row.id !== current?.id);
  const before = others.findLast((row) => row.valid_on < snapshot.date);
  const after = others.find((row) => row.valid_on > snapshot.date);
  const changed = before ? await storeChange(tx, before, { id: revision, plane }) : null;
  if (after) await storeChange(tx, { id: revision, plane }, after);
  const proportion = judgeSnapshot({ ...measures, changed_km2: changed, history });
  if (proportion.verdict === 'hold' && walk.accept === null) {
    throw new SalientError(
      'held',
      `the map of ${snapshot.date} changes far more than the series ever did; nothing was stored: check it, then import it with accept="why it is right"`,
      proportion.problems,
    );
  }
  return {
    date: snapshot.date,
    revision,
    result: current ? 'revised' : 'stored',
    changed_km2: changed,
    notes: [...walk.file.notes, ...judgement.notes],
  };
}

async function measureStaged(tx: Queryable, edition: number): Promise<SnapshotMeasures> {
  const areas = await measureAreas(tx, edition);
  const unmeasured = {
    overlaps: [],
    bounds: [0, 0, 0, 0],
    theatre_bounds: [0, 0, 0, 0],
    gap_km2: 0,
    theatre_km2: 0,
  } as const;
  // An overlay with an invalid polygon is an exception at best: only validity is judged then.
  const valid = areas.every((area) => area.valid);
  const extent = valid ? await measureExtent(tx, edition) : unmeasured;
  const sum = (of: 'area_km2' | 'outside_km2') => areas.reduce((total, area) => total + area[of], 0);
  return {
    areas,
    overlaps: valid ? await measureOverlaps(tx, edition) : [],
    bounds: [...extent.bounds],
    theatre_bounds: [...extent.theatre_bounds],
    gap_km2: extent.gap_km2,
    theatre_km2: extent.theatre_km2,
    outside_km2: sum('outside_km2'),
    total_km2: sum('area_km2'),
    changed_km2: null,
    history: [],
  };
}

async function storeGround(tx: Queryable, edition: number, { areas }: CompactSnapshot) {
  const ids = await storePacked(tx, areas);
  const shapes = areas.map(({ sha256 }) => ids.get(sha256) as number);
  const planeHash = contentHash(areas.map(({ sha256 }) => sha256).sort());
  return {
    shapes,
    plane: (await findPlane(tx, edition, planeHash)) ?? (await buildPlane(tx, edition, planeHash, shapes)),
  };
}

type Mapped = Pick<Revision, 'id' | 'plane'>;

/** Measures, balances and keeps the change of one step; returns the km² that changed class. */
async function storeChange(tx: Queryable, from: Mapped, to: Mapped): Promise<number> {
  const rows =
    from.plane === to.plane ? await changeByFace(tx, from.id, to.id) : await changeByOverlay(tx, from.id, to.id);
  const areas = async (revision: number) => new Map((await classAreas(tx, revision)).map((row) => [row.class, row.m2]));
  const { matrix } = balance(
    rows.map(({ from_class, to_class, m2 }) => ({ from: from_class, to: to_class, m2 })),
    await areas(from.id),
    await areas(to.id),
  );
  await keepChange(tx, from.id, to.id, rows);
  return matrix.filter((row) => row.from !== row.to).reduce((sum, row) => sum + row.km2, 0);
}

/** The log's source for an import: one per place it came from, named by the hash of that. */
async function sourceNamed(
  tx: Queryable,
  theatre: string,
  name: string,
  publisher: string,
  at: Instant,
): Promise<number> {
  const id = `import-${contentHash([name, publisher]).slice(0, 12)}`;
  const find = async () => (await currentSources(tx, theatre)).find((row) => row.id === id)?.no;
  const found = await find();
  if (found !== undefined) return found;
  const url = /^https?:\/\//.test(name) ? name : null;
  const source = {
    id,
    publisher,
    title: url ? null : name,
    url,
    published_on: null,
    published_on_inferred: false,
    stance: 'press',
    favours: null,
    via: null,
    note: null,
  };
  await insertSources(tx, theatre, [{ ...source, sha256: contentHash(source) }], at);
  return (await find()) as number;
}
