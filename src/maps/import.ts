import { basename } from 'node:path';
import { precomputeChanges, type StoredStep } from '../change/precompute.js';
import { SalientError } from '../errors.js';
import { type Mapping, partiesOf } from '../formats/mapping.js';
import { idsApart } from '../formats/party-names.js';
import {
  type Edition,
  editionAt,
  editionBoundary,
  groundParties,
  recordingInstant,
  territoryBoundaries,
} from '../series/reference/editions.sql.js';
import { type SeriesStatement, statementAt } from '../series/series.sql.js';
import { atWork, stepDone, workSignal } from '../store/cancellation.js';
import { contentHash } from '../store/content-hash.js';
import type { Db, Queryable } from '../store/pool.js';
import { createSeries, holderOfRest } from './create-series.js';
import { type FileReader, openFileReader } from './file-reader.js';
import { type FileImport, importMap } from './import-map.js';
import { type Imported, type ImportRequest, READ_OPTIONS, type ReadDay } from './import-request.js';
import { mappingEdition } from './mappings.js';
import { newestMapping } from './mappings.sql.js';
import { type MeasuredAhead, mayMeasureAhead, measureAhead } from './measure-ahead.js';
import { mergeParts } from './merge-parts.js';
import type { ReadFile, ReadRequest } from './read.js';
import { NO_RULES } from './repair/rules.js';
import { reprojectFile } from './reproject.js';
import { allStored, comparedWithStored } from './review/unchanged.js';
import { createRunGuard } from './run-guard.js';
import { sourceNamed } from './source.js';
import { type Frame, frameEdges } from './theatre/frame-edges.js';

/**
 * Brings dated maps in. It is opened with the store and closed before it: it has a thread that reads, the file that is read
 * ahead, what is measured of it, and the changes that are still computed after a commit.
 */
export interface Importer {
  /**
   * Imports the dated maps of a file (design.md, the way of a snapshot). One transaction: all of its maps, or none, where
   * a map out of all proportion is stored as held for a person. The same file again changes nothing; another file for the
   * same day is a revision, and the older one is kept. When `next` is given, what is kept of the steps may still be
   * computed afterwards (`settled`).
   * @throws SalientError `invalid_body`, `invalid_snapshot` with every problem, `unknown_series`, `withdrawn`, and `held`,
   * one problem for each map with its number, when nothing else of the file was stored
   */
  import(request: ImportRequest): Promise<Imported[]>;
  /** The days of a file, as `import` would read it; stores nothing. @throws SalientError as `import` when it cannot be read */
  days(request: ImportRequest): Promise<ReadDay[]>;
  /** Resolves when the changes of all maps that were imported are kept. */
  settled(): Promise<void>;
  /** Whether a file is being imported: work that nobody asked for waits for it. */
  isAtWork(): boolean;
  close(): Promise<void>;
}

