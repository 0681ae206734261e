import type { IncomingMessage, ServerResponse } from 'node:http';
import { SalientError } from '../../errors.js';
import { asMember } from '../../store/members-record.js';
import { openMemo } from '../../store/memo.js';
import { ANONYMOUS, type Principal } from '../../store/principal.js';
import { unaware } from '../../store/sight.js';
import { parseTileAddress, type TileAddress } from '../../tiles/address.js';
import type { DayRequest } from '../../tiles/find.js';
import type { TileSubject } from '../../tiles/service.js';
import { MAX_TILE_ZOOM } from '../../tiles/tilejson.js';
import type { Tileset } from '../../tiles/tilesets.js';
import { asTile } from '../access/admitted.js';
import type { Coding } from '../codings.js';
import { errorAnswer } from '../errors.js';
import { readParameters, series as seriesParameter } from '../parameters.js';
import type { Service } from '../service.js';
import {
  answerIfKnown,
  codingFor,
  headOf,
  OPEN,
  sendCoded,
  sendTile,
  type TileHeaders,
  tileHeaders,
} from './tile-answer.js';
import { openTileJsons } from './tile-json.js';
import { BETWEEN_DAYS, CARRIED, LAYERS, ON_A_DAY, OVER_DAYS } from './tile-routes.js';

/*
 * The hot path: tiles are served here, on bare node:http, before Express sees the request (an Express route costs
 * five times as much as the whole answer).
 */

const TILE = /^\/tiles\/([^/]+)\/(?:(change|span)\/)?(?:@([^/]+)\/)?([^/]+)\/([^/]+)\/([^/]+)\.(?:mvt|pbf)$/;

/** The TileJSON of a day. */
const TILE_JSON = /^\/tiles\/([^/]+)\.json$/;

/** Answers a tile request; false when the path is not one. What it cannot answer after all, it hands on. */
export type TileHandler = (request: IncomingMessage, response: ServerResponse, handOn: () => void) => boolean;

/** An immutable address that was understood once: what it means does not change, so it need not be found out again. */
interface Understood {
  headers: TileHeaders;
  zoom: number;
  /** The heads of the answers given so far, by coding. */
  heads: Partial<Record<Coding, readonly string[]>>;
  series: string;
}

/** A tile by date, as it was requested: what is in force on the day has to be looked up each time, what the address means has not. */
interface Dated {
  asked: DayRequest;
  layers: readonly Tileset[];
  address: TileAddress;
  /** The head of the answer given last, and of which tile in which coding. */
  last?: { etag: string; stale: boolean; unknown: TileSubject['unknown']; coding: Coding; head: readonly string[] };
}

/** Memory for understood addresses, bytes. */
const UNDERSTOOD = 32 << 20;
/** Longer ones that mean a tile spell it in an odd way: they are served, not remembered. */
const LONGEST_UNDERSTOOD = 512;

export function tileHandler(service: Service): TileHandler {
  const understood = openMemo<Understood>({ maxBytes: UNDERSTOOD, bytesOf: () => 2000 });
  const dated = openMemo<Dated>({ maxBytes: UNDERSTOOD, bytesOf: () => 2000 });
  const { membership, members } = service;
  const isOpen = (series: string) => membership.isFresh() && !membership.isRestricted(series);

  const answerTileJson = openTileJsons(service);

  return (request, response, handOn) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const target = request.url ?? '';
    const known = understood.peek(target);
    if (known && isOpen(known.series) && answerAtOnce(service, known, request, response)) return true;
    const question = target.indexOf('?');
    const path = question < 0 ? target : target.slice(0, question);
    const search = question < 0 ? '' : target.slice(question + 1);
    const ofDay = TILE_JSON.exec(path)?.[1];
    if (ofDay !== undefined) {
      const { authorization, cookie, 'if-match': wanted } = request.headers;
      if (authorization !== undefined || cookie !== undefined || wanted !== undefined || !isOpen(ofDay)) return false;
      answerTileJson(ofDay, search, request, response).then((answered) => answered || handOn(), handOn);
      return true;
    }
    const match = TILE.exec(path);
    const answering =
      path === '/tiles/counters'
        ? sendCounters(service, search, request, response)
        : match && answerTile(match, target, search, request, response);
    if (!answering) return false;
    answering.catch((error) => {
      const { status, headers, body } = errorAnswer(error);
      const json = JSON.stringify(body);
      const open = { 'content-type': 'application/json', 'cache-control': 'no-store', ...OPEN };
      response.writeHead(status, { ...open, ...headers });
      response.end(request.method === 'HEAD' ? undefined : json);
    });
    return true;
  };

  async function answerTile(
    match: RegExpExecArray,
    target: string,
    search: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!membership.isFresh()) await membership.refresh();
    const id = decoded(match[1] ?? '');
    const restricted = membership.isRestricted(id);
    const { authorization, cookie } = request.headers;
    if (restricted || authorization !== undefined || cookie !== undefined) {
      const principal = await service.guard.identify(request).catch((): Principal => ANONYMOUS);
      const hidden = membership.hiddenFrom(principal);
      const ahead = await members.of(principal, { method: 'GET', path: '/tiles' });
      const to = hidden.has(id) ? null : 'members';
      if (restricted || ahead) {
        return unaware(hidden, () => asMember(ahead, () => findAndSend(match, search, request, response, to)));
      }
    }
    const known = dated.peek(target);
    if (known && (await answerRemembered(service, known, request, response))) return;
    await findAndSend(match, search, request, response, { target, series: id });
  }

  /** Answers a tile; of an open series, what its address means is remembered by its text. To members it is theirs alone. */
  async function findAndSend(
    match: RegExpExecArray,
    search: string,
    request: IncomingMessage,
    response: ServerResponse,
    remember: { target: string; series: string } | 'members' | null,
  ): Promise<void> {
    const kept =
      remember !== null && remember !== 'members' && remember.target.length <= LONGEST_UNDERSTOOD ? remember : null;
    await asTile(service, response, async () => {
      const [z = '', x = '', y = ''] = match.slice(4);
      const address = parseTileAddress(z, x, y, MAX_TILE_ZOOM);
      const { tiles } = service;
      const subject = await subjectOf(service, match, new URLSearchParams(search), (requested, layers) => {
        if (kept) dated.set(kept.target, { asked: requested, layers, address });
      });
      const open = tileHeaders(tiles.etag(subject, address), subject);
      const headers = remember === 'members' ? { ...open, 'cache-control': 'private, no-store' } : open;
      if (kept && subject.immutable) {
        understood.set(kept.target, { headers, zoom: address.z, heads: {}, series: kept.series });
      }
      if (answerIfKnown(request, response, headers)) return;
      sendTile(request, response, headers, await tiles.draw(subject, address));
    });
  }
}

