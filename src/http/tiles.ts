import type { IncomingMessage, ServerResponse } from 'node:http';
import { SalientError } from '../errors.js';
import { parseTileAddress } from '../tiles/address.js';
import type { TileSubject } from '../tiles/service.js';
import { MAX_TILE_ZOOM } from '../tiles/tilejson.js';
import { errorAnswer } from './errors.js';
import { readParameters, series as seriesParameter } from './parameters.js';
import type { Service } from './service.js';
import { answerIfKnown, OPEN, sendTile, type TileHeaders, tileHeaders } from './tile-answer.js';
import { BETWEEN_DAYS, LAYERS, ON_A_DAY, OVER_DAYS } from './tile-routes.js';

/*
 * The hot path: tiles are answered here, on bare node:http, before Express sees the request (an Express route costs
 * five times as much as the whole answer).
 */

const TILE = /^\/tiles\/([^/]+)\/(?:(change|span)\/)?(?:@([^/]+)\/)?([^/]+)\/([^/]+)\/([^/]+)\.mvt$/;

/** Answers a tile request; false when the path is not one. */
export function answerTile(service: Service, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (answerAtOnce(service, request, response)) return true;
  // A proxy may ask with the whole address (RFC 9112, 3.2.2).
  const target = (request.url ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const search = question < 0 ? '' : target.slice(question + 1);
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

async function subjectOf({ tiles }: Service, match: RegExpExecArray, given: URLSearchParams): Promise<TileSubject> {
  const series = seriesParameter.read(decoded(match[1] ?? ''), 'series');
  const [, , days, token] = match as unknown as [string, string, 'change' | 'span' | undefined, string | undefined];
  if (token !== undefined) {
    const { layers } =
      days === 'change' ? { ...readParameters({}, given), layers: null } : readParameters(LAYERS, given);
    return tiles.named(days ?? 'state', series, decoded(token), tiles.layersNamed(layers));
  }
  if (days === 'change') {
    const { from, to, 'known-at': instant } = readParameters(BETWEEN_DAYS, given);
    return tiles.between({ series, from, to, knownAt: instant });
  }
  if (days === 'span') {
    const { from, to, 'known-at': instant, layers } = readParameters(OVER_DAYS, given);
    return tiles.over({ series, from, to, knownAt: instant }, tiles.layersNamed(layers));
  }
  const { date: day, 'known-at': instant, layers } = readParameters(ON_A_DAY, given);
  return tiles.onDay({ series, date: day, knownAt: instant }, tiles.layersNamed(layers));
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
  const { tiles } = service;
  const subject = await subjectOf(service, match, new URLSearchParams(search));
  const headers = tileHeaders(tiles.etag(subject, address), subject);
  if (!search && subject.immutable && request.url) remember(service, request.url, { headers, zoom: address.z });
  if (answerIfKnown(request, response, headers)) return;
  sendTile(request, response, headers, await tiles.draw(subject, address));
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
