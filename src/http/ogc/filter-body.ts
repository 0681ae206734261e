import { type RequestHandler, text } from 'express';
import { SalientError } from '../../errors.js';

const LANGUAGES: Readonly<Record<string, string>> = {
  'application/json': 'cql2-json',
  'application/query-cql-json': 'cql2-json',
  'application/query-cql': 'cql2-text',
  'text/plain': 'cql2-text',
};
const LONGEST = '64kb';

/** A filter sent as the body of a POST, for those too long for an address: from here on as if it stood in the query. */
export function filterBody(): RequestHandler[] {
  return [
    text({ type: () => true, limit: LONGEST }),
    (request, _response, next) => {
      const type =
        String(request.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim() ?? '';
      const language = LANGUAGES[type];
      if (language === undefined) {
        throw new SalientError(
          'unsupported_media_type',
          `${JSON.stringify(type)}: a filter is one of ${Object.keys(LANGUAGES).join(', ')}`,
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
    },
  ];
}
