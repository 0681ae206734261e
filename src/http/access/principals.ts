import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Membership } from '../../desk/membership.js';
import { asMember } from '../../store/members-record.js';
import { ANONYMOUS, type Principal } from '../../store/principal.js';
import { unaware } from '../../store/sight.js';
import type { Guard } from './guard.js';
import type { MembersRecord } from './members.js';

/** Identifies the caller before any route sees the request, and gives the request an id, which the answer carries too. */
export function identifyPrincipal(guard: Guard): RequestHandler {
  return async (request, response, next) => {
    response.locals.id = randomUUID();
    response.set('x-request-id', response.locals.id);
    if (request.headers.authorization !== undefined || request.headers.cookie !== undefined) {
      response.locals.principal = await guard.identify(request);
      // What one principal may see is for no cache that others read from.
      if (response.locals.principal !== ANONYMOUS) keepFromCaches(response);
    }
    next();
  };
}

/** Whatever the route states about how long its answer may be kept. */
function keepFromCaches(response: Response): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => Response;
  response.writeHead = ((...given: unknown[]) => {
    response.setHeader('cache-control', 'private, no-store');
    return writeHead(...given);
  }) as Response['writeHead'];
}

/** What the principal may not know of does not exist for all that answers it. */
export function limitSight(membership: Membership, members: MembersRecord): RequestHandler {
  return async (request, response, next) => {
    if (!membership.isFresh()) await membership.refresh();
    const principal = principalOf(response);
    const ahead = await members.of(principal, request);
    if (ahead) response.set('salient-record', 'members');
    unaware(membership.hiddenFrom(principal), () => asMember(ahead, next));
  };
}

/** The caller. */
export const principalOf = ({ locals }: Response): Principal =>
  (locals.principal as Principal | undefined) ?? ANONYMOUS;
