import { type Problem, SalientError } from '../errors.js';
import type { Instant } from '../model/dates.js';
import { ID_RULE, isId } from '../model/id.js';
import { isClassName, partyIdOf } from '../model/party-id.js';
import {
  editionAt,
  ensureTheatre,
  groundParties,
  insertEdition,
  insertParties,
  isBelowGrid,
} from '../series/reference/editions.sql.js';
import { PARTY_COLOURS } from '../series/reference/party-colours.js';
import { type DateMeans, insertSeries, insertStatement, statementAt } from '../series/series.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import type { CompactSnapshot } from './packed-areas.js';
import {
  extentOf,
  namedBoundary,
  projectionOf,
  readBoundary,
  type TheatreBoundary,
} from './theatre/theatre-boundary.js';

/** What must be stated to create a series of imported maps. */
export interface SeriesCreation {
  title: string | null;
  publisher: string | null;
  licence: string | null;
  accuracyM: number | null;
  /** Over how many metres the error of its lines stays the same; null: not stated. */
  correlationM?: number | null;
  /** How many days a map may be carried beyond its day; null: not stated. */
  maxAgeDays?: number | null;
  /** The map of a day shows the ground at its start or at its end; null: not stated. */
  dateMeans?: DateMeans | null;
  /** Who holds the ground that a map draws in no area: a party, or `unknown`; null: nobody. */
  rest?: string | null;
  /**
   * An existing theatre's id, the name of a country, a boundary as GeoJSON (a geometry, or a file with one feature), or null:
   * the extent of the first map.
   */
  theatre: string | Record<string, unknown> | null;
  /** Parties that the mapping of the series lists, with their properties there. */
  parties?: readonly { id: string; name?: string; colour?: string }[];
}

/**
 * Creates a series for the maps about to be imported, and its theatre unless that exists.
 * @returns what is to be stated of the theatre
 * @throws SalientError `series_exists`, or `invalid_snapshot` naming all that was not stated or does not fit
 */
export async function createSeries(
  tx: Queryable,
  id: string,
  creation: SeriesCreation,
  snapshots: readonly CompactSnapshot[],
  at: Instant,
): Promise<string[]> {
  // Who may create series learns here that an id is taken, and nothing else.
  if (isHidden(id) || (await statementAt(tx, id, null)))
    throw new SalientError('series_exists', `series ${id} exists: import without create`);
  const problems: Problem[] = [];
  const need = (name: keyof SeriesCreation) => {
    if (creation[name] === null)
      problems.push({ code: 'missing_parameter', at: name, message: `a new series needs ${name}` });
  };
  if (!isId(id)) {
    problems.push({
      code: 'invalid_parameter',
      at: 'id',
      message: `${JSON.stringify(id)}: ${ID_RULE}`,
    });
  }
  for (const name of ['title', 'publisher', 'licence', 'accuracyM'] as const) need(name);
  if (problems.length > 0) throw new SalientError('invalid_parameter', `series ${id} cannot be created`, problems);

  const drawn = snapshots.flatMap((snapshot) => snapshot.areas.flatMap((area) => area.party ?? []));
  // A mapping names parties that the first map may not show yet.
  const named = (creation.parties ?? []).map((party) => party.id);
  const rest = holderOfRest(creation);
  const holder = rest && rest.id !== 'unknown' ? [rest] : [];
  const parties = [...new Set([...drawn, ...named, ...holder.map(({ id: party }) => party)])].sort();
  const known = typeof creation.theatre === 'string' && !isHidden(creation.theatre);
  const there = known ? await groundParties(tx, creation.theatre as string) : [];
  const theatre = there.length > 0 ? (creation.theatre as string) : id;
  const made = there.length > 0 ? null : await boundaryOf(tx, creation.theatre, snapshots);
  if (made) await createTheatre(tx, theatre, withNames(creation, holder), parties, made, at);
  else partiesKnown(theatre, there, parties);
  await insertSeries(tx, id, theatre, at);
  await insertStatement(tx, {
    series: id,
    title: creation.title as string,
    publisher: creation.publisher as string,
    licence: creation.licence as string,
    kind: 'imported',
    method: `drawn by ${creation.publisher}`,
    accuracy_m: creation.accuracyM as number,
    accuracy_note: 'as stated when the series was created',
    first_date: null,
    complete_until: null,
    parties,
    perimeter_m: 250,
    reach_m: 250,
    narrow_m: 5000,
    r_max_m: null,
    spacing_m: null,
    correlation_m: creation.correlationM ?? null,
    max_age_days: creation.maxAgeDays ?? null,
    date_means: creation.dateMeans ?? null,
    rest: rest?.id ?? null,
    withdrawn_why: null,
    recorded_at: at,
  });
  return made?.note ? [made.note] : [];
}

