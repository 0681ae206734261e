import type { StoredStep } from '../change/precompute.js';
import { type Problem, SalientError } from '../errors.js';
import type { Mapping } from '../formats/mapping.js';
import { byOtherCalendars } from '../formats/odd-days.js';
import { type Instant, lastDayOfMaps, todayUtc } from '../model/dates.js';
import { summary } from '../model/problem-list.js';
import { readableDegrees } from '../model/readable.js';
import type { Edition } from '../series/reference/editions.sql.js';
import type { Drawing, Revision } from '../series/revisions.sql.js';
import type { SeriesStatement } from '../series/series.sql.js';
import { storePacked } from '../series/shapes.sql.js';
import { stateKind } from '../series/steps.sql.js';
import type { Queryable } from '../store/pool.js';
import type { Imported, ImportRequest } from './import-request.js';
import { type HeldMap, insertMap, type Placed } from './insert.js';
import { insertReading } from './mappings.sql.js';
import type { MeasuredAhead } from './measure-ahead.js';
import type { CompactSnapshot } from './packed-areas.js';
import { gapNote } from './repair/repair.js';
import type { MapRules } from './repair/rules.js';
import { judgeSnapshot, type SnapshotMeasures } from './review/judge-snapshot.js';
import { insertDecision, insertUnderReview, reviewQueue } from './review/review.sql.js';
import { comparedWithStored, knownBefore } from './review/unchanged.js';
import { hashOfHow, rework } from './rework.js';
import { storeStaged } from './staging.sql.js';
import { statedStepNotes } from './step-notes.js';
import { linesBeside } from './theatre/border-lines-thread.js';
import type { Frame } from './theatre/frame-edges.js';

/** What holds for every map of a file, and of the files that are parts of it. */
export interface FileImport {
  request: Pick<ImportRequest, 'accept' | 'kind' | 'by' | 'hold'>;
  statement: SeriesStatement;
  edition: Edition;
  /** Number of the source in the log. */
  source: number;
  at: Instant;
  format: string;
  file: string | null;
  /** What was noticed while the file was read. */
  notes: readonly string[];
  mapping: Mapping | null;
  /** Number of the mapping's edition. */
  mappingEdition: number | null;
  rules: MapRules;
  /** What was measured of this file's map while the file before was imported, if anything. */
  ahead: MeasuredAhead | null;
  frame: Frame;
}

/** The map as it was read, beside the map of that day that the series has. */
interface ComparedMap {
  map: CompactSnapshot;
  current: Revision | undefined;
  /** Hash of what the map was read from, and of the rules. */
  input: string;
}

/** The map as it will be stored: the rules are applied. It lies in the table `staged`, unless measured ahead. */
interface StagedMap extends ComparedMap {
  asRead: CompactSnapshot;
  ahead: MeasuredAhead | null;
  measures: SnapshotMeasures;
  notes: string[];
  /** How far apart its vertices were drawn, metres. */
  spacingM: number | null;
}

/** A map that may be stored: measured by itself and found good. */
interface JudgedMap extends StagedMap {
  drawing: Drawing;
}

/** A map that stands in its series, or waits for review. */
type PlacedMap = JudgedMap & { areas: PlacedArea[] } & ({ placed: Placed } | { held: HeldMap });

interface PlacedArea {
  party: string | null;
  status: string;
  confidence: number | null;
  shape: number;
  sha256: string;
}

/**
 * Imports one map of a file: compared with what is stored, staged, judged by itself, placed in its series, recorded.
 * @returns what became of it, and the steps that are to be kept after the commit
 * @throws SalientError `invalid_snapshot` with every problem
 */
export async function importMap(
  tx: Queryable,
  file: FileImport,
  map: CompactSnapshot,
): Promise<{ imported: Imported; steps: StoredStep[] }> {
  return geometryOf(map, file.rules, async () => {
    const compared = await compare(tx, file, map);
    if ('result' in compared) return { imported: compared, steps: [] };
    const staged = await stage(tx, file, compared);
    if ('result' in staged) return { imported: staged, steps: [] };
    const placed = await place(tx, file, await judge(tx, file, staged));
    return { imported: await record(tx, file, placed), steps: 'placed' in placed ? placed.placed.steps : [] };
  });
}