export function openImporter(db: Db, reader: FileReader = openFileReader()): Importer {
  /** One step after the other, so that it takes one connection. */
  let keeping: Promise<void> = Promise.resolve();
  let measured: Promise<MeasuredAhead | null> = Promise.resolve(null);
  const runs = createRunGuard();
  let importing = 0;
  let known: { edition: number; frame: Frame } | null = null;

  const frameOf = async (on: Queryable, edition: Edition): Promise<Frame> => {
    if (known?.edition === edition.id) return known.frame;
    const boundary = await editionBoundary(on, edition.id);
    const polygons = [...boundary, ...(await territoryBoundaries(on, edition.id))];
    const frame = { onFrame: frameEdges(boundary), polygons };
    known = { edition: edition.id, frame };
    return frame;
  };
  const readFile = async (request: ImportRequest, of: ReadRequest): Promise<ReadFile> => {
    const inLonLat = async (one: ReadRequest) =>
      reprojectFile(db, await reader.read(one), of.options.crs !== undefined);
    const parts = [{ file: await inLonLat(of), name: request.options.file ?? null }];
    for (const { source, name } of request.more ?? []) {
      const options = { ...of.options, file: name ?? undefined };
      parts.push({ file: await inLonLat({ ...of, source, options }), name });
    }
    const merged = mergeParts(parts);
    const apart =
      parts.length > 1 && !of.options.mapping && !of.options.knownParties
        ? idsApart(parts.flatMap(({ file }) => file.parties))
        : null;
    if (apart && !of.options.partyIds) return readFile(request, { ...of, options: { ...of.options, partyIds: apart } });
    const { only = null } = request;
    return only === null ? merged : { ...merged, snapshots: merged.snapshots.filter(({ date }) => date === only) };
  };
  const beginNext = ({ next }: ImportRequest, of: ReadRequest): Promise<ReadFile> | null => {
    if (!next) return null;
    const { path, date } = next;
    const options = { ...of.options, ...(date && { date }), file: basename(path) };
    return reader.readAhead({ ...of, source: { path }, options });
  };
  /** Keeps what was measured of the steps: at once, or while the caller goes on with the next map. */
  const keep = async (steps: readonly StoredStep[], wait: boolean) => {
    const earlier = keeping;
    const signal = workSignal();
    // Not cancelled with the caller's work: it is another map's by then.
    keeping = earlier.then(() => atWork({}, () => precomputeChanges(db, steps, signal)));
    // One connection would do neither any sooner.
    await (wait || db.engine === 'embedded' ? keeping : earlier);
  };

  return {
    async import(request) {
      importing++;
      try {
        return await importFile(request);
      } finally {
        importing--;
      }
    },
    async days(request) {
      const statement = await openSeries(db, request.series);
      const mapping = request.mapping ?? (await newestMapping(db, request.series))?.body ?? null;
      const rules = { ...NO_RULES, ...request.rules, rest: statement.rest };
      const parties = await groundParties(db, statement.theatre);
      const file = await readFile(request, readingOf(request, mapping, parties));
      const days: ReadDay[] = [];
      for (const map of file.snapshots) {
        const { same, input } = await comparedWithStored(db, request.series, map, { rules, mapping });
        days.push({ date: map.date, sha256: input, stored: same });
      }
      return days;
    },
    settled: () => keeping,
    isAtWork: () => importing > 0,
    async close() {
      await Promise.all([reader.close(), keeping, measured]);
    },
  };

  async function importFile(request: ImportRequest): Promise<Imported[]> {
    const statement = request.create ? null : await openSeries(db, request.series);
    const parties = statement && (await groundParties(db, statement.theatre));
    if (statement) agreesWith(statement, parties ?? [], request.stated);
    const newest = statement && (await newestMapping(db, request.series));
    const mapping = request.mapping ?? newest?.body ?? null;
    const rules = { ...NO_RULES, ...request.rules, rest: statement?.rest ?? request.create?.rest ?? null };
    const reading = readingOf(request, mapping, parties);
    const file = await readFile(request, reading);
    const { run = null } = request;
    const name = request.options.file ?? 'the file';
    runs.check(run, name, file.snapshots);
    const ahead = measured;
    const next = beginNext(request, reading);
    measured =
      next && statement && mayMeasureAhead(rules)
        ? measureAhead(db, statement, next, { rules, mapping, frameOf })
        : Promise.resolve(null);
    if (request.kind && (request.accept === null || file.snapshots.length > 1)) {
      throw new SalientError('invalid_parameter', 'kind: of a file with one day, and with the reason (accept)');
    }
    // Looked at first without the lock of those who write: most files of an import that is taken up again are stored.
    if (statement && (!request.mapping || contentHash(request.mapping) === newest?.sha256)) {
      const stored = await allStored(db, request.series, file, { rules, mapping });
      const nothing = { result: 'unchanged' as const, changed_km2: null, held: null, notes: file.notes };
      if (stored) {
        runs.remember(run, name, file.snapshots);
        return stored.map((one) => ({ ...one, ...nothing }));
      }
    }
    const { imported, steps } = await db.transaction(async (tx) => {
      const { at, current, edition, made } = await begin(tx, request, mapping, file);
      const source = await sourceNamed(tx, current.theatre, request.source ?? current.publisher, current.publisher, at);
      const { format, notes } = file;
      const context: FileImport = {
        ...{ request, statement: current, edition, source, at, format, mapping },
        notes: [...notes, ...made],
        rules: { ...rules, rest: current.rest },
        file: request.options.file ?? null,
        mappingEdition: mapping && (await mappingEdition(tx, request.series, mapping, at)),
        ahead: await ahead,
        frame: await frameOf(tx, edition),
      };
      const done = [];
      for (const snapshot of file.snapshots) {
        done.push(await importMap(tx, context, snapshot));
        stepDone('maps imported', done.length, file.snapshots.length);
      }
      return { imported: done.map((one) => one.imported), steps: done.flatMap((one) => one.steps) };
    });
    runs.remember(run, name, file.snapshots);
    await keep(steps, !request.next);
    const held = imported.filter(({ result }) => result === 'held');
    const waits = request.hold ?? null;
    if (waits === null && held.length > 0 && imported.every(({ result }) => !['stored', 'revised'].includes(result))) {
      throw heldError(request.series, held);
    }
    return imported;
  }
}

