import { partyIdOf } from '../../model/party-id.js';
import { type ProblemList, pointer, quote } from '../../model/problem-list.js';
import type { ReferencePost, ReferenceRows } from '../reference/copy-edition.sql.js';
import { PARTY_COLOURS } from '../reference/party-colours.js';
import type { ReferenceRecord } from '../reference/reference-records.js';
import { TABLES } from './bundle.js';
import { type Cell, list, number, oneOf, optional, text } from './table.js';

/*
 * Rows of reference data from what a file or a command states: what is not stated has the value it had, or a default that is
 * documented (docs/your-own-conflict.md). Pure; every problem is added to `problems` at the record it is in.
 */

export const REFERENCE_KINDS = ['parties', 'places', 'posts', 'routes'] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** What one write adds or changes. Relations of a side in `sides` are replaced by those in `relations`. */
export interface Amendment {
  parties: object[];
  sides: string[];
  relations: object[];
  places: object[];
  routes: object[];
  posts: object[];
  /** Positions that must be inside the theatre, each with the record that states it. */
  positions: { at: string; position: [number, number] }[];
  keys: Record<ReferenceKind, string[]>;
}

/** What holds for all records of one write. */
export interface Frame {
  current: ReferenceRows;
  source: string;
  operator: string | null;
  since: string | null;
}

/** How far a point may be off where no accuracy is stated: a point in a town that is meant as the town. Metres. */
const DEFAULT_ERROR_M = 500;

const emptyAmendment = (): Amendment => ({
  ...{ parties: [], sides: [], relations: [], places: [], routes: [], posts: [], positions: [] },
  keys: { parties: [], places: [], posts: [], routes: [] },
});

/** Cells of one record read by the columns of a bundle's table; null when one of them cannot be read. */
function readCells<Columns extends Record<string, Cell<unknown>>>(
  record: ReferenceRecord,
  columns: Columns,
  defaults: Readonly<Record<string, string>>,
  shorthands: readonly string[],
  problems: ProblemList,
): { [Name in keyof Columns]: Columns[Name] extends Cell<infer T> ? T : never } | null {
  const row: Record<string, unknown> = {};
  let whole = true;
  for (const name of Object.keys(record.values)) {
    if (name in columns || shorthands.includes(name)) continue;
    whole = false;
    const known = [...Object.keys(columns), ...shorthands].join(', ');
    problems.add('unknown_field', pointer(record.at, name), `it is none of ${known}`);
  }
  for (const [name, read] of Object.entries(columns)) {
    try {
      row[name] = read(record.values[name] ?? defaults[name] ?? '');
    } catch (error) {
      whole = false;
      problems.add('invalid_value', pointer(record.at, name), (error as Error).message);
    }
  }
  return whole ? (row as never) : null;
}

/** Position of a record: its Point, its `lon` and `lat`, or that of the place it names (id, name or alias). */
function positionOf(record: ReferenceRecord, places: ReferenceRows['places'], problems: ProblemList) {
  const { geometry, values, at } = record;
  if (geometry !== null) {
    const [lon, lat] = geometry.type === 'Point' ? (geometry.coordinates as number[]) : [];
    if (typeof lon === 'number' && typeof lat === 'number') return { lon, lat, place: null };
    problems.add('geometry_type', `${at}/geometry`, `a Point is expected, not a ${geometry.type}`);
    return null;
  }
  if (values.place !== undefined) {
    const place = placeNamed(values.place, places, at, problems);
    return place && { lon: place.lon, lat: place.lat, place };
  }
  const { lon, lat } = values;
  if (lon !== undefined && lat !== undefined) return { lon: Number(lon), lat: Number(lat), place: null };
  problems.add('missing_position', at, 'a Point, lon and lat, or the name of a place is needed');
  return null;
}

/** The one place of that id, name or alias; capitals do not matter. */
function placeNamed(name: string, places: ReferenceRows['places'], at: string, problems: ProblemList) {
  const wanted = name.toLowerCase();
  const byId = places.find(({ id }) => id === name);
  const found = byId
    ? [byId]
    : places.filter((place) => [place.name, ...place.aliases].some((known) => known.toLowerCase() === wanted));
  if (found.length === 1) return found[0] ?? null;
  const message =
    found.length === 0
      ? `no place of the theatre is called ${JSON.stringify(name)}: \`salient places import\` brings the towns of GeoNames, \`salient places add ${JSON.stringify(name)} --at LON,LAT\` this one`
      : `${found.length} places are called ${JSON.stringify(name)}: name one by its id (${found.map(({ id }) => id).join(', ')})`;
  problems.add('unknown_place', at, message);
  return null;
}