const boundaryOf = (tx: Queryable, given: SeriesCreation['theatre'], snapshots: readonly CompactSnapshot[]) => {
  if (typeof given === 'string') return namedBoundary(tx, given, 'no theatre has that id');
  return given ? readBoundary(tx, given) : extentOf(snapshots);
};

/**
 * The party that holds the rest, by its id or its name; `unknown` stays what it is.
 * @throws SalientError `invalid_parameter` of another class of ground
 */
export function holderOfRest({
  rest,
  parties = [],
}: Pick<SeriesCreation, 'rest' | 'parties'>): { id: string; name: string } | null {
  if (!rest || rest === 'unknown') return rest ? { id: rest, name: rest } : null;
  if (isClassName(rest)) {
    const message = `rest=${rest}: the rest has a party as its holder, or is unknown`;
    throw new SalientError('invalid_parameter', message);
  }
  const named = parties.find((party) => party.id === rest || party.name === rest);
  const holderOf = (id: string) => parties.find((party) => party.id === id)?.name;
  return { id: named?.id ?? partyIdOf(rest, holderOf), name: named?.name ?? rest };
}

const withNames = (creation: SeriesCreation, more: readonly { id: string; name: string }[]): SeriesCreation => {
  const known = creation.parties ?? [];
  return { ...creation, parties: [...known, ...more.filter(({ id }) => !known.some((party) => party.id === id))] };
};

function partiesKnown(theatre: string, there: readonly { id: string }[], parties: readonly string[]): void {
  const known = there.map(({ id }) => id);
  const strangers = parties.filter((party) => !known.includes(party));
  if (strangers.length > 0) {
    throw new SalientError(
      'invalid_snapshot',
      `theatre ${theatre} has no party ${strangers.join(', ')}; it has ${known.join(', ')}`,
    );
  }
}

async function createTheatre(
  tx: Queryable,
  theatre: string,
  creation: SeriesCreation,
  parties: readonly string[],
  { boundary }: TheatreBoundary,
  at: Instant,
): Promise<void> {
  if (await editionAt(tx, theatre, null)) {
    throw new SalientError(
      'invalid_parameter',
      `theatre ${theatre} exists: name it (theatre), or give the series another id`,
    );
  }
  const projection = projectionOf(boundary);
  if (await isBelowGrid(tx, boundary)) {
    const message =
      'the theatre is on average narrower than 20 cm: are its numbers, or those of the map, in another unit or system (--crs)? Else --theatre states a wider one';
    throw new SalientError('invalid_snapshot', message, [{ code: 'no_ground', at: '', message }]);
  }
  await ensureTheatre(tx, theatre);
  const edition = await insertEdition(tx, {
    theatre,
    title: creation.title as string,
    boundary,
    projection,
    time_zone: 'UTC',
    sha256: contentHash([theatre, boundary, parties]),
    recorded_at: at,
  });
  const entries = parties.map((id, index) => {
    const stated = creation.parties?.find((party) => party.id === id);
    const colour = stated?.colour?.toLowerCase() ?? PARTY_COLOURS[index % PARTY_COLOURS.length];
    return { id, name: stated?.name ?? id, colour, kind: 'ground', note: null };
  });
  await insertParties(tx, edition, theatre, entries);
}
