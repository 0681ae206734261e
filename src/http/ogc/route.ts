import type { Request, RequestHandler, Response } from 'express';
import type { SeriesViews } from '../../features/series-views.js';
import type { WrittenFormat } from '../../formats/registry.js';
import type { Html } from '../../reports/render/html.js';
import type { TileMatrixSet } from '../../tiles/tile-matrix-set.js';
import { baseOf } from '../base.js';
import { STYLE } from '../pages/shell.js';
import { type Parameters, readParameters } from '../parameters.js';
import type { Service } from '../service.js';
import { sendPieces } from '../stream.js';
import { untilGone } from '../until-gone.js';
import { policyWithStyle } from '../web/page-policy.js';
import { AT_ROOT, IN_TIME, type InTime, timeOf } from './in-time.js';
import { type AddressOf, addressesBelow, type Link, selfAndAlternate } from './links.js';
import { type Form, fileAccepted, form, formOf, HTML_TYPE, itemsForm } from './negotiate.js';

/** What an OGC resource is made from. */
export interface OgcRequest {
  service: Service;
  views: SeriesViews;
  /** Addresses below the API's root, absolute, in the time of the request. */
  to: AddressOf;
  /** The address of the service, absolute. */
  base: string;
  /** The requested address, absolute. */
  url: URL;
  form: Form;
  /** The file that features are to be written to; null: a page of them. */
  file: WrittenFormat | null;
  /** `self` and `alternate`. */
  links: Link[];
  path: Record<string, string>;
  values: Record<string, unknown>;
  /** `datetime` and `known-at`. */
  time: InTime;
}

/** A small answer in both forms. */
interface MadeAnswer {
  json: object | string;
  html: () => Html;
  headers?: Record<string, string>;
}

/** An answer that is made and sent piece by piece. A client that has it already gets 304 before any of it is made. */
export interface StreamedAnswer {
  /** Of the state that it is made from, and of the request. */
  etag: string;
  /** @throws SalientError what is wrong with the question */
  make(): Promise<{ type: string; headers: Record<string, string>; body: AsyncIterable<string | Uint8Array> }>;
}

export type OgcAnswer = MadeAnswer | StreamedAnswer;

/** A resource below the API's root: everything that OpenAPI and the router need to know of it. */
export interface OgcRoute {
  /** Below the root, such as `/collections/{collectionId}`. */
  path: string;
  operationId: string;
  summary: string;
  /** Media type of the JSON form. */
  type: string;
  /** Name of the JSON form's schema (schemas.ts); of features it depends on the collection. */
  schema?: string | ((collection: string) => string);
  /** Its features can be written to files. */
  files?: boolean;
  /** It is a tile of this scheme: bytes, sent by a handler of its own. */
  tilesOf?: TileMatrixSet;
  /** Of a path with a collection: whether that one has the resource; all have when absent. */
  servesCollection?(id: string): boolean;
  /** Parameters besides `f`; of some routes they depend on the collection. */
  query(path: Record<string, string>): Parameters;
  answer(request: OgcRequest): Promise<OgcAnswer>;
}

/** Everything that a resource takes in its query. */
export const parametersOf = (route: OgcRoute, path: Record<string, string>): Parameters => ({
  ...route.query(path),
  ...IN_TIME,
  ...(!route.tilesOf && { f: route.files ? itemsForm : form }),
});

/** The paths of a resource: below the root, and below the root of a day. */
export const pathsOf = ({ path }: Pick<OgcRoute, 'path'>) => [`/ogc${path}`, `${AT_ROOT}${path}`];

/** Addresses below the root that a request used. */
function addressesOf(base: string, url: URL, at: string | undefined): AddressOf {
  const carried = [...url.searchParams].filter(([name]) => name in IN_TIME);
  return addressesBelow(`${base}/ogc${at === undefined ? '' : `/at/${at}`}`, Object.fromEntries(carried));
}

/** Sends a resource in the form that the client requests. Every 200 has both. */
export function ogcHandler(service: Service, views: SeriesViews, route: OgcRoute): RequestHandler {
  const policy = policyOf(service);
  return async (request, response) => {
    const base = baseOf(request, service.config);
    const url = new URL(base + request.originalUrl);
    const { at, ...path } = request.params as Record<string, string>;
    const { f, ...values } = readParameters(parametersOf(route, path), url.searchParams) as {
      f?: Form | WrittenFormat | null;
    } & Record<string, unknown>;
    const file = f == null ? (route.files ? fileAccepted(request) : null) : typeof f === 'object' ? f : null;
    const chosen = file ? 'json' : formOf(request, f as Form | null, route.type);
    const links = selfAndAlternate(url, route.type, chosen);
    const to = addressesOf(base, url, at);
    const requested = {
      service,
      views,
      to,
      base,
      url,
      form: chosen,
      file,
      links,
      path,
      values,
      time: timeOf(values, at),
    };
    const answer = await untilGone(response, () => route.answer(requested));
    response.set({ vary: 'accept', 'access-control-allow-origin': '*' });
    if ('make' in answer) await sendStreamed(request, response, answer, policy);
    else sendMade(response, answer, chosen, route.type, policy);
  };
}

const policyOf = ({ config }: Service) =>
  `default-src 'none'; style-src 'none'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors ${config.frameAncestors}`;

// Sent as bytes with the type set by hand: Express would add a charset, and clients compare types as text.
function sendMade(response: Response, { json, html, headers }: MadeAnswer, form: Form, type: string, policy: string) {
  response.set(headers ?? {});
  if (form === 'html') {
    response.setHeader('content-type', HTML_TYPE);
    response.setHeader('content-security-policy', policy);
    response.send(Buffer.from(html().markup));
  } else {
    response.setHeader('content-type', type);
    response.send(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)));
  }
}

/** Sends as fast as the client reads: nothing is made ahead of it, and what it no longer waits for is not made. */
async function sendStreamed(
  request: Request,
  response: Response,
  answer: StreamedAnswer,
  policy: string,
): Promise<void> {
  response.setHeader('etag', answer.etag);
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  await untilGone(response, async () => {
    const { type, headers, body } = await answer.make();
    const pieces = body[Symbol.asyncIterator]();
    // Until the first piece is there, a fault can still be reported as one.
    const first = await pieces.next();
    response.set(headers);
    response.setHeader('content-type', type);
    if (type === HTML_TYPE) response.setHeader('content-security-policy', policyWithStyle(policy, STYLE));
    if (request.method === 'HEAD') {
      await pieces.return?.();
      response.end();
      return;
    }
    await sendPieces(response, resumed(first, pieces));
  });
}

async function* resumed(
  first: IteratorResult<string | Uint8Array>,
  rest: AsyncIterator<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}