/** A name that is an id already is that record; any other has the id that it makes, or one of its own where that is taken. */
const idOf = (name: string, taken: ReadonlyMap<string, string>) =>
  taken.has(name) ? name : partyIdOf(name, (id) => taken.get(id));

export function amendParties(records: readonly ReferenceRecord[], frame: Frame, problems: ProblemList): Amendment {
  const made = emptyAmendment();
  const known = new Map(frame.current.parties.map((party) => [party.id, party]));
  const names = new Map(frame.current.parties.map(({ id, name }) => [id, name]));
  for (const record of records) {
    const name = record.values.name ?? record.values.id ?? '';
    const id = record.values.id ?? (name === '' ? '' : idOf(name, names));
    const before = known.get(id);
    const defaults = {
      ...{ id, name: before?.name ?? name, kind: before?.kind ?? 'ground', note: before?.note ?? '' },
      colour: before?.colour ?? PARTY_COLOURS[names.size % PARTY_COLOURS.length] ?? '#999999',
    };
    const row = readCells(record, TABLES.parties, defaults, ['stances'], problems);
    if (!row) continue;
    if (!/^#[0-9a-f]{6}$/i.test(row.colour))
      problems.add('invalid_value', pointer(record.at, 'colour'), `${JSON.stringify(row.colour)} is not #rrggbb`);
    if (made.keys.parties.includes(row.id)) problems.add('repeated', record.at, `${row.id} is there twice`);
    names.set(row.id, row.name);
    made.parties.push(row);
    made.keys.parties.push(row.id);
  }
  const ids = [...names.keys()];
  for (const [index, record] of records.entries()) {
    const stances = record.values.stances;
    const side = made.keys.parties[index];
    if (stances === undefined || side === undefined) continue;
    addRelations(made, side, readStances(stances, record.at, ids, problems), frame.source, null);
  }
  return made;
}

const STANCE = oneOf('own', 'ally', 'hostile', 'neutral');

function readStances(cell: string, at: string, parties: readonly string[], problems: ProblemList) {
  const stances = new Map<string, string>();
  for (const item of list(text)(cell)) {
    const [party = '', stance = ''] = item.split('=').map((part) => part.trim());
    if (!parties.includes(party))
      problems.add('unknown_party', pointer(at, 'stances'), `${JSON.stringify(party)}: there is ${parties.join(', ')}`);
    if (stances.has(party))
      problems.add('repeated', pointer(at, 'stances'), `${JSON.stringify(party)} is there twice: it has one stance`);
    try {
      stances.set(party, STANCE(stance));
    } catch (error) {
      problems.add('invalid_value', pointer(at, 'stances'), `${item}: ${(error as Error).message} (party=stance;…)`);
    }
  }
  return stances;
}

function addRelations(
  made: Amendment,
  side: string,
  stances: ReadonlyMap<string, string>,
  source: string,
  note: string | null,
) {
  made.sides.push(side);
  for (const [party, stance] of stances)
    made.relations.push({ side, party, stance, from: null, to: null, source, note });
}

export function amendPlaces(records: readonly ReferenceRecord[], frame: Frame, problems: ProblemList): Amendment {
  const made = emptyAmendment();
  const known = new Map(frame.current.places.map((place) => [place.id, place]));
  const names = new Map(frame.current.places.map(({ id, name }) => [id, name]));
  for (const record of records) {
    const spot = positionOf(record, frame.current.places, problems);
    if (!spot) continue;
    const name = record.values.name ?? '';
    const id = record.values.id ?? (name === '' ? '' : idOf(name, names));
    const before = known.get(id);
    const defaults = {
      ...{ id, name: before?.name ?? '', kind: before?.kind ?? 'town', note: before?.note ?? '' },
      ...{ lon: String(spot.lon), lat: String(spot.lat), aliases: (before?.aliases ?? []).join(';') },
      ...{ error_m: String(before?.error_m ?? DEFAULT_ERROR_M), source: frame.source },
    };
    const row = readCells(record, TABLES.places, defaults, [], problems);
    if (!row) continue;
    if (made.keys.places.includes(row.id)) problems.add('repeated', record.at, `${row.id} is there twice`);
    names.set(row.id, row.name);
    made.places.push(row);
    made.keys.places.push(row.id);
    made.positions.push({ at: record.at, position: [row.lon, row.lat] });
  }
  return made;
}

const POST_COLUMNS = {
  ...TABLES.posts,
  established_source: list(text),
  withdrawn_source: list(text),
  chrono_no: optional(number(1)),
};

export function amendPosts(records: readonly ReferenceRecord[], frame: Frame, problems: ProblemList): Amendment {
  const made = emptyAmendment();
  const { current, operator, since, source } = frame;
  const next = new Map<string, number>();
  for (const { operator: of, number: no } of current.posts) next.set(of, Math.max(next.get(of) ?? 0, no));
  for (const record of records) {
    const { values } = record;
    const of = values.operator ?? operator ?? '';
    const named = (wanted: string | undefined) => (post: ReferencePost) =>
      post.operator === of &&
      (values.number === undefined ? post.name === wanted : String(post.number) === values.number);
    const stays = current.posts.find(named(values.name));
    const isPlaced = record.geometry !== null || values.place !== undefined || values.lon !== undefined;
    const spot = stays && !isPlaced ? { ...stays, place: null } : positionOf(record, current.places, problems);
    if (!spot) continue;
    const before = stays ?? current.posts.find(named(spot.place?.name));
    const no = values.number ?? before?.number ?? (next.get(of) ?? 0) + 1;
    const defaults = {
      ...{ operator: of, number: String(no), number_source: before?.number_source ?? 'project' },
      ...{
        number_text: before?.number_text ?? '',
        name: before?.name ?? spot.place?.name ?? '',
        note: before?.note ?? '',
      },
      ...{ lon: String(spot.lon), lat: String(spot.lat) },
      error_m: String(spot.place?.error_m ?? before?.error_m ?? DEFAULT_ERROR_M),
      ...daysOf('established', values, values.established ?? since ?? undefined, before, source),
      ...daysOf('withdrawn', values, values.withdrawn, before, source),
    };
    const row = readCells(record, POST_COLUMNS, defaults, ['place', 'established', 'withdrawn'], problems);
    if (!row) continue;
    const key = `${row.operator}/${row.number}`;
    if (!current.parties.some(({ id }) => id === row.operator)) {
      const parties = current.parties.map(({ id }) => id).join(', ');
      problems.add(
        'unknown_party',
        record.at,
        `operator ${row.operator} is no party (${parties}): \`salient parties add\` first`,
      );
    }
    if (made.keys.posts.includes(key)) problems.add('repeated', record.at, `${key} is there twice`);
    checkDays(row, record, problems);
    next.set(row.operator, Math.max(next.get(row.operator) ?? 0, row.number));
    made.posts.push(row);
    made.keys.posts.push(key);
    made.positions.push({ at: record.at, position: [row.lon, row.lat] });
  }
  assumeStances(made, frame);
  return made;
}

/** What the store requires of a post's days: each pair in its order, the end not before the beginning, and an end with a source. */
function checkDays(
  row: Record<`${'established' | 'withdrawn'}_${'earliest' | 'latest'}`, string | null> & {
    withdrawn_source: string[];
  },
  { at, values }: ReferenceRecord,
  problems: ProblemList,
): void {
  const { established_earliest: begin } = row;
  const end = row.withdrawn_earliest ?? row.withdrawn_latest;
  // The field in which a day was stated: `withdrawn` stands for both of its days.
  const field = (what: 'established' | 'withdrawn') => {
    const ways = [`${what}_earliest`, what, `${what}_latest`];
    return pointer(at, ways.find((name) => values[name] !== undefined) ?? what);
  };
  for (const what of ['established', 'withdrawn'] as const) {
    const [earliest, latest] = [row[`${what}_earliest`], row[`${what}_latest`]];
    if (earliest !== null && latest !== null && earliest > latest)
      problems.add('invalid_value', field(what), `${earliest} is after ${what}_latest, ${latest}`);
  }
  if (begin !== null && end !== null && end < begin)
    problems.add('invalid_value', field('withdrawn'), `${end} is before the post was established, ${begin}`);
  if (end === null && row.withdrawn_source.length > 0)
    problems.add('invalid_value', pointer(at, 'withdrawn_source'), 'it is the source of a day: state withdrawn');
}

/** First and last possible day of a post's beginning or end, and on whose word: as stated, else as it is recorded. */
function daysOf(
  what: 'established' | 'withdrawn',
  values: Readonly<Record<string, string>>,
  on: string | undefined,
  before: ReferencePost | undefined,
  source: string,
) {
  const earliest = values[`${what}_earliest`];
  const isStated = on !== undefined || earliest !== undefined || values[`${what}_latest`] !== undefined;
  const kept = isStated ? undefined : before;
  return {
    [`${what}_earliest`]: kept?.[`${what}_earliest`] ?? on ?? '',
    [`${what}_latest`]: kept?.[`${what}_latest`] ?? earliest ?? on ?? '',
    [`${what}_source`]: kept?.[`${what}_source`] ?? (what === 'established' || isStated ? source : ''),
  };
}

/** A side that has posts and whose stances nobody stated: its own ground is its own, that of every other party hostile. */
function assumeStances(made: Amendment, { current, source }: Frame): void {
  const ground = current.parties.filter(({ kind }) => kind === 'ground').map(({ id }) => id);
  const sides = new Set((made.posts as { operator: string }[]).map((post) => post.operator));
  for (const side of sides) {
    if (current.sides.includes(side) || !ground.includes(side)) continue;
    const stances = new Map(ground.map((party) => [party, party === side ? 'own' : 'hostile']));
    const note = 'assumed when its posts were added; state stances to change it';
    addRelations(made, side, stances, source, note);
  }
}

const ROUTE_COLUMNS = { id: text, name: text, error_m: number(0), source: text, note: optional(text) };

export function amendRoutes(records: readonly ReferenceRecord[], frame: Frame, problems: ProblemList): Amendment {
  const made = emptyAmendment();
  for (const record of records) {
    const name = record.values.name ?? record.values.id ?? '';
    const line = lineOf(record, frame.current.places, problems);
    const defaults = {
      ...{ id: name, name, source: frame.source },
      // Straight legs between towns leave a road by kilometres; a line that was drawn is as good as a point.
      error_m: String(record.geometry ? DEFAULT_ERROR_M : VIA_ERROR_M),
      note: record.geometry ? '' : `straight from place to place: ${record.values.via}`,
    };
    const row = readCells(record, ROUTE_COLUMNS, defaults, ['via'], problems);
    if (!row || !line) continue;
    if (made.keys.routes.includes(row.id)) problems.add('repeated', record.at, `${row.id} is there twice`);
    made.routes.push({ ...row, geometry: { type: 'LineString', coordinates: line } });
    made.keys.routes.push(row.id);
    made.positions.push(...line.map((position) => ({ at: record.at, position })));
  }
  return made;
}

const VIA_ERROR_M = 3000;

function lineOf({ geometry, values, at }: ReferenceRecord, places: ReferenceRows['places'], problems: ProblemList) {
  if (geometry === null && values.via !== undefined) {
    const stops = list(text)(values.via).map((name) => placeNamed(name, places, pointer(at, 'via'), problems));
    const line = stops.flatMap((stop): [number, number][] => (stop ? [[stop.lon, stop.lat]] : []));
    const moves = line.some(([lon, lat]) => lon !== line[0]?.[0] || lat !== line[0]?.[1]);
    if (line.length === stops.length && line.length > 1 && moves) return line;
    if (line.length === stops.length && line.length > 1)
      problems.add(
        'too_short',
        pointer(at, 'via'),
        `${quote(values.via)}: a route from a place to itself has no length`,
      );
    if (stops.length < 2) problems.add('too_short', pointer(at, 'via'), 'a route goes through two places or more');
    return null;
  }
  const positions = geometry?.type === 'LineString' ? (geometry.coordinates as number[][]) : [];
  const line = positions.map(([lon = Number.NaN, lat = Number.NaN]): [number, number] => [lon, lat]);
  if (line.length > 1 && line.flat().every(Number.isFinite) && new Set(line.map(String)).size > 1) return line;
  problems.add(
    'geometry_type',
    `${at}/geometry`,
    'a LineString of two positions or more, or `via`: the places it passes',
  );
  return null;
}
