import { type Api, type CitedChange, type Post, parsed, type RouteControl, type TileJson } from './api.js';
import { waitAfter } from './patience.js';
import { addDays, type Day, onOrBefore } from './text/calendar.js';
import { neighbour, type Span } from './timeline/span.js';

/** A state's tiles: where they are, and those of them that came along, in Base64 by `z/x/y`. */
export interface TilesPart {
  json: TileJson;
  data: Record<string, string>;
}

/** The parts of a day, each arriving (or failing) by itself. */
export interface Parts {
  tiles: TilesPart;
  change: CitedChange;
  routes: RouteControl[];
  /** Of what changed since the map before; null on the first one. */
  changes: TilesPart | null;
  /** On the map before, on the day of the map in force (null: as on the day itself), and on the day itself. */
  posts: { before: { posts: Post[] }; on_map: { posts: Post[] } | null; after: { posts: Post[] } };
}
export type PartName = keyof Parts;
export const PART_NAMES: readonly PartName[] = ['tiles', 'change', 'routes', 'changes', 'posts'];

export interface DayAnswer {
  /** The map before the one in force, and the one in force; equal on the first. */
  from: Day;
  to: Day;
  /** The days `[from, to)` for which all of it holds. */
  holds: { from: Day; to: Day | null };
  parts: { [Name in PartName]: Promise<Parts[Name]> };
}

/** Layers that the page draws; the service knows the same list. */
export const PAGE_LAYERS = 'control,front,label,place,pocket,post,route';

interface Line {
  part: string;
  answer?: unknown;
  error?: { message: string };
}

/**
 * Requests everything about a day at once. Resolves with the first line; the parts follow as they are ready.
 * @throws Error when there is no answer at all, or `left` ended it before there was one
 */
export function askDay(
  api: Api,
  series: string,
  date: Day,
  tiles: readonly string[],
  left: AbortSignal,
): Promise<DayAnswer> {
  const search = new URLSearchParams({ series, date, ...(tiles.length > 0 && { tiles: tiles.join() }) });
  return new Promise((resolve, reject) => {
    const waiting = new Map<string, { resolve(value: unknown): void; reject(error: Error): void }>();
    const parts = Object.fromEntries(
      PART_NAMES.map((name) => {
        const part = new Promise((done, failed) => waiting.set(name, { resolve: done, reject: failed }));
        // Whoever shows the part hears of the failure; nobody else has to.
        part.catch(() => {});
        return [name, part];
      }),
    ) as unknown as DayAnswer['parts'];
    const fail = (message: string) => {
      reject(new Error(message));
      for (const part of waiting.values()) part.reject(new Error(message));
    };
    readLines(
      `${api.base}web/day?${search}`,
      ({ part, answer, error }) => {
        if (part === 'frame') resolve({ ...(answer as Pick<DayAnswer, 'from' | 'to' | 'holds'>), parts });
        const waits = waiting.get(part);
        waiting.delete(part);
        if (error) waits?.reject(new Error(error.message));
        else waits?.resolve(answer);
      },
      fail,
      left,
    );
  });
}

/** Reads an answer line by line while it comes. `end` is called once, with why nothing more is to come. */
function readLines(url: string, take: (line: Line) => void, end: (why: string) => void, left: AbortSignal): void {
  const request = new XMLHttpRequest();
  const begun = Date.now();
  let read = 0;
  const look = () => {
    if (request.status !== 200) return;
    for (;;) {
      const stop = request.responseText.indexOf('\n', read);
      if (stop < 0) return;
      const line = parsed(request.responseText.slice(read, stop)) as Line | null;
      read = stop + 1;
      if (line) take(line);
    }
  };
  const send = () => {
    if (left.aborted) return end('left');
    request.open('GET', url);
    request.responseType = 'text';
    request.send();
  };
  request.addEventListener('progress', look);
  request.addEventListener('load', () => {
    const wait = waitAfter(request.status, request.getResponseHeader('retry-after'), begun);
    if (wait !== null) return void setTimeout(send, wait);
    look();
    const { message } = (request.status === 200 ? {} : (parsed(request.responseText) ?? {})) as { message?: string };
    end(message ?? `${request.status}`);
  });
  request.addEventListener('error', () => end('Failed to fetch'));
  request.addEventListener('abort', () => end('left'));
  left.addEventListener('abort', () => request.abort());
  send();
}

/**
 * The same from the single questions of the API, when the answer in one go cannot be had. None of them states until when it
 * holds, so all of it holds for that one day.
 */
export function askParts(api: Api, series: string, span: Span, date: Day): DayAnswer {
  const to = onOrBefore(span.changes, date) ?? span.first;
  const from = neighbour(span, to, -1) ?? to;
  const parts = Object.fromEntries(PART_NAMES.map((name) => [name, askPart(api, series, { from, to, date }, name)]));
  for (const part of Object.values(parts)) part.catch(() => {});
  return { from, to, holds: { from: date, to: addDays(date, 1) }, parts: parts as unknown as DayAnswer['parts'] };
}

const mapsOf = async (api: Api, series: string) => (await api.history(series).catch(() => ({ maps: [] }))).maps;

/** One part by itself. */
export async function askPart(
  api: Api,
  series: string,
  { from, to, date }: { from: Day; to: Day; date: Day },
  name: PartName,
): Promise<Parts[PartName]> {
  switch (name) {
    case 'tiles':
      return { json: await api.tiles(series, date), data: {} };
    case 'changes':
      return from === to ? null : { json: await api.changeTiles(series, from, to), data: {} };
    case 'change': {
      const change = await api.change(series, from, to);
      const ids = new Set((change.places ?? []).flatMap(({ claims }) => claims));
      // Without them the change is reported all the same.
      const claims = ids.size > 0 ? await api.claims(series).catch(() => ({ features: [] })) : { features: [] };
      const places = await api.places(series, date).catch(() => ({ features: [] }));
      const cited = claims.features.map(({ properties }) => properties).filter(({ id }) => ids.has(id));
      const { claimed = {} } = (await mapsOf(api, series)).findLast(({ date: map }) => map <= to) ?? {};
      return { ...change, cited, claimed, knows_places: ids.size > 0 || places.features.length > 0 };
    }
    case 'routes': {
      const { route } = await api.change(series, from, to);
      return Promise.all([...new Set(route.map((row) => row.route))].map((id) => api.route(series, id, date)));
    }
    case 'posts': {
      const before = from === to ? { posts: [] } : await api.posts(series, from);
      const on_map = date === to ? null : await api.posts(series, to);
      return { before, on_map, after: await api.posts(series, date) };
    }
  }
}
