import type { RequestHandler } from 'express';
import type { Html } from '../../reports/render/html.js';
import { baseOf } from '../base.js';
import { type Parameters, readParameters } from '../parameters.js';
import type { Service } from '../service.js';
import { AT_ROOT, IN_TIME, type InTime, timeOf } from './in-time.js';
import { type AddressOf, addressesBelow, type Link, selfAndAlternate } from './links.js';
import { type Form, form, formOf, HTML } from './negotiate.js';

/** What an OGC resource is answered from. */
export interface OgcRequest {
  service: Service;
  /** Addresses below the API's root, absolute, in the time of the request. */
  to: AddressOf;
  /** The address of the service, absolute. */
  base: string;
  /** The address asked, absolute. */
  url: URL;
  form: Form;
  /** `self` and `alternate`. */
  links: Link[];
  path: Record<string, string>;
  values: Record<string, unknown>;
  /** `datetime` and `known-at`. */
  time: InTime;
}

/** An answer in both forms; `json` may be text made already. */
export interface OgcAnswer {
  json: object | string;
  html: () => Html;
  headers?: Record<string, string>;
  /** Tag of the JSON form, where its text says when it was made and differs from one answer to the next. */
  etag?: string;
}

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
  /** The JSON form is no JSON but bytes, sent by a handler of its own. */
  binary?: boolean;
  /** Of a path with a collection: whether that one has the resource; all have when absent. */
  servesCollection?(id: string): boolean;
  /** Parameters besides `f`; of some routes they depend on the collection. */
  query(path: Record<string, string>): Parameters;
  answer(request: OgcRequest): Promise<OgcAnswer>;
}

/** The paths of a resource: below the root, and below the root of a day. */
export const pathsOf = ({ path }: Pick<OgcRoute, 'path'>) => [`/ogc${path}`, `${AT_ROOT}${path}`];

/** Addresses below the root that a request used. */
export function addressesOf(base: string, url: URL, at: string | undefined): AddressOf {
  const carried = [...url.searchParams].filter(([name]) => name in IN_TIME);
  return addressesBelow(`${base}/ogc${at === undefined ? '' : `/at/${at}`}`, Object.fromEntries(carried));
}

/** Answers a resource in the form that the client asks for. Every 200 has both. */
export function ogcHandler(service: Service, route: OgcRoute): RequestHandler {
  return async (request, response) => {
    const base = baseOf(request, service.config);
    const url = new URL(base + request.originalUrl);
    const { at, ...path } = request.params as Record<string, string>;
    const { f, ...values } = readParameters({ ...route.query(path), ...IN_TIME, f: form }, url.searchParams);
    const chosen = formOf(request, f as Form | null, route.type);
    const links = selfAndAlternate(url, route.type, chosen);
    const to = addressesOf(base, url, at);
    const asked = { service, to, base, url, form: chosen, links, path, values, time: timeOf(values, at) };
    const { json, html, headers, etag } = await route.answer(asked);
    response.set({
      vary: 'accept',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'content-crs, link',
      ...headers,
    });
    // Sent as bytes with the type set by hand: Express would add a charset, and clients compare types as text.
    if (chosen === 'html') {
      response.setHeader('content-type', `${HTML}; charset=utf-8`);
      response.setHeader(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'",
      );
      response.send(Buffer.from(html().markup));
    } else {
      response.setHeader('content-type', route.type);
      if (etag) response.setHeader('etag', etag);
      response.send(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)));
    }
  };
}
