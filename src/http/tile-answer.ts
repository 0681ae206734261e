import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { TileBytes } from '../tiles/cache.js';

const IMMUTABLE = 'public, max-age=31536000, immutable';
// A date's own URL may mean another state after a correction: clients keep it only to ask again.
const REVALIDATE = 'public, no-cache';

/** Anybody's page may read tiles. */
export const OPEN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'salient-stale, salient-versions-omitted, etag',
  'x-content-type-options': 'nosniff',
};

export function tileHeaders(etag: string, tile: { immutable: boolean; stale: boolean }): TileHeaders {
  return {
    etag,
    'cache-control': tile.immutable ? IMMUTABLE : REVALIDATE,
    vary: 'accept-encoding',
    ...(tile.stale && { 'salient-stale': 'true' }),
    ...OPEN,
  };
}

export type TileHeaders = OutgoingHttpHeaders & { etag: string };

/** Answers 304 if the client has the tile already. */
export function answerIfKnown(request: IncomingMessage, response: ServerResponse, headers: TileHeaders): boolean {
  if (!matches(request.headers['if-none-match'], headers.etag)) return false;
  response.writeHead(304, headers).end();
  return true;
}

/** Answers with the tile in the smallest form that the client takes, or 204 when it is empty. */
export function sendTile(
  request: IncomingMessage,
  response: ServerResponse,
  head: TileHeaders,
  bytes: TileBytes,
): void {
  const headers: OutgoingHttpHeaders = { ...head };
  if (bytes.omitted !== undefined) headers['salient-versions-omitted'] = String(bytes.omitted);
  if (bytes.identity.length === 0) {
    response.writeHead(204, headers).end();
    return;
  }
  const [body, encoding] = encodedFor(bytes, request.headers['accept-encoding']);
  headers['content-type'] = 'application/vnd.mapbox-vector-tile';
  headers['content-length'] = body.length;
  if (encoding) headers['content-encoding'] = encoding;
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function matches(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && (header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}

/** The smallest form that the client takes; `q=0` refuses one. */
function encodedFor(bytes: TileBytes, accepted: string | undefined): [Uint8Array, string?] {
  if (accepted === undefined) return [bytes.identity];
  const takes = (coding: string) =>
    accepted.split(',').some((part) => {
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
