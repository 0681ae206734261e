import { SalientError } from '../errors.js';
import { partyIdOf } from '../model/party-id.js';
import { ProblemList } from '../model/problem-list.js';
import { contentHash } from '../store/content-hash.js';
import type { Db, Queryable } from '../store/pool.js';
import { standingSeries } from './as-of.js';
import {
  copyEditionHead,
  copyRows,
  insideTheatre,
  type ReferenceRows,
  referenceRows,
  rowsDiffer,
  statedByFiles,
} from './copy-edition.sql.js';
import {
  type Edition,
  editionAt,
  editionBoundary,
  insertParties,
  insertPlaces,
  insertPosts,
  insertRelations,
  insertRoutes,
  recordingInstant,
  theatreTurn,
} from './editions.sql.js';
import { GAZETTEER_CREDIT, type Town, townsAround } from './gazetteer.js';
import { type ReferenceRecord, referenceRecords } from './reference-records.js';
import {
  type Amendment,
  amendParties,
  amendPlaces,
  amendPosts,
  amendRoutes,
  type Frame,
  type ReferenceKind,
} from './reference-rows.js';

/** What a write of reference data did. */
export interface ReferenceAnswer {
  series: string;
  theatre: string;
  kind: ReferenceKind;
  /** `unchanged`: everything was so already, and no new version was recorded. */
  result: 'stored' | 'unchanged';
  /** Keys of the rows that were sent, or that the gazetteer has. */
  ids: string[];
  /** Where they come from, with its licence. */
  source: string;
}

export interface ReferenceWords {
  source: string | null;
  operator?: string | null;
  since?: string | null;
}

const AMEND = { parties: amendParties, places: amendPlaces, posts: amendPosts, routes: amendRoutes };

/**
 * Adds or changes parties, places, posts or routes of the theatre of an imported series, from a GeoJSON file or a CSV table: a new
 * version of its reference data, all of the file or none of it. Answers as known before stay what they were.
 * @throws SalientError `invalid_geodata` with every problem, `invalid_body`, `invalid_parameter`
 */
export async function writeReferenceData(
  db: Db,
  series: string,
  kind: ReferenceKind,
  file: Uint8Array,
  { source, operator = null, since = null }: ReferenceWords,
): Promise<ReferenceAnswer> {
  const records = referenceRecords(file);
  const credit = source ?? stated(records);
  const amend = (current: ReferenceRows, problems: ProblemList) => {
    const frame: Frame = { current, source: credit, operator, since };
    return AMEND[kind](records, frame, problems);
  };
  return store(db, series, kind, credit, async (_tx, _edition, current, problems) => amend(current, problems));
}

/** Every record has a source of its own, or the write states one for all. */
function stated(records: readonly ReferenceRecord[]): string {
  const own = records.every(({ values }) => values.source ?? values.established_source);
  if (!own)
    throw new SalientError('missing_parameter', 'source: state where this comes from, for all of it or in each record');
  return 'stated in each record';
}

/**
 * Fills the gazetteer of an imported series with the towns of GeoNames that lie inside its theatre.
 * @throws SalientError `no_data` when there is none
 */
export function importGazetteer(db: Db, series: string, minPopulation: number): Promise<ReferenceAnswer> {
  return store(db, series, 'places', GAZETTEER_CREDIT, async (tx, edition, current, problems) => {
    const around = townsAround(await editionBoundary(tx, edition.id), minPopulation);
    const within = await insideTheatre(
      tx,
      edition.id,
      around.map(({ lon, lat }) => [lon, lat]),
    );
    const towns = around.filter((_, index) => within[index]);
    if (towns.length === 0)
      throw new SalientError(
        'no_data',
        `the gazetteer has no town of ${minPopulation} inhabitants inside the theatre; import a table`,
      );
    const frame: Frame = { current, source: GAZETTEER_CREDIT, operator: null, since: null };
    return amendPlaces(recordsOf(towns, current), frame, problems);
  });
}

const CITY = 100_000;

