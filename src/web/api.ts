import { fetchPatiently } from './patience.js';
import type { Day } from './text/calendar.js';

/* The answers of the service, as far as the page reads them, and the one way to request them. */

export interface Party {
  id: string;
  name: string;
  colour: string;
}

export interface Series {
  id: string;
  title: string;
  publisher: string;
  licence: string;
  /** Made here from reports, or drawn by its publisher. */
  kind: 'derived' | 'imported';
  method: string;
  accuracy_m: number;
  first_date: Day | null;
  complete_until: Day | null;
  /** Days that a map stands for after its own, and after the day until which the series is complete. */
  max_age_days: number;
  parties: Party[];
}

export interface SeriesDates {
  dates: Day[];
  complete_until: Day | null;
  /** The ground that the series claims to cover, when the service says so. */
  theatre?: Ground;
}

export type Ground = { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] };
export type Ring = [number, number][];

export interface TileJson {
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  bounds: [number, number, number, number];
  /** West is greater than east where the theatre lies across 180°. */
  extent: [number, number, number, number];
}

export interface Window {
  earliest: Day | null;
  latest: Day | null;
}

export interface Change {
  from: Day;
  to: Day;
  parties: { party: string; before_km2: number; after_km2: number; gained_km2: number; lost_km2: number }[];
  theatre_km2: number;
  matrix: { from: string; to: string; km2: number }[];
  /** With one standard deviation of the lines each lies between. */
  net: { party: string; sd_km2: number }[];
  places: {
    id: string;
    name: string;
    from: string;
    to: string;
    on: Window;
    claims: string[];
    /** Of the steps in which it changed its class. */
    kinds?: StepKind[];
  }[];
  route: { route: string; from: string; to: string; km: number }[];
  /** What of it is movement on the ground, and what the map shows otherwise because somebody put it right or redefined it. */
  kinds?: KindOfChange[];
  /** Km² of the contested ground of the later day that are only claimed, by whom, where the service says so. */
  claimed?: Record<string, number>;
  /** Why nothing is known of one of the days; null: both are known. */
  unknown?: unknown;
}

export type StepKind = 'movement' | 'correction' | 'redefinition';

export interface KindOfChange {
  kind: StepKind;
  changed_km2: number;
  matrix: Change['matrix'];
  parties: { party: string; gained_km2: number; lost_km2: number }[];
}

/** A change with the claims that its places rest on, and whether the series knows places at all. */
export interface CitedChange extends Change {
  cited: Claim[];
  knows_places: boolean;
}

export type Verdict = 'encircled' | 'not_encircled' | 'uncertain' | 'unmapped' | 'inactive';
export type Grade = 'open' | 'narrow' | null;
export type ControlState = 'connected' | 'connected_edge' | 'pocket' | 'engulfed';

export interface Post {
  operator: string;
  number: number;
  number_source: string;
  name: string;
  position: [number, number];
  error_m: number;
  verdict: Verdict;
  reason: 'contested' | 'unknown' | 'accuracy' | null;
  grade: Grade;
  state: { strict: ControlState; lenient: ControlState } | null;
  margin_m: {
    strict: number | null;
    lenient: number | null;
    bound: Record<'strict' | 'lenient', string | null>;
  } | null;
  since: { isolated: Window | null; engulfed: Window | null };
}

export interface PostHistory {
  /** Spans that no map stands for. */
  unknown_days: { from: Day; to: Day }[];
  intervals: { verdict: Verdict; from: Day; to: Day | null }[];
}

export interface Place {
  id: string;
  name: string;
  kind: string;
  aliases: string[];
  party: string | null;
  status: string | null;
  confidence: number | null;
  since: Day | null;
  claims: string[];
}

export interface Source {
  id: string;
  publisher: string;
  via: string | null;
  title: string | null;
  url: string | null;
  published_on: Day | null;
  /** Absent in archives that were exported before. */
  archive?: string | null;
  reliability?: string | null;
  copies?: { sha256: string; bytes: number; at: string }[];
}

/** What claims and events have in common. */
interface Report {
  id: string;
  kind: string;
  relation: 'at' | 'near' | null;
  place: string | null;
  earliest: Day | null;
  latest: Day | null;
  dates_inferred: boolean;
  withdrawn_on: Day | null;
  withdrawn_why: string | null;
  note: string | null;
  sources: Source[] | null;
}

export interface Claim extends Report {
  party: string | null;
}

export interface RouteControl {
  route: string;
  name: string;
  length_km: number;
  error_m: number;
  stretches: { from_km: number; to_km: number; class: string }[];
  /** Where along the route its places are, when the service says so. */
  places?: { id: string; name: string; kind?: string; km: number }[];
}

export interface Points<Properties> {
  features: { geometry: { coordinates: [number, number] } | null; properties: Properties }[];
}

export interface Event extends Report {
  location: string | null;
  actor: string | null;
  counts: { value: number; measure: string; qualifier: string }[];
}

/** Km² of every class on every map of a series, and of what is contested those that are only claimed, by whom. */
export interface History {
  maps: { date: Day; km2: Record<string, number>; claimed: Record<string, number> }[];
}

/** Two series on a day: how far they agree. */
export interface Agreement {
  shared_km2: number;
  agree_share: number;
  differ_km2: number;
  /** A day that one of them does not claim to be complete on. */
  stale: boolean;
  /** Why nothing is known of the day in one of them; null: both know it. */
  unknown: string | null;
}

