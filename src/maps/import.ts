import { basename } from 'node:path';
import { precomputeChanges, type StoredStep } from '../change/precompute.js';
import { SalientError } from '../errors.js';
import type { MapSource } from '../formats/byte-source.js';
import type { ImportOptions } from '../formats/feature-attributes.js';
import { type Mapping, partiesOf } from '../formats/mapping.js';
import type { ReadOptions } from '../formats/read-map.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { summary } from '../model/problem-list.js';
import { editionAt, groundParties, recordingInstant } from '../series/editions.sql.js';
import { type SeriesStatement, statementAt } from '../series/series.sql.js';
import { storePacked } from '../series/shapes.sql.js';
import type { StepKind } from '../series/step-kinds.js';
import { stateKind } from '../series/steps.sql.js';
import { stepDone } from '../store/cancellation.js';
import { contentHash } from '../store/content-hash.js';
import type { Db, Queryable } from '../store/pool.js';
import { createSeries, type SeriesCreation } from './create-series.js';
import { insertMap } from './insert.js';
import { judgeSnapshot } from './judge-snapshot.js';
import { mappingEdition } from './mappings.js';
import { insertReading, newestMapping } from './mappings.sql.js';
import { measureStaged } from './measure.js';
import type { CompactSnapshot } from './packed-areas.js';
import { type MeasuredAhead, measureAhead, takeMeasured } from './prefetch.js';
import { type ReadFile, type ReadRequest, readAhead, readSnapshots } from './read.js';
import { gapNote, type MapRules, mayRepair, NO_RULES, repairStagedMap } from './repair.js';
import { reprojectSnapshot } from './reproject.js';
import { insertDecision, insertUnderReview, reviewQueue } from './review.sql.js';
import { sourceNamed } from './source.js';
import { stageAreas, storeStaged } from './staging.sql.js';
import { allStored, comparedWithStored, knownBefore } from './unchanged.js';

/** A file that will be imported after another in the same words, so that it may be read meanwhile. */
export interface NextFile {
  path: string;
  /** Its day, where it is not in the file or the same for both. */
  date: IsoDate | null;
}

export interface ImportRequest {
  series: string;
  /** A file of any format that is read (docs/importing.md): its bytes, its path, or GeoJSON as text. */
  map: MapSource | string;
  options: Omit<ImportOptions, 'knownParties' | 'mapping'>;
  next?: NextFile | null;
  reading?: ReadOptions;
  /** How the publisher's maps are read, from now on; null: as stored with the series, or by properties. */
  mapping?: Mapping | null;
  /** What may be done to a map before it is judged; by default nothing. */
  rules?: MapRules;
  /** Where the map comes from; null: the publisher of the series. */
  source: string | null;
  create: SeriesCreation | null;
  /** Why a change out of all proportion is right; null: such a map is held. Kept with the revision. */
  accept: string | null;
  /** What the step to the one map of the file is, `accept` being the reason; null: movement. */
  kind?: StepKind | null;
  /** Who sends it, in words; kept with a map that is held. */
  by?: string | null;
}

/** A gigabyte unpacked: what a theatre's whole history takes, and no bomb. */
export const READ_OPTIONS: ReadOptions = { layer: null, limits: { unpackedBytes: 1e9 } };

export interface Imported {
  date: IsoDate;
  /** Null when the map did not become one of the series. */
  revision: number | null;
  /**
   * `unchanged`: the file is the same as the current revision of that date. `held`: it waits for a person. `refused`,
   * `withdrawn`: a person decided so of exactly this map before.
   */
  result: 'stored' | 'revised' | 'unchanged' | 'held' | 'refused' | 'withdrawn';
  changed_km2: number | null;
  /** Number of the held map, waiting or refused. */
  held: number | null;
  notes: string[];
}

/**
 * Imports the dated maps of a file (design.md, the way of a snapshot). One transaction: all of its maps, or none, where
 * a map out of all proportion is stored as held for a person. The same file again changes nothing; another file for the
 * same day is a revision, and the older one is kept. What is kept of the steps follows the commit: when `next` is given it
 * may still be under way (`whenPrecomputed`).
 * @throws SalientError `invalid_body`, `invalid_snapshot` with every problem, `unknown_series`, `withdrawn`, and `held`,
 * one problem for each map with its number, when nothing else of the file was stored
 */
