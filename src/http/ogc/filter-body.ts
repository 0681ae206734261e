import { type Request, type RequestHandler, text } from 'express';
import { SalientError } from '../../errors.js';

const LANGUAGES: Readonly<Record<string, string>> = {
  'application/json': 'cql2-json',
  'application/query-cql-json': 'cql2-json',
  'application/query-cql': 'cql2-text',
  'text/plain': 'cql2-text',
};
export const FILTER_TYPES = Object.keys(LANGUAGES);
const LONGEST = '64kb';

/** @throws SalientError `invalid_parameter`, 400 as Part 4 requires, for a body of which no type is stated */
export function demandType(request: Request): void {
  if (request.get('content-type')) return;
  throw new SalientError('invalid_parameter', 'Content-Type: a body has a type, and this request states none');
}

const ITEMS = /^\/ogc\/.*collections\/[^/]+\/items$/;

/** Whether a request sends a filter as its body: it reads, though its method is POST. */
export function isFilter({ method, path, headers }: Pick<Request, 'method' | 'path' | 'headers'>): boolean {
  return method === 'POST' && ITEMS.test(path) && FILTER_TYPES.includes(typeOf(headers));
}

const typeOf = (headers: Request['headers']) => headers['content-type']?.split(';')[0]?.trim() ?? '';

/** Reads the body of a filter. It stands before admission: who sends it slowly holds no place meanwhile. */
export function readFilter(): RequestHandler {
  const read = text({ type: () => true, limit: LONGEST });
  return (request, response, next) => (isFilter(request) ? read(request, response, next) : next());
}

/** A filter sent as the body of a POST, for those too long for an address: from here on as if it stood in the query. */
export function filterBody(): RequestHandler {
  return (request, _response, next) => {
    demandType(request);
    const type = typeOf(request.headers);
    const language = Object.hasOwn(LANGUAGES, type) ? LANGUAGES[type] : undefined;
    if (language === undefined) {
      throw new SalientError(
        'unsupported_media_type',
        `${JSON.stringify(type)}: a filter is one of ${FILTER_TYPES.join(', ')}`,
      );
    }
    const url = new URL(request.originalUrl, 'http://localhost');
    for (const name of ['filter', 'filter-lang']) {
      if (name === 'filter' && url.searchParams.has(name))
        throw new SalientError('invalid_parameter', 'filter: it is the body of this request, not a parameter');
      url.searchParams.delete(name);
    }
    if (typeof request.body === 'string' && request.body.trim() !== '') {
      url.searchParams.set('filter', request.body);
      url.searchParams.set('filter-lang', language);
    }
    request.originalUrl = url.pathname + url.search;
    next();
  };
}
