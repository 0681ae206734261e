import { SalientError } from '../../errors.js';
import { partyIdOf } from '../../model/party-id.js';
import type { Db } from '../../store/pool.js';
import { standingSeries } from '../as-of.js';
import { GAZETTEER_CREDIT, type Town, townsAround } from '../bundle/gazetteer.js';
import { amendPlaces, type Frame, type ReferenceKind } from '../bundle/reference-rows.js';
import { type Amend, amendBy, amendEdition } from './amend-edition.js';
import { insideTheatre, type ReferenceRows, statedByFiles } from './copy-edition.sql.js';
import { editionAt, editionBoundary, recordingInstant, theatreTurn } from './editions.sql.js';
import { type AdditionWords, insertAddition, nameAddition } from './reference-additions.sql.js';
import { type ReferenceRecord, referenceRecords } from './reference-records.js';

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
  /** Whether it may be added beside what the files of a bundle state, as a reviewed proposal may. */
  besideFiles?: boolean;
}

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
  { source, operator = null, since = null, besideFiles = false }: ReferenceWords,
): Promise<ReferenceAnswer> {
  const words = { source: source ?? stated(referenceRecords(file)), operator, since };
  const beside = besideFiles ? { file, words } : null;
  return store(db, series, kind, words.source, amendBy(kind, file, words), beside);
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

/** Says that a transaction is to be taken back because it would have changed nothing. */
const UNCHANGED = Symbol('unchanged');

async function store(
  db: Db,
  series: string,
  kind: ReferenceKind,
  source: string,
  amend: Amend,
  beside: { file: Uint8Array; words: AdditionWords } | null = null,
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
      const fromFiles = await statedByFiles(tx, theatre, edition.id);
      if (fromFiles && !beside) {
        const message = `theatre ${theatre} is stated by the files of a bundle, which every start loads: edit those (geodata/README.md), or propose it (salient proposal ${kind}): what is proposed stays beside the files`;
        throw new SalientError('invalid_parameter', message);
      }
      const amended = await amendEdition(tx, edition, at, amend);
      ids = amended.keys[kind];
      if (!amended.differs) throw UNCHANGED;
      if (fromFiles && beside) {
        const addition = await insertAddition(tx, { ...beside, theatre, kind, keys: ids, base: edition.id, at });
        await nameAddition(tx, amended.edition, addition);
      }
    });
  } catch (error) {
    if (error !== UNCHANGED) throw error;
    result = 'unchanged';
  }
  return { series, theatre, kind, result, ids, source };
}
