import type { IncomingMessage, ServerResponse } from 'node:http';
import { SalientError } from '../errors.js';
import { MAX_TILE_ZOOM } from '../jobs/tile-json.js';
import type { TileState } from '../jobs/tile-state.js';
import { parseTileAddress, type TileAddress } from '../model/tile.js';
import type { TileBytes } from '../tiles/cache.js';
import type { Tileset } from '../tiles/tilesets.js';
import { errorAnswer } from './errors.js';
import { date, knownAt, optional, readParameters, series as seriesParameter, text } from './parameters.js';
import type { Service } from './service.js';
import { answerIfKnown, OPEN, sendTile, type TileHeaders, tileHeaders } from './tile-answer.js';

/*
 * The hot path: tiles are answered here, on bare node:http, before Express sees the request (an Express route costs
 * five times as much as the whole answer).
 */

/** The paths answered here, as the description of the API writes them. */
export const TILE_PATHS = [
  '/tiles/{series}/{z}/{x}/{y}.mvt',
  '/tiles/{series}/@{state}/{z}/{x}/{y}.mvt',
  '/tiles/{series}/change/{z}/{x}/{y}.mvt',
  '/tiles/{series}/span/{z}/{x}/{y}.mvt',
  '/tiles/counters',
] as const;

const TILE = /^\/tiles\/([^/]+)\/(?:@([^/]+)\/|(change|span)\/)?([^/]+)\/([^/]+)\/([^/]+)\.mvt$/;
const LAYERS = { layers: optional(text('layers, separated by commas')) };
const AT_A_DATE = { date: date(), 'known-at': knownAt, ...LAYERS };
/** Of two days. */
export const BETWEEN_DAYS = { from: date('first day'), to: date('second day'), 'known-at': knownAt };
/** Of all days from the first until before the second. */
export const OVER_DAYS = { from: date('first day'), to: date('day after the last'), 'known-at': knownAt, ...LAYERS };

/** Answers a tile request; false when the path is not one. */
export function answerTile(service: Service, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (answerAtOnce(service, request, response)) return true;
  const [path, search = ''] = (request.url ?? '').split('?', 2) as [string, string?];
  const match = TILE.exec(path);
  const answering =
    path === '/tiles/counters'
      ? sendCounters(service, search, request, response)
      : match && drawTile(service, match, search, request, response);
  if (!answering) return false;
  answering.catch((error) => {
    const { status, body } = errorAnswer(error);
    const json = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...OPEN });
    response.end(request.method === 'HEAD' ? undefined : json);
  });
  return true;
}

/** What is asked for: known by its ETag before it is drawn. */
interface AskedTile {
  etag: string;
  draw(): Promise<TileBytes>;
  stale: boolean;
  /** Whether the URL always means the same. */
  immutable: boolean;
}

async function askedFor(
  { tiles }: Service,
  match: RegExpExecArray,
  address: TileAddress,
  given: URLSearchParams,
): Promise<AskedTile> {
  const series = seriesParameter.read(decoded(match[1] ?? ''), 'series');
  const [, , token, days] = match;
  const of = (state: TileState, layers: readonly Tileset[], immutable: boolean): AskedTile => ({
    etag: tiles.etag(state, address, layers),
    draw: () => tiles.draw(state, address, layers),
    stale: state.stale,
    immutable,
  });
  if (token !== undefined) {
    const layers = tiles.layersNamed(readParameters(LAYERS, given).layers);
    return of(await tiles.stateNamed(series, token), layers, true);
  }
  if (days === 'change') {
    const { from, to, 'known-at': instant } = readParameters(BETWEEN_DAYS, given);
    return of(await tiles.changeBetween({ series, from, to, knownAt: instant }), tiles.changes, false);
  }
  if (days === 'span') {
    const values = readParameters(OVER_DAYS, given);
    const layers = tiles.layersNamed(values.layers);
    const { from, to, 'known-at': instant } = values;
    const span = await tiles.spanOf({ series, from, to, knownAt: instant });
    return {
      etag: tiles.spanEtag(span, address, layers),
      draw: () => tiles.drawSpan(span, address, layers),
      stale: span.stale,
      immutable: false,
    };
  }
  const values = readParameters(AT_A_DATE, given);
  const layers = tiles.layersNamed(values.layers);
  return of(await tiles.stateOn({ series, date: values.date, knownAt: values['known-at'] }), layers, false);
}

/** How the memory of tiles does: by zoom, how often it answered and how often a tile had to be drawn. */
async function sendCounters(
  { tiles }: Service,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  readParameters({}, new URLSearchParams(search));
  const json = JSON.stringify({ zooms: tiles.cache.counts(), bytes: tiles.cache.bytes() });
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store', ...OPEN });
  response.end(request.method === 'HEAD' ? undefined : json);
}

async function drawTile(
  service: Service,
  match: RegExpExecArray,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [z = '', x = '', y = ''] = match.slice(4);
  const address = parseTileAddress(z, x, y, MAX_TILE_ZOOM);
  const asked = await askedFor(service, match, address, new URLSearchParams(search));
  const headers = tileHeaders(asked);
  if (!search && asked.immutable && request.url) remember(service, request.url, { headers, zoom: address.z });
  if (answerIfKnown(request, response, headers)) return;
  sendTile(request, response, headers, await asked.draw());
}

/** Immutable URLs that were understood once: what they mean does not change, so it need not be found out again. */
const understood = new WeakMap<Service['tiles'], Map<string, Understood>>();
const MOST_UNDERSTOOD = 50_000;

interface Understood {
  headers: TileHeaders;
  zoom: number;
}

function remember({ tiles }: Service, url: string, meaning: Understood): void {
  const known = understood.get(tiles) ?? new Map<string, Understood>();
  understood.set(tiles, known);
  if (known.size >= MOST_UNDERSTOOD) known.clear();
  known.set(url, meaning);
}

/** Answers an immutable URL that is understood and whose tile is in memory: no parsing, no promise, no database. */
function answerAtOnce(service: Service, request: IncomingMessage, response: ServerResponse): boolean {
  const known = understood.get(service.tiles)?.get(request.url ?? '');
  if (!known) return false;
  if (answerIfKnown(request, response, known.headers)) return true;
  const bytes = service.tiles.cache.peek(known.headers.etag, known.zoom);
  if (bytes) sendTile(request, response, known.headers, bytes);
  return bytes !== undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SalientError('invalid_parameter', `series: ${text} is not percent-encoded UTF-8`);
  }
}