export async function importSnapshots(db: Db, request: ImportRequest): Promise<Imported[]> {
  const statement = request.create ? null : await openSeries(db, request.series);
  const parties = statement && (await groundParties(db, statement.theatre));
  const newest = statement && (await newestMapping(db, request.series));
  const mapping = request.mapping ?? newest?.body ?? null;
  const rules = request.rules ?? NO_RULES;
  const reading = readingOf(request, mapping, parties);
  const file = await reprojectSnapshot(db, await readSnapshots(reading));
  const ahead = takeMeasured(db);
  if (request.next) {
    const { path, date } = request.next;
    const options = { ...reading.options, ...(date && { date }), file: basename(path) };
    const next = readAhead({ ...reading, source: { path }, options });
    if (statement && asItIs(rules, mapping)) measureAhead(db, statement, next);
  }
  const { snapshots } = file;
  if (request.kind && (request.accept === null || snapshots.length > 1)) {
    throw new SalientError('invalid_parameter', 'kind: of a file with one day, and with the reason (accept)');
  }
  // Looked at first without the lock of those who write: most files of an import that is taken up again are stored.
  if (statement && (!request.mapping || contentHash(request.mapping) === newest?.sha256)) {
    const stored = await allStored(db, request.series, file, { rules, mapping });
    const nothing = { result: 'unchanged' as const, changed_km2: null, held: null, notes: file.notes };
    if (stored) return stored.map((one) => ({ ...one, ...nothing }));
  }
  const steps: StoredStep[] = [];
  const imported = await db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    if (request.create) {
      const creation = { ...request.create, parties: mapping ? partyEntries(mapping) : [] };
      await createSeries(tx, request.series, creation, snapshots, at);
    }
    const current = await openSeries(tx, request.series);
    const source = await sourceNamed(tx, current.theatre, request.source ?? current.publisher, current.publisher, at);
    const edition = mapping && (await mappingEdition(tx, request.series, mapping, at));
    const how = { mapping, edition, rules, file: request.options.file ?? null };
    const done: Imported[] = [];
    for (const snapshot of snapshots) {
      done.push(await importOne(tx, { request, statement: current, source, at, file, how, steps, ahead }, snapshot));
      stepDone('maps imported', done.length, snapshots.length);
    }
    return done;
  });
  await precomputeChanges(db, steps, !request.next);
  const held = imported.filter(({ result }) => result === 'held');
  if (held.length > 0 && imported.every(({ result }) => !['stored', 'revised'].includes(result))) {
    throw heldError(request.series, held);
  }
  return imported;
}

function heldError(series: string, held: readonly Imported[]): SalientError {
  const numbers = held.map((one) => one.held).join(', ');
  return new SalientError(
    'held',
    `the map of ${held.map(({ date }) => date).join(', ')} changes far more than the series ever did: it waits for a person as held map ${numbers} (salient held show ${held[0]?.held} --series ${series}), or import it with a reason (accept, --accept) why it is right`,
    held.map(({ date, held: id, notes }) => ({
      code: 'out_of_proportion',
      at: '',
      message: notes.join('; '),
      date,
      held: id as number,
      href: `/series/${series}/held/${id}`,
    })),
  );
}

function readingOf(
  { map, options, reading }: ImportRequest,
  mapping: Mapping | null,
  parties: readonly string[] | null,
): ReadRequest {
  const source = typeof map === 'string' ? new TextEncoder().encode(map) : map;
  return {
    source,
    options: { ...options, mapping: mapping ?? undefined, knownParties: parties },
    reading: reading ?? READ_OPTIONS,
    lenient: false,
  };
}

function partyEntries(mapping: Mapping) {
  return partiesOf(mapping).map((id) => mapping.parties?.find((party) => party.id === id) ?? { id });
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
  request: Pick<ImportRequest, 'accept' | 'kind' | 'by'>;
  statement: SeriesStatement;
  source: number;
  at: Instant;
  file: ReadFile;
  how: { mapping: Mapping | null; edition: number | null; rules: MapRules; file: string | null };
  /** What is to be kept after the commit. */
  steps: StoredStep[];
  /** What was measured of this file's map while the file before was imported, if anything. */
  ahead: Promise<MeasuredAhead | null>;
}

