import type { OutgoingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { todayUtc } from '../model/dates.js';
import { openMemo } from '../store/memo.js';
import { ANONYMOUS } from '../store/principal.js';
import { hiddenIds } from '../store/sight.js';
import { workClassOf } from './access/admission.js';
import { principalOf } from './access/principals.js';
import { baseOf } from './base.js';
import type { Service } from './service.js';

/** An answer as a handler sent it: what it set of the head, and the body. */
interface Remembered {
  headers: OutgoingHttpHeaders;
  body: string | Buffer;
}

/** Memory for answers, and the largest that is kept, bytes. */
const REMEMBERED = 24 << 20;
const LARGEST = 1 << 20;
/** Small look-ups that depend on nothing but the store, the day, the address and what the client reads. */
const SMALL = /^\/(series|tiles|styles|ogc)(\/|$)/;

/**
 * Answers small look-ups of readers from memory while the store has not been written to since: without the database, and before
 * admission, so that no heavy work of others stands in their way. Only where no other process writes to the store (the embedded
 * engine); a server answers look-ups by connections of their own. Of equal questions at the same time one is worked at.
 */
export function cachedResponses({ db, config }: Service): RequestHandler {
  const { version } = db;
  if (!version) return (_request, _response, next) => next();
  const answers = openMemo<Remembered>({
    maxBytes: REMEMBERED,
    bytesOf: ({ body }) => 2000 + 2 * body.length,
  });
  const underWay = new Map<string, Promise<void>>();

  const keyOf = (request: Request) =>
    JSON.stringify([
      version(),
      todayUtc(),
      baseOf(request, config),
      request.originalUrl,
      // Only the OGC API has several forms at one address.
      request.path.startsWith('/ogc') ? (request.headers.accept ?? '*/*') : '',
      [...hiddenIds()],
    ]);

  return async (request, response, next) => {
    if (!isSmall(request, response)) return next();
    const key = keyOf(request);
    const before = underWay.get(key);
    if (before) await before;
    const known = answers.peek(key);
    if (known) {
      // By hand: Express would complete the type with a charset that the handler did not give.
      for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value as string);
      response.send(known.body);
      return;
    }
    if (request.method === 'GET' && !underWay.has(key)) {
      const over = new Promise<void>((resolve) => {
        response.once('close', resolve);
        keep(response, (answer) => {
          answers.set(key, answer);
          resolve();
        });
      });
      underWay.set(
        key,
        over.then(() => void underWay.delete(key)),
      );
    }
    next();
  };
}

function isSmall(request: Request, response: Response): boolean {
  if (!['GET', 'HEAD'].includes(request.method) || !SMALL.test(request.path)) return false;
  if (principalOf(response) !== ANONYMOUS || request.headers.range !== undefined) return false;
  return workClassOf(request.method, request.path, () => true) === 'look-up';
}

/** Set anew for each answer. */
const OWN = new Set(['x-request-id', 'etag', 'content-length']);

/** Hands over the answer when it is sent whole and is one. */
function keep(response: Response, found: (answer: Remembered) => void): void {
  const send = response.send.bind(response);
  response.send = (body) => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    if (isText && response.statusCode === 200 && body.length <= LARGEST) {
      const headers = Object.entries(response.getHeaders()).filter(([name]) => !OWN.has(name));
      found({ headers: Object.fromEntries(headers), body });
    }
    return send(body);
  };
}