/**
 * What GEOS cannot do with the geometry of a map is wrong with that map, not with the service.
 * @throws SalientError `invalid_snapshot` in place of an exception of the geometry library
 */
async function geometryOf<T>({ date }: CompactSnapshot, rules: MapRules, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { message = '', code } = cause as { message?: string; code?: unknown };
    if (code !== 'XX000' || !/GEOS|Topology|IllegalArgument|lwgeom|LWGEOM|non-noded/i.test(message)) throw cause;
    const [, x, y] = /at (?:or near point )?(-?[\d.]+) (-?[\d.]+)/.exec(message) ?? [];
    const place: [number, number] = [Number(x), Number(y)];
    // What is computed in the projection has its place in metres.
    const isKnown = Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90;
    const tried = rules.repair && rules.overlaps !== 'refuse';
    const advice = tried
      ? 'its areas have to be drawn anew there'
      : 'repair (--repair) makes polygons valid, overlaps (--overlaps) settles what they share';
    const about = `its geometry cannot be overlaid${isKnown ? ` near ${readableDegrees(place)}` : ''}: ${advice}`;
    const problem = { code: 'geometry', at: '', message: about, ...(isKnown && { where: place }) };
    throw new SalientError('invalid_snapshot', `the map of ${date} cannot be accepted: ${about}`, [problem], { cause });
  }
}

const unplaced = ({ notes }: FileImport, { date }: CompactSnapshot) => {
  return { date, revision: null, changed_km2: null, held: null, notes: [...notes] };
};

async function compare(tx: Queryable, file: FileImport, map: CompactSnapshot): Promise<ComparedMap | Imported> {
  const { current, input, same } = await comparedWithStored(tx, file.statement.series, map, file);
  if (current && same) return { ...unplaced(file, map), revision: current.id, result: 'unchanged' };
  refuseFuture(map);
  return { map, current, input };
}

/** A map shows what was: a day that has not come is a slip of the pen, and would hide every later map. */
function refuseFuture({ date }: CompactSnapshot): void {
  if (date <= lastDayOfMaps()) return;
  const message = `${date} has not come yet (it is ${todayUtc()} in UTC): correct the day, or what it is read from (--date-property, --date-format), or state it for the whole file${byOtherCalendars(
    date,
  )
    .map((one) => `; ${one}: convert such days at their source`)
    .join('')}`;
  const problem = { code: 'date', at: '', message };
  throw new SalientError('invalid_snapshot', `the map of ${date} cannot be accepted: ${message}`, [problem]);
}

async function stage(tx: Queryable, file: FileImport, compared: ComparedMap): Promise<StagedMap | Imported> {
  const { statement, edition, frame, mapping, rules, request } = file;
  const { map: asRead, current } = compared;
  const how = { edition: edition.id, frame, rules, mapping, accuracyM: statement.accuracy_m };
  const ahead = file.ahead?.asRead === asRead && file.ahead.how === hashOfHow(how) ? file.ahead : null;
  const { map, measures, notes, spacingM } = ahead?.reworked ?? (await rework(tx, how, asRead));
  if (current?.sha256 === map.sha256) return { ...unplaced(file, map), revision: current.id, result: 'unchanged' };
  const known = request.accept === null ? await knownBefore(tx, statement.series, map, compared.input) : null;
  if (known) return { ...unplaced(file, map), ...known };
  return { ...compared, map, asRead, ahead, measures, notes, spacingM };
}

async function judge(tx: Queryable, { edition, rules }: FileImport, staged: StagedMap): Promise<JudgedMap> {
  const { measures, spacingM } = staged;
  const judgement = judgeSnapshot(measures, rules);
  if (judgement.verdict === 'reject') {
    const problems = withNames(judgement.problems, staged.asRead);
    throw new SalientError(
      'invalid_snapshot',
      `the map of ${staged.map.date} cannot be accepted: ${summary(problems)}`,
      problems,
    );
  }
  const reported = rules.gapWidthM !== null && rules.gaps === 'leave';
  const gaps = !reported ? [] : await gapNote(tx, edition.id, rules.gapWidthM as number);
  const { outside_km2, outside_pieces } = measures;
  const drawing = { drawn_spacing_m: spacingM, outside_km2, outside_pieces };
  return { ...staged, notes: [...staged.notes, ...judgement.notes, ...gaps], drawing };
}