/** Imports one file and keeps everything of it before it answers; see `Importer.import`. */
export async function importSnapshots(db: Db, request: ImportRequest): Promise<Imported[]> {
  const importer = openImporter(db);
  try {
    return await importer.import(request);
  } finally {
    await importer.close();
  }
}

/** The series that the maps go into, created on request, and the one instant at which they are recorded. */
async function begin(tx: Queryable, request: ImportRequest, mapping: Mapping | null, { snapshots, parties }: ReadFile) {
  // A new series may make a theatre; an existing one is written to alone.
  const at = await recordingInstant(tx, request.create ? null : request.series);
  let made: string[] = [];
  if (request.create) {
    const creation = { ...request.create, parties: mapping ? partyEntries(mapping) : parties };
    made = await createSeries(tx, request.series, creation, snapshots, at);
  }
  const current = await openSeries(tx, request.series);
  const edition = await editionAt(tx, current.theatre, null);
  if (!edition) throw new SalientError('no_data', `theatre ${current.theatre} has no edition`);
  return { at, current, edition, made };
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
  { map, options, reading, rules }: ImportRequest,
  mapping: Mapping | null,
  parties: readonly { id: string; name: string }[] | null,
): ReadRequest {
  const source = typeof map === 'string' ? new TextEncoder().encode(map) : map;
  return {
    source,
    options: {
      ...options,
      mapping: mapping ?? undefined,
      repair: rules?.repair ?? false,
      knownParties: parties?.map(({ id }) => id) ?? null,
      partyNames: Object.fromEntries(parties?.map(({ id, name }) => [id, name]) ?? []),
    },
    reading: reading ?? READ_OPTIONS,
    lenient: false,
  };
}

function partyEntries(mapping: Mapping) {
  return partiesOf(mapping).map((id) => mapping.parties?.find((party) => party.id === id) ?? { id });
}

/** Rules of a series hold for all its maps: a sender who states others gets an error. A party is the same by its id and by its name. */
function agreesWith(
  { series, rest, date_means }: SeriesStatement,
  parties: { id: string; name: string }[],
  stated: ImportRequest['stated'],
): void {
  const holder = holderOfRest({ rest: stated?.rest ?? null, parties })?.id ?? null;
  const pairs = [
    ['rest', stated?.rest ?? null, holder, rest],
    ['date-means', stated?.dateMeans ?? null, stated?.dateMeans ?? null, date_means],
  ] as const;
  for (const [name, stated, meant, is] of pairs) {
    if (stated === null || meant === is) continue;
    throw new SalientError(
      'invalid_parameter',
      `${name}=${stated}: series ${series} was created with ${is === null ? `no ${name}` : `${name}=${is}`}, which holds for all its maps`,
    );
  }
}

async function openSeries(db: Queryable, id: string): Promise<SeriesStatement> {
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