/** Why there is no series of an id. */
export interface Absence {
  id: string;
  code: 'withdrawn' | 'unknown_series';
  /** Of a withdrawal, for those alone who may know it. */
  why: string | null;
}

/** What the service put into the page itself: the first answers, and the names of the page's files. */
export interface Boot {
  series: Series[] | null;
  chosen: string | null;
  oldest: string | null;
  dates: SeriesDates | null;
  /** Of the series that the address names, where there is none such. */
  absent: Absence | null;
  /** The epoch of the chosen series when the page was made. */
  epoch: number | null;
  report?: { id: string; title: string; period: string; headline: string } | null;
  /** Addresses of the map's files: `map` is what its code consists of. */
  assets: { worker: string; basemap: string; waters: string; rtl: string; map: string[]; mapStyle: string };
  basemap: string | null;
}

/** Requests each address once, until the series is reported to have a new state. */
export interface Api {
  readonly base: string;
  /** Drops what was answered: the series shows something else now. */
  forget(): void;
  series(): Promise<Series[]>;
  /** Whether a series stands at this moment, whatever was answered before. */
  stands(series: string): Promise<boolean>;
  /** Why there is no series of that id; null: it stands, or nobody answers. */
  absence(series: string): Promise<Absence | null>;
  dates(series: string): Promise<SeriesDates>;
  tiles(series: string, date: Day): Promise<TileJson>;
  changeTiles(series: string, from: Day, to: Day): Promise<TileJson>;
  change(series: string, from: Day, to: Day): Promise<Change>;
  changeIn(series: string, from: Day, to: Day, region: Ring): Promise<Change>;
  posts(series: string, date: Day): Promise<{ posts: Post[] }>;
  post(series: string, post: { operator: string; number: number }): Promise<PostHistory>;
  areas(series: string, date: Day): Promise<{ features: { geometry: Ground }[] }>;
  places(series: string, date: Day): Promise<Points<Place>>;
  claims(series: string, place?: string): Promise<Points<Claim>>;
  events(series: string): Promise<Points<Event>>;
  route(series: string, id: string, date: Day): Promise<RouteControl>;
  history(series: string): Promise<History>;
  agreement(series: string, other: string, date: Day): Promise<Agreement>;
  differences(series: string, other: string, date: Day): Promise<{ features: GeoJSON.Feature[] }>;
}

/** How many answers are cached: those of some hundred steps; the oldest are evicted first. */
const MOST_ANSWERS = 300;

/** `base` is where the service is, ending in a slash. */
export function createApi(base: string): Api {
  const answers = new Map<string, Promise<unknown>>();
  function ask<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const search = new URLSearchParams(query).toString();
    const url = `${base}${path}${search && `?${search}`}`;
    const requested = answers.get(url) ?? fetchJson(url);
    answers.delete(url);
    answers.set(url, requested);
    for (const oldest of answers.keys()) {
      if (answers.size <= MOST_ANSWERS) break;
      answers.delete(oldest);
    }
    // A failure is not cached: the next call requests it again.
    requested.catch(() => answers.delete(url));
    return requested as Promise<Answer>;
  }
  const id = encodeURIComponent;
  return {
    base,
    forget: () => answers.clear(),
    series: () => ask('series'),
    stands: async (series) => ((await fetchJson(`${base}series`)) as Series[]).some((one) => one.id === series),
    absence: (series) =>
      ask(`series/${id(series)}/dates`).then(
        () => null,
        (error: unknown) => {
          const code = error instanceof Refusal ? error.code : null;
          return code === 'withdrawn' || code === 'unknown_series' ? { id: series, code, why: null } : null;
        },
      ),
    dates: (series) => ask(`series/${id(series)}/dates`),
    tiles: (series, date) => ask(`tiles/${id(series)}.json`, { date }),
    changeTiles: (series, from, to) => ask(`tiles/${id(series)}/change.json`, { from, to }),
    change: (series, from, to) => ask('change', { series, from, to }),
    changeIn: (series, from, to, region) => ask('change', { series, from, to, polygon: JSON.stringify([[region]]) }),
    posts: (series, date) => ask('encirclement', { series, date }),
    post: (series, { operator, number }) => ask(`posts/${number}/encirclement`, { series, operator }),
    areas: (series, date) => ask('control', { series, date }),
    places: (series, date) => ask('places', { series, date }),
    claims: (series, place) => ask('claims', { series, ...(place !== undefined && { place }) }),
    events: (series) => ask('events', { series }),
    route: (series, route, date) => ask(`routes/${id(route)}`, { series, date }),
    history: (series) => ask('web/history', { series }),
    agreement: (series, other, date) => ask('compare', { series, with: other, date }),
    differences: (series, other, date) => ask('compare', { series, with: other, date, f: 'geojson' }),
  };
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetchPatiently(url, { headers: { accept: 'application/json' } });
  const text = await response.text();
  const answer = parsed(text) as { message?: string; code?: string } | null;
  if (response.ok && answer !== null) return answer;
  throw new Refusal(answer?.message ?? `${new URL(url).pathname}: ${response.status}`, answer?.code ?? '');
}

/** The service answered, and said why not: `code` is one of its closed set. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** A proxy in between may answer with a page instead. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
