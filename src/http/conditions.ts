import type { IncomingMessage } from 'node:http';
import type { Express, Request, RequestHandler } from 'express';
import { SalientError } from '../errors.js';
import type { Coding } from './codings.js';

/*
 * Entity tags, and the conditions of requests that rest on them. A strong tag is of one sequence of bytes (RFC 9110, 8.8.3), so what is
 * sent packed has a tag of its own: that of the answer, and the coding. Conditions understand each of them.
 */

const CODINGS: readonly Coding[] = ['identity', 'gzip', 'br', 'deflate'];

/** The tag of an answer in a coding; a weak one is the same in all. */
export const tagOf = (etag: string, coding: Coding): string =>
  coding === 'identity' || etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}-${coding}"`;

const tagsIn = (header: string) => header.split(',').map((tag) => tag.trim());

/** The tags that an answer may be known by: a range is of the bytes that are not packed. */
const tagsOf = (etag: string, { range }: IncomingMessage['headers']) =>
  range === undefined ? CODINGS.map((coding) => tagOf(etag, coding)) : [etag];

/** The tag of `If-None-Match` under which the client has an answer, in whatever coding; null where it has none. Compared weakly. */
export function tagKnown(headers: IncomingMessage['headers'], etag: string): string | null {
  const header = headers['if-none-match'];
  if (header === undefined) return null;
  if (header.trim() === '*') return etag;
  const opaque = (tag: string) => tag.replace(/^W\//, '');
  const own = tagsOf(etag, headers).map(opaque);
  const sent = tagsIn(header).find((tag) => own.includes(opaque(tag)));
  return sent === undefined ? null : etag.startsWith('W/') ? etag : opaque(sent);
}

/** @throws SalientError `precondition_failed` where `If-Match` names another tag (compared strongly; null: there is none) */
export function demandMatch(headers: IncomingMessage['headers'], etag: string | null): void {
  const header = headers['if-match'];
  if (header === undefined || header.trim() === '*') return;
  const own = etag === null || etag.startsWith('W/') ? [] : tagsOf(etag, headers);
  if (tagsIn(header).some((tag) => own.includes(tag))) return;
  throw new SalientError('precondition_failed', 'If-Match: this is another than the one that was read: read it again');
}

/**
 * Lets Express read the conditions of a request as we do: `request.fresh`, which `send` asks before it sends anything, is true where the
 * client has the answer in any coding, whose tag the answer then states.
 */
export function readConditions(app: Express): void {
  Object.defineProperty(app.request, 'fresh', {
    get(this: Request) {
      const { method, res: response, headers } = this;
      if (!['GET', 'HEAD'].includes(method) || !response || response.statusCode >= 300) return false;
      const etag = response.get('etag') ?? null;
      demandMatch(headers, etag);
      const known = etag === null ? null : tagKnown(headers, etag);
      if (known === null || /\bno-cache\b/.test(headers['cache-control'] ?? '')) return false;
      response.set('etag', known);
      return true;
    },
  });
}

/**
 * Gives what is sent packed a tag of its own, by whoever it was packed: this stands before the packing. Ranges are of a GET alone, and
 * go on after a tag that is compared strongly (RFC 9110, 14.2 and 13.1.5).
 */
export const tagByCoding: RequestHandler = (request, response, next) => {
  const { headers, method } = request;
  if (method !== 'GET' || String(headers['if-range'] ?? '').startsWith('W/')) delete headers.range;
  const writeHead = response.writeHead;
  response.writeHead = ((...given: Parameters<typeof writeHead>) => {
    const [etag, coding] = [response.get('etag'), response.get('content-encoding') as Coding | undefined];
    if (etag !== undefined && coding !== undefined && !etag.endsWith(`-${coding}"`))
      response.setHeader('etag', tagOf(etag, coding));
    return writeHead.apply(response, given);
  }) as typeof writeHead;
  next();
};
