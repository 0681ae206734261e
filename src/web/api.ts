import type { Day } from './calendar.js';

/* The answers of the service, as far as the page reads them, and the one way to ask for them. */

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
  places: { id: string; name: string; from: string; to: string; on: Window; claims: string[] }[];
  route: { route: string; from: string; to: string; km: number }[];
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
  reason: 'contested' | 'accuracy' | null;
  grade: Grade;
  state: { strict: ControlState; lenient: ControlState } | null;
  margin_m: { strict: number | null; lenient: number | null; at_least: boolean } | null;
  since: { isolated: Window | null; engulfed: Window | null };
}

export interface PostHistory {
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
}

export interface Claim {
  id: string;
  kind: string;
  relation: 'at' | 'near' | null;
  place: string | null;
  party: string | null;
  earliest: Day | null;
  latest: Day | null;
  dates_inferred: boolean;
  withdrawn_on: Day | null;
  withdrawn_why: string | null;
  note: string | null;
  sources: Source[] | null;
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

/** Asks the service, once per question: what was true of a date does not change while the page is open. */
export interface Api {
  series(): Promise<Series[]>;
  dates(series: string): Promise<SeriesDates>;
  tiles(series: string, date: Day): Promise<TileJson>;
  change(series: string, from: Day, to: Day): Promise<Change>;
  posts(series: string, date: Day): Promise<{ posts: Post[] }>;
  post(series: string, post: { operator: string; number: number }): Promise<PostHistory>;
  areas(series: string, date: Day): Promise<{ features: { geometry: Ground }[] }>;
  places(series: string, date: Day): Promise<Points<Place>>;
  claims(series: string, place?: string): Promise<Points<Claim>>;
  route(series: string, id: string, date: Day): Promise<RouteControl>;
}

/** `base` is where the service is, ending in a slash. */
export function createApi(base: string): Api {
  const answers = new Map<string, Promise<unknown>>();
  function ask<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const search = new URLSearchParams(query).toString();
    const url = `${base}${path}${search && `?${search}`}`;
    const asked = answers.get(url) ?? fetchJson(url);
    answers.set(url, asked);
    // A failure is not an answer: ask again next time.
    asked.catch(() => answers.delete(url));
    return asked as Promise<Answer>;
  }
  const id = encodeURIComponent;
  return {
    series: () => ask('series'),
    dates: (series) => ask(`series/${id(series)}/dates`),
    tiles: (series, date) => ask(`tiles/${id(series)}.json`, { date }),
    change: (series, from, to) => ask('change', { series, from, to }),
    posts: (series, date) => ask('encirclement', { series, date }),
    post: (series, { operator, number }) => ask(`posts/${number}/encirclement`, { series, operator }),
    areas: (series, date) => ask('control', { series, date }),
    places: (series, date) => ask('places', { series, date }),
    claims: (series, place) => ask('claims', { series, ...(place !== undefined && { place }) }),
    route: (series, route, date) => ask(`routes/${id(route)}`, { series, date }),
  };
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { message } = answer as { message?: string };
  throw new Error(message ?? `${url}: ${response.status}`);
}
