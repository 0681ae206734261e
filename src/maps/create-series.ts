import { type Problem, SalientError } from '../errors.js';
import { readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { Instant } from '../model/dates.js';
import { isClassName, partyIdOf } from '../model/party-id.js';
import { ProblemList } from '../model/problem-list.js';
import {
  boundaryFault,
  editionAt,
  ensureTheatre,
  groundParties,
  insertEdition,
  insertParties,
} from '../series/editions.sql.js';
import { type DateMeans, insertSeries, insertStatement, statementAt } from '../series/series.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Queryable } from '../store/pool.js';
import type { CompactSnapshot } from './packed-areas.js';

/** What must be said to create a series of imported maps. */
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
  /** An existing theatre's id, a boundary as GeoJSON (a geometry, or a file with one feature), or null: the extent of the first map. */
  theatre: string | Record<string, unknown> | null;
  /** Parties that the mapping of the series lists, with what it says of them. */
  parties?: readonly { id: string; name?: string; colour?: string }[];
}

/** Okabe and Ito's colours, told apart by colour-blind readers too; a party keeps the one it got first. */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442', '#999999'];

/** Degrees. One projection serves a theatre, and a wider one is a mistake (a stray polygon, swapped coordinates). */
const WIDEST = 45;

/**
 * Creates a series for the maps about to be imported, and its theatre unless that exists.
 * @throws SalientError `series_exists`, or `invalid_snapshot` naming all that was not said or does not fit
 */