async function importOne(tx: Queryable, walk: Walk, asRead: CompactSnapshot): Promise<Imported> {
  const { request, statement, at, file } = walk;
  const { series, theatre } = statement;
  const { mapping, rules } = walk.how;
  const { date } = asRead;
  const reworks = mayRepair(rules, mapping);
  const { current, input, same } = await comparedWithStored(tx, series, asRead, walk.how);
  const nothing = { date, revision: null, changed_km2: null, held: null, notes: file.notes };
  if (current && same) return { ...nothing, revision: current.id, result: 'unchanged' };
  const edition = await editionAt(tx, theatre, null);
  if (!edition) throw new SalientError('no_data', `theatre ${theatre} has no edition`);

  const ahead = await measuredAhead(walk, edition.id, asRead);
  if (!ahead) await stageAreas(tx, asRead.areas);
  const reworked = reworks ? await repairStagedMap(tx, edition.id, asRead, rules, mapping) : null;
  const snapshot = reworked?.snapshot ?? asRead;
  const { sha256 } = snapshot;
  if (current?.sha256 === sha256) return { ...nothing, revision: current.id, result: 'unchanged' };
  const known = request.accept === null ? await knownBefore(tx, series, date, sha256) : null;
  if (known) return { ...nothing, ...known };
  const measures = ahead?.measures ?? (await measureStaged(tx, edition.id));
  const judgement = judgeSnapshot(measures);
  if (judgement.verdict === 'reject') {
    throw new SalientError(
      'invalid_snapshot',
      `the map of ${date} cannot be accepted: ${summary(judgement.problems)}`,
      judgement.problems,
    );
  }
  const notes = [...file.notes, ...(reworked?.notes ?? []), ...judgement.notes];
  if (rules.gapWidthM !== null) notes.push(...(await gapNote(tx, edition.id, rules.gapWidthM)));
  const hashes = snapshot.areas.map((area) => area.sha256);
  const ids = reworked || ahead ? await storePacked(tx, snapshot.areas) : await storeStaged(tx, hashes);
  const areas = snapshot.areas.map(({ party, status, confidence, sha256: hash }) => {
    return { party, status, confidence, shape: ids.get(hash) as number, sha256: hash };
  });
  const { source } = walk;
  const head = { series, theatre, edition: edition.id, date, sha256, source, accuracyM: statement.accuracy_m, at };
  const map = { ...head, areas, cut: ahead?.plane ?? null, note: request.accept };
  const outcome = await insertMap(tx, map, request.accept !== null);
  if ('held' in outcome) {
    const { problems, figures } = outcome.held;
    const kept = { series, theatre, valid_on: date, sha256, source, sent_by: request.by ?? null, problems, figures };
    const held = await insertUnderReview(tx, { ...kept, recorded_at: at }, areas);
    return { ...nothing, result: 'held', held, notes: problems.map(({ message }) => message) };
  }
  const { revision, replaced, changedKm2, steps } = outcome.placed;
  walk.steps.push(...steps);
  const read = { format: file.format, file: walk.how.file, mapping: walk.how.edition, rules: { ...rules }, notes };
  await insertReading(tx, { revision, input_sha256: input, ...read });
  const { accept: why, kind = null, by = null } = request;
  if (why !== null) {
    if (kind) await stateKind(tx, { series, valid_on: date, kind, why, stated_by: by, recorded_at: at });
    for (const { id } of await reviewQueue(tx, series, { sha256, waiting: true })) {
      const decision = { held: id, decision: 'accepted', kind: kind ?? 'movement', why, decided_by: by } as const;
      await insertDecision(tx, { ...decision, revision, recorded_at: at });
    }
  }
  const result = replaced ? 'revised' : 'stored';
  return { date, revision, result, changed_km2: changedKm2, held: null, notes };
}

/** What was measured ahead, when it is of this map in this edition and what is asked for needs no more. */
async function measuredAhead(walk: Walk, edition: number, map: CompactSnapshot): Promise<MeasuredAhead | null> {
  const measured = await walk.ahead;
  if (!asItIs(walk.how.rules, walk.how.mapping)) return null;
  return measured?.edition === edition && measured.sha256 === map.sha256 ? measured : null;
}

/** Is the map judged as it was read, and nothing else asked about it? */
const asItIs = (rules: MapRules, mapping: Mapping | null) => !mayRepair(rules, mapping) && rules.gapWidthM === null;
