import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { ANONYMOUS, type Principal } from '../store/principal.js';
import type { Guard } from './guard.js';

/** Finds out who asks before any route sees the request, and gives the request an id, which the answer carries too. */
export function identifyPrincipal(guard: Guard): RequestHandler {
  return async (request, response, next) => {
    response.locals.id = randomUUID();
    response.set('x-request-id', response.locals.id);
    if (request.headers.authorization !== undefined) {
      response.locals.principal = await guard.identify(request);
      // What one principal may see is for no cache that others read from.
      if (response.locals.principal !== ANONYMOUS) response.set('cache-control', 'private, no-store');
    }
    next();
  };
}

/** Who asks. */
export const principalOf = ({ locals }: Response): Principal =>
  (locals.principal as Principal | undefined) ?? ANONYMOUS;
