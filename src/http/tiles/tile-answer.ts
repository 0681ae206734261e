import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UnknownReason } from '../../series/coverage.js';
import type { TileBytes } from '../../tiles/cache.js';
import { type Coding, codingPreferred } from '../codings.js';
import { demandMatch, tagKnown, tagOf } from '../conditions.js';

const IMMUTABLE = 'public, max-age=31536000, immutable';
// A date's own URL may mean another state after a correction: clients keep it only to revalidate it.
const REVALIDATE = 'public, no-cache';

/** Anybody's page may read tiles, and every header of ours that one has. */
export const OPEN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'etag, ogcapi-datetime, salient-record, salient-stale, salient-unknown, salient-versions-omitted, x-request-id',
  'x-content-type-options': 'nosniff',
};

export type TileHeaders = Readonly<Record<string, string>> & { readonly etag: string };

export function tileHeaders(
  etag: string,
  tile: { immutable: boolean; stale: boolean; unknown: UnknownReason | null },
): TileHeaders {
  return {
    etag,
    'cache-control': tile.immutable ? IMMUTABLE : REVALIDATE,
    vary: 'accept-encoding',
    ...dayHeaders(tile),
    ...OPEN,
  };
}

/** What the head of an answer states of its days: that the series is not complete on them, and why nothing is known of them. */
export const dayHeaders = (of: { stale: boolean; unknown: UnknownReason | null }): Record<string, string> => ({
  ...(of.stale && { 'salient-stale': 'true' }),
  ...(of.unknown && { 'salient-unknown': of.unknown }),
});

/** Answers 304 if the client has the tile already. @throws SalientError `precondition_failed` where it wants another */
export function answerIfKnown(request: IncomingMessage, response: ServerResponse, headers: TileHeaders): boolean {
  demandMatch(request.headers, headers.etag);
  const etag = tagKnown(request.headers, headers.etag);
  if (etag === null) return false;
  response.writeHead(304, { ...headers, etag }).end();
  return true;
}

/** Answers with the tile in the smallest form that the client takes, or 204 when it is empty. */
export function sendTile(request: IncomingMessage, response: ServerResponse, head: TileHeaders, tile: TileBytes): void {
  const coding = codingFor(tile, request.headers['accept-encoding']);
  sendCoded(request, response, headOf(head, tile, coding), tile, coding);
}

/** The whole head of an answer as Node writes it fastest: names and values in turn. */
export function headOf(headers: TileHeaders, tile: TileBytes, coding: Coding): readonly string[] {
  const head = Object.entries({ ...headers, etag: tagOf(headers.etag, coding) }).flat();
  if (tile.omitted !== undefined) head.push('salient-versions-omitted', String(tile.omitted));
  if (tile.identity.length === 0) return head;
  head.push(
    'content-type',
    'application/vnd.mapbox-vector-tile',
    'content-length',
    String(bodyOf(tile, coding).length),
  );
  if (coding !== 'identity') head.push('content-encoding', coding);
  return head;
}

export function sendCoded(
  request: IncomingMessage,
  response: ServerResponse,
  head: readonly string[],
  tile: TileBytes,
  coding: Coding,
): void {
  response.writeHead(tile.identity.length === 0 ? 204 : 200, head as string[]);
  response.end(request.method === 'HEAD' || tile.identity.length === 0 ? undefined : bodyOf(tile, coding));
}

/** The body in a coding. */
export function bodyOf({ identity, gzip, brotli }: TileBytes, coding: Coding): Uint8Array {
  return coding === 'br' ? brotli : coding === 'gzip' ? gzip : identity;
}

/** The form that the client takes, the smallest first: a tile of a few features is larger compressed. */
export function codingFor({ identity, gzip, brotli }: TileBytes, accepted: string | undefined): Coding {
  if (accepted === undefined) return 'identity';
  const smaller: Coding[] = [];
  if (brotli.length < identity.length) smaller.push('br');
  if (gzip.length < identity.length) smaller.push('gzip');
  return codingPreferred(accepted, [...smaller, 'identity']);
}
