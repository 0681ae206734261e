import type { IncomingMessage, ServerResponse } from 'node:http';
import { SalientError } from '../errors.js';
import { parseStateToken } from '../jobs/draw-tiles.js';
import { parseTileAddress } from '../model/tile.js';
import type { TileBytes } from '../tiles/cache.js';
import { errorAnswer } from './errors.js';
import { date, knownAt, optional, readParameters, series as seriesParameter, text } from './parameters.js';
import type { Service } from './service.js';

/*
 * The hot path: tiles are answered here, on bare node:http, before Express sees the request (an Express route costs
 * five times as much as the whole answer).
 */

/** The paths of a tile, as the description of the API writes them. */
export const TILE_PATHS = ['/tiles/{series}/{z}/{x}/{y}.mvt', '/tiles/{series}/@{state}/{z}/{x}/{y}.mvt'] as const;

const TILE = /^\/tiles\/([^/]+)\/(?:@([^/]+)\/)?([^/]+)\/([^/]+)\/([^/]+)\.mvt$/;
const AT_A_DATE = { date: date(), 'known-at': knownAt, layers: optional(text('layers, separated by commas')) };
const AT_A_STATE = { layers: AT_A_DATE.layers };

const IMMUTABLE = 'public, max-age=31536000, immutable';
// A date's own URL may mean another state after a correction: clients keep it only to ask again.
const REVALIDATE = 'public, no-cache';

/** Answers a tile request; false when the path is not one. */
export function answerTile(service: Service, request: IncomingMessage, response: ServerResponse): boolean {
  const [path, search = ''] = (request.url ?? '').split('?', 2) as [string, string?];
  const match = TILE.exec(path);
  if (!match || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  drawTile(service, match, search, request, response).catch((error) => {
    const { status, body } = errorAnswer(error);
    const json = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...OPEN });
    response.end(request.method === 'HEAD' ? undefined : json);
  });
  return true;
}

const OPEN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'salient-stale, etag',
  'x-content-type-options': 'nosniff',
};

async function drawTile(
  { tiles }: Service,
  match: RegExpExecArray,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, encoded = '', token, z = '', x = '', y = ''] = match;
  const series = seriesParameter.read(decoded(encoded), 'series');
  const address = parseTileAddress(z, x, y, 14);
  const given = new URLSearchParams(search);
  const values =
    token === undefined
      ? readParameters(AT_A_DATE, given)
      : { ...readParameters(AT_A_STATE, given), date: null, 'known-at': null };
  const layers = tiles.layersNamed(values.layers);
  const state =
    token === undefined
      ? await tiles.stateOn({
          series,
          date: values.date as NonNullable<typeof values.date>,
          knownAt: values['known-at'],
        })
      : { ...parseStateToken(token), stale: false };
  const headers = {
    etag: tiles.etag(series, state, address, layers),
    'cache-control': token === undefined ? REVALIDATE : IMMUTABLE,
    vary: 'accept-encoding',
    ...(state.stale && { 'salient-stale': 'true' }),
    ...OPEN,
  };
  if (matches(request.headers['if-none-match'], headers.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const bytes = await tiles.draw(series, state, address, layers);
  if (bytes.identity.length === 0) {
    response.writeHead(204, headers).end();
    return;
  }
  const [body, encoding] = encodedFor(bytes, request.headers['accept-encoding']);
  response.writeHead(200, {
    ...headers,
    'content-type': 'application/vnd.mapbox-vector-tile',
    'content-length': body.length,
    ...(encoding && { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SalientError('invalid_parameter', `series: ${text} is not percent-encoded UTF-8`);
  }
}

function matches(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && (header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}

/** The smallest form that the client takes; `q=0` refuses one. */
function encodedFor(bytes: TileBytes, accepted: string | undefined): [Uint8Array, string?] {
  const takes = (coding: string) =>
    (accepted ?? '').split(',').some((part) => {
      const [name, ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
  if (takes('br')) return [bytes.brotli, 'br'];
  if (takes('gzip')) return [bytes.gzip, 'gzip'];
  return [bytes.identity];
}