/** The problems, each with its feature as the author of the map knows it. */
function withNames(problems: readonly Problem[], { areas }: CompactSnapshot): Problem[] {
  const names = new Map<string, string>();
  for (const { at, name } of areas) if (name) names.set(`${at}/geometry`, name);
  return problems.map((problem) => {
    const name = names.get(problem.at);
    return name === undefined ? problem : { ...problem, message: `${problem.message} (${name})`, feature: name };
  });
}

async function place(tx: Queryable, file: FileImport, judged: JudgedMap): Promise<PlacedMap> {
  const { statement, edition, source, at, request } = file;
  const { map, ahead, drawing } = judged;
  const hashes = map.areas.map((area) => area.sha256);
  const ids = ahead ? await storePacked(tx, map.areas) : await storeStaged(tx, hashes);
  const areas = map.areas.map(({ party, status, confidence, sha256 }): PlacedArea => {
    return { party, status, confidence, shape: ids.get(sha256) as number, sha256 };
  });
  const { series, theatre, accuracy_m: accuracyM } = statement;
  const head = { series, theatre, edition: edition.id, date: map.date, sha256: map.sha256, source, accuracyM, at };
  const lines = () => linesBeside(map, file.frame.polygons);
  const given = { ...head, areas, cut: ahead?.partition ?? null, lines, note: request.accept, drawing };
  return { ...judged, areas, ...(await insertMap(tx, given, request.accept !== null, request.hold ?? null)) };
}

async function record(tx: Queryable, file: FileImport, placed: PlacedMap): Promise<Imported> {
  const { request, statement, source, at } = file;
  const { map, areas, drawing } = placed;
  const { series, theatre } = statement;
  if ('held' in placed) {
    const { problems, figures } = placed.held;
    const head = {
      series,
      theatre,
      valid_on: map.date,
      sha256: map.sha256,
      input_sha256: placed.input,
      source,
      sent_by: request.by ?? null,
    };
    const held = await insertUnderReview(tx, { ...head, problems, figures, recorded_at: at, drawing }, areas);
    return { ...unplaced(file, map), result: 'held', held, notes: problems.map(({ message }) => message) };
  }
  const { revision, replaced, changedKm2, notes: ofSteps } = placed.placed;
  const notes = [
    ...file.notes,
    ...placed.notes,
    ...ofSteps,
    ...(await statedStepNotes(tx, series, map.date, request.kind ?? null)),
  ];
  const { format, file: name, mappingEdition: mapping, rules } = file;
  await insertReading(tx, {
    revision,
    input_sha256: placed.input,
    format,
    file: name,
    mapping,
    rules: { ...rules },
    notes,
  });
  await recordDecision(tx, file, placed, revision);
  const result = replaced ? 'revised' : 'stored';
  return { date: map.date, revision, result, changed_km2: changedKm2, held: null, notes };
}

/** What was stated with the map: of what kind its step is, and that a map like it need not wait for review any more. */
async function recordDecision(
  tx: Queryable,
  { request, statement, at }: FileImport,
  { map, input }: ComparedMap,
  revision: number,
): Promise<void> {
  const { series } = statement;
  const { accept: why, kind = null, by = null } = request;
  if (why === null) return;
  if (kind) await stateKind(tx, { series, valid_on: map.date, kind, why, stated_by: by, recorded_at: at });
  for (const { id } of await reviewQueue(tx, series, { sha256: map.sha256, input, waiting: true })) {
    const decision = { held: id, decision: 'accepted', kind: kind ?? 'movement', why, decided_by: by } as const;
    await insertDecision(tx, { ...decision, revision, recorded_at: at });
  }
}