/** Answers a tile by date out of memory: one look whether what is remembered of the day still holds, shared by who waits for it. */
async function answerRemembered(
  { tiles }: Service,
  known: Dated,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.headers['if-match'] !== undefined) return false;
  const { asked: requested, layers, address } = known;
  const subject = await tiles.rememberedOnDay(requested, layers);
  if (!subject) return false;
  const etag = tiles.etag(subject, address);
  const tile = tiles.cache.peek(etag, address.z);
  if (!tile) return false;
  const { stale, unknown } = subject;
  if (request.headers['if-none-match'] !== undefined) {
    if (answerIfKnown(request, response, tileHeaders(etag, subject))) return true;
  }
  const coding = codingFor(tile, request.headers['accept-encoding']);
  let { last } = known;
  if (last?.etag !== etag || last.stale !== stale || last.unknown !== unknown || last.coding !== coding) {
    last = { etag, stale, unknown, coding, head: headOf(tileHeaders(etag, subject), tile, coding) };
    known.last = last;
  }
  sendCoded(request, response, last.head, tile, coding);
  return true;
}

/** Answers an understood address whose tile is in memory: no parsing, no promise, no database. */
function answerAtOnce(
  { tiles }: Service,
  known: Understood,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.headers['if-match'] !== undefined) return false;
  const { headers, zoom, heads } = known;
  if (answerIfKnown(request, response, headers)) return true;
  const tile = tiles.cache.peek(headers.etag, zoom);
  if (!tile) return false;
  const coding = codingFor(tile, request.headers['accept-encoding']);
  let head = heads[coding];
  if (!head) {
    head = headOf(headers, tile, coding);
    heads[coding] = head;
  }
  sendCoded(request, response, head, tile, coding);
  return true;
}

async function subjectOf(
  { tiles }: Service,
  match: RegExpExecArray,
  given: URLSearchParams,
  ofDay: (requested: DayRequest, layers: readonly Tileset[]) => void,
): Promise<TileSubject> {
  const series = seriesParameter.read(decoded(match[1] ?? ''), 'series');
  const [, , days, token] = match as unknown as [string, string, 'change' | 'span' | undefined, string | undefined];
  if (token !== undefined) {
    const { layers } =
      days === 'change'
        ? { ...readParameters(CARRIED, given), layers: null }
        : readParameters({ ...LAYERS, ...CARRIED }, given);
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
  const [requested, chosen] = [{ series, date: day, knownAt: instant }, tiles.layersNamed(layers)];
  const subject = await tiles.onDay(requested, chosen);
  ofDay(requested, chosen);
  return subject;
}

/** How the memory of tiles does: by zoom, how often it had a tile and how often a tile had to be drawn. */
async function sendCounters(
  { tiles, guard }: Service,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await guard.demandFigures(await guard.identify(request));
  readParameters({}, new URLSearchParams(search));
  const json = JSON.stringify({ zooms: tiles.cache.counts(), bytes: tiles.cache.bytes() });
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store', ...OPEN });
  response.end(request.method === 'HEAD' ? undefined : json);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SalientError('invalid_parameter', `series: ${text} is not percent-encoded UTF-8`);
  }
}