/** A town keeps the id that it got first; one whose name is taken gets its number of GeoNames behind it. */
function recordsOf(towns: readonly Town[], current: ReferenceRows): ReferenceRecord[] {
  const sourceOf = ({ geonameId }: Town) => `${GAZETTEER_CREDIT}, entry ${geonameId}`;
  const recorded = new Map(current.places.map(({ source, id }) => [source, id]));
  const taken = new Set(current.places.map(({ id }) => id));
  return towns.map((town) => {
    const { name, lon, lat, population, geonameId } = town;
    const plain = partyIdOf(name);
    const id = recorded.get(sourceOf(town)) ?? (taken.has(plain) ? `${plain.slice(0, 50)}-${geonameId}` : plain);
    taken.add(id);
    const kind = population >= CITY ? 'city' : 'town';
    const values = { id, name, kind, lon: String(lon), lat: String(lat), error_m: '1000', source: sourceOf(town) };
    return { at: `geonames/${geonameId}`, values, geometry: null };
  });
}

type Amend = (tx: Queryable, edition: Edition, current: ReferenceRows, problems: ProblemList) => Promise<Amendment>;

/** Says that a transaction is to be taken back because it would have changed nothing. */
const UNCHANGED = Symbol('unchanged');

async function store(
  db: Db,
  series: string,
  kind: ReferenceKind,
  source: string,
  amend: Amend,
): Promise<ReferenceAnswer> {
  const { theatre } = await standingSeries(db, series);
  let ids: string[] = [];
  let result: ReferenceAnswer['result'] = 'stored';
  try {
    await db.transaction(async (tx) => {
      const at = await recordingInstant(tx);
      await theatreTurn(tx, theatre);
      const edition = await editionAt(tx, theatre, null);
      if (!edition) throw new SalientError('no_data', `theatre ${theatre} has no reference data`);
      if (await statedByFiles(tx, theatre, edition.id)) {
        const message = `theatre ${theatre} is stated by the files of a bundle, which every start loads: edit those (geodata/README.md)`;
        throw new SalientError('invalid_parameter', message);
      }
      const problems = new ProblemList();
      const made = await amend(tx, edition, await referenceRows(tx, edition.id), problems);
      await checkPositions(tx, edition.id, made, problems);
      if (problems.all.length > 0) throw problems.toError('invalid_geodata');
      ids = made.keys[kind];
      const next = await copyEditionHead(tx, edition.id, contentHash([edition.sha256, made]), at);
      if (!(await storeRows(tx, theatre, edition.id, next, made))) throw UNCHANGED;
    });
  } catch (error) {
    if (error !== UNCHANGED) throw error;
    result = 'unchanged';
  }
  return { series, theatre, kind, result, ids, source };
}

async function checkPositions(tx: Queryable, edition: number, made: Amendment, problems: ProblemList): Promise<void> {
  if (made.positions.length === 0) return;
  const inside = await insideTheatre(
    tx,
    edition,
    made.positions.map(({ position }) => position),
  );
  for (const [index, { at, position }] of made.positions.entries())
    if (!inside[index])
      problems.add('outside_theatre', at, 'it lies outside the theatre, of which alone the series speaks', position);
}

/** Copies the former version with the new rows in place of those they replace. Returns whether anything differs. */
async function storeRows(tx: Queryable, theatre: string, from: number, to: number, made: Amendment): Promise<boolean> {
  await copyRows(tx, 'party_entry', from, to, made.keys.parties);
  await insertParties(tx, to, theatre, made.parties);
  await copyRows(tx, 'territory', from, to, []);
  await copyRows(tx, 'relation', from, to, made.sides);
  await insertRelations(tx, to, made.relations);
  await copyRows(tx, 'border_policy', from, to, []);
  await copyRows(tx, 'anchor', from, to, []);
  await copyRows(tx, 'place_entry', from, to, made.keys.places);
  await insertPlaces(tx, to, theatre, made.places);
  await copyRows(tx, 'initial_control', from, to, []);
  await copyRows(tx, 'route', from, to, made.keys.routes);
  await insertRoutes(tx, to, made.routes);
  await copyRows(tx, 'post', from, to, made.keys.posts);
  await insertPosts(tx, to, made.posts);
  for (const table of ['party_entry', 'relation', 'place_entry', 'route', 'post'] as const)
    if (await rowsDiffer(tx, table, from, to)) return true;
  return false;
}