export async function createSeries(
  tx: Queryable,
  id: string,
  creation: SeriesCreation,
  snapshots: readonly CompactSnapshot[],
  at: Instant,
): Promise<void> {
  if (await statementAt(tx, id, null))
    throw new SalientError('series_exists', `series ${id} exists: import without create`);
  const problems: Problem[] = [];
  const need = (name: keyof SeriesCreation) => {
    if (creation[name] === null)
      problems.push({ code: 'missing_parameter', at: name, message: `a new series needs ${name}` });
  };
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(id)) {
    problems.push({
      code: 'invalid_parameter',
      at: 'id',
      message: `${JSON.stringify(id)}: lower-case letters, digits, . _ -`,
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
  const theatre = typeof creation.theatre === 'string' ? creation.theatre : id;
  if (typeof creation.theatre === 'string') await partiesKnown(tx, theatre, parties);
  else await createTheatre(tx, theatre, withNames(creation, holder), parties, snapshots, at);
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
}

/** The party that holds the rest, by its id or its name; `unknown` stays what it is. */
function holderOfRest({ rest, parties = [] }: SeriesCreation): { id: string; name: string } | null {
  if (!rest || rest === 'unknown') return rest ? { id: rest, name: rest } : null;
  if (isClassName(rest)) {
    const message = `rest=${rest}: the rest has a party as its holder, or is unknown`;
    throw new SalientError('invalid_parameter', message);
  }
  const named = parties.find((party) => party.id === rest || party.name === rest);
  return { id: named?.id ?? partyIdOf(rest), name: named?.name ?? rest };
}

const withNames = (creation: SeriesCreation, more: readonly { id: string; name: string }[]): SeriesCreation => {
  const known = creation.parties ?? [];
  return { ...creation, parties: [...known, ...more.filter(({ id }) => !known.some((party) => party.id === id))] };
};

async function partiesKnown(tx: Queryable, theatre: string, parties: readonly string[]): Promise<void> {
  const known = (await groundParties(tx, theatre)).map(({ id }) => id);
  if (known.length === 0)
    throw new SalientError('invalid_parameter', `theatre ${JSON.stringify(theatre)} does not exist`);
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
  snapshots: readonly CompactSnapshot[],
  at: Instant,
): Promise<void> {
  if (await editionAt(tx, theatre, null)) {
    throw new SalientError(
      'invalid_parameter',
      `theatre ${theatre} exists: name it (theatre), or give the series another id`,
    );
  }
  const given = creation.theatre as Record<string, unknown> | null;
  const boundary = given ? await readBoundary(tx, given) : extentOf(snapshots);
  const [west, south, east, north] = boundsOf(positions(boundary.coordinates));
  if (east - west > WIDEST || north - south > WIDEST) {
    throw new SalientError(
      'invalid_parameter',
      `the theatre spans ${(east - west).toFixed(1)} by ${(north - south).toFixed(1)} degrees; at most ${WIDEST}: give a smaller theatre`,
    );
  }
  const lon0 = eastOf180((west + east) / 2).toFixed(2);
  const lat0 = ((south + north) / 2).toFixed(2);
  await ensureTheatre(tx, theatre);
  const edition = await insertEdition(tx, {
    theatre,
    title: creation.title as string,
    boundary,
    projection: `+proj=laea +lat_0=${lat0} +lon_0=${lon0} +datum=WGS84 +units=m +no_defs`,
    time_zone: 'UTC',
    sha256: contentHash([theatre, boundary, parties]),
    recorded_at: at,
  });
  const entries = parties.map((id, index) => {
    const said = creation.parties?.find((party) => party.id === id);
    const colour = said?.colour?.toLowerCase() ?? COLOURS[index % COLOURS.length];
    return { id, name: said?.name ?? id, colour, kind: 'ground', note: null };
  });
  await insertParties(tx, edition, theatre, entries);
}

/** @throws SalientError `invalid_snapshot` with every problem of the boundary, at `/theatre` of what was sent */
async function readBoundary(tx: Queryable, given: Record<string, unknown>) {
  const problems = new ProblemList();
  const polygons = readAreaGeometry(geometryOf(given), '/theatre', problems);
  const boundary = { type: 'MultiPolygon', coordinates: polygons ?? [] };
  const fault = problems.all.length === 0 ? await boundaryFault(tx, boundary) : null;
  if (fault) problems.add('invalid_polygon', '/theatre', `not a valid polygon: ${fault.reason}`, fault.where);
  if (problems.all.length > 0) throw problems.toError('invalid_snapshot');
  return boundary;
}

function geometryOf(given: Record<string, unknown>): unknown {
  const { type, features, geometry } = given;
  if (type === 'FeatureCollection' && Array.isArray(features) && features.length === 1)
    return geometryOf(features[0] ?? {});
  return type === 'Feature' ? geometry : given;
}

/** The bounding box of the first map; across 180 degrees it is two, which meet there (RFC 7946, 3.1.9). */
function extentOf(snapshots: readonly CompactSnapshot[]) {
  const corners = (snapshots[0]?.areas ?? []).flatMap(({ parts }) =>
    parts.flatMap(([w, s, e, n]): [number, number][] => [
      [w, s],
      [e, n],
    ]),
  );
  const [west, south, east, north] = boundsOf(corners);
  const box = (from: number, to: number) => [
    [
      [from, south],
      [to, south],
      [to, north],
      [from, north],
      [from, south],
    ],
  ];
  if (east <= 180) return { type: 'Polygon', coordinates: box(west, east) };
  return { type: 'MultiPolygon', coordinates: [box(west, 180), box(-180, east - 360)] };
}

/** The longitude as -180 to 180 has it. */
const eastOf180 = (lon: number) => (lon > 180 ? lon - 360 : lon);

function positions(nested: unknown): [number, number][] {
  if (!Array.isArray(nested)) return [];
  return typeof nested[0] === 'number' ? [nested as [number, number]] : nested.flatMap(positions);
}

/** Bounds of positions: across 180 degrees where that is narrower, and then the east is beyond 180. */
function boundsOf(of: readonly [number, number][]): [number, number, number, number] {
  const plain = boxOf(of);
  const [west, , east] = plain;
  if (east - west <= 180) return plain;
  const across = boxOf(of.map(([x, y]) => [x < 0 ? x + 360 : x, y]));
  return across[2] - across[0] < east - west ? across : plain;
}

function boxOf(of: readonly [number, number][]): [number, number, number, number] {
  return of.reduce<[number, number, number, number]>(
    ([west, south, east, north], [x, y]) => [
      Math.min(west, x),
      Math.min(south, y),
      Math.max(east, x),
      Math.max(north, y),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}
