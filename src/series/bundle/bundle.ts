import { colour, day, flag, list, number, oneOf, optional, slug, type TableRow, text, whole } from './table.js';

/*
 * A bundle is one theatre as reviewed text files: `geodata/README.md` is the written contract of every field, and the
 * column tables below are that contract in code. Coordinates are EPSG:4326 lon, lat; errors and radii metres.
 */
const lon = number(-180, 180);
const lat = number(-90, 90);
const metres = number(0);
const dated = { from: optional(day), to: optional(day), source: text, note: optional(text) };
const withdrawable = { withdrawn_on: optional(day), withdrawn_why: optional(text) };

export const TABLES = {
  parties: { id: slug, name: text, colour, kind: oneOf('ground', 'operator'), note: optional(text) },
  relations: { side: slug, party: slug, stance: oneOf('own', 'ally', 'hostile', 'neutral'), ...dated },
  border_policies: { side: slug, territory: slug, policy: oneOf('open', 'closed'), ...dated },
  anchors: { side: slug, territory: slug, ...dated },
  places: {
    id: slug,
    name: text,
    kind: text,
    lon,
    lat,
    error_m: metres,
    aliases: list(text),
    source: text,
    note: optional(text),
  },
  posts: {
    operator: slug,
    number: whole(1),
    number_source: oneOf('documented', 'inferred', 'project'),
    number_text: optional(text),
    name: text,
    lon,
    lat,
    error_m: metres,
    established_earliest: day,
    established_latest: day,
    established_source: list(slug),
    withdrawn_earliest: optional(day),
    withdrawn_latest: optional(day),
    withdrawn_source: list(slug),
    chrono_no: optional(whole(1)),
    note: optional(text),
  },
  sources: {
    id: slug,
    publisher: text,
    title: optional(text),
    url: optional(text),
    published_on: optional(day),
    published_on_inferred: flag,
    stance: oneOf('independent', 'press', 'partisan', 'general'),
    favours: optional(slug),
    via: optional(text),
    note: optional(text),
  },
  initial: {
    place: slug,
    party: slug,
    as_of: day,
    basis: oneOf('stated', 'inferred'),
    source: text,
    note: optional(text),
  },
  claims: {
    id: slug,
    kind: oneOf('captured', 'lost', 'held', 'contested', 'expected', 'denied', 'besieged', 'access'),
    relation: oneOf('at', 'near'),
    place: optional(slug),
    post: optional(text),
    location: optional(text),
    party: optional(slug),
    earliest: optional(day),
    latest: optional(day),
    published_on: optional(day),
    sources: list(slug),
    facts: list(text),
    ...withdrawable,
    dates_inferred: flag,
    note: optional(text),
  },
  events: {
    id: slug,
    kind: oneOf('strike', 'attack', 'displacement', 'casualties', 'statement', 'population'),
    earliest: optional(day),
    latest: optional(day),
    relation: optional(oneOf('at', 'near')),
    place: optional(slug),
    location: optional(text),
    actor: optional(text),
    sources: list(slug),
    facts: list(text),
    part_of: optional(slug),
    ...withdrawable,
    dates_inferred: flag,
    note: optional(text),
  },
  counts: {
    event: slug,
    measure: text,
    value: optional(number(0)),
    qualifier: oneOf('exact', 'at_least', 'more_than', 'about', 'nearly', 'claimed'),
    wording: optional(text),
    period_from: optional(day),
    period_to: optional(day),
    part_of: optional(text),
    fact: optional(text),
  },
} as const;

export type Tables = { [Name in keyof typeof TABLES]: TableRow<(typeof TABLES)[Name]>[] };

/** What `series.json` states about each derived series of the bundle. */
export interface SeriesDeclaration {
  id: string;
  title: string;
  publisher: string;
  licence: string;
  kind: 'derived';
  method: string;
  accuracy_m: number;
  accuracy_note: string;
  first_date: string;
  complete_until: string;
  parties: string[];
  r_max_m: number;
  spacing_m: number;
  /** Over how many metres the error of a line stays the same; absent: `spacing_m` is taken. */
  correlation_m?: number | null;
  max_age_days?: number | null;
  date_means?: 'start' | 'end' | null;
  parameters: { perimeter_m: number; reach_m: number; narrow_m: number };
}

export interface BundleFeature {
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

export interface Bundle extends Tables {
  theatre: { id: string; title: string; projection: string; time_zone: string };
  boundary: BundleFeature;
  territories: BundleFeature[];
  routes: BundleFeature[];
  series: SeriesDeclaration[];
  /** Definitions of reports as given; `parseReportDefinition` has read them. */
  reports: unknown[];
}

/** The files a bundle consists of, by name; all but `reports.json` must be there. */
export const BUNDLE_FILES = [
  'theatre.json',
  'theatre.geojson',
  'routes.geojson',
  'series.json',
  ...Object.keys(TABLES).map((name) => `${name}.csv`),
  'reports.json',
] as const;
