import { type Request, type Response, Router } from 'express';
import type { Role } from '../desk/roles.sql.js';
import { SalientError } from '../errors.js';
import { openBrowserSession } from '../store/browser-sessions.sql.js';
import { ANONYMOUS, type Scope } from '../store/principal.js';
import { readParameters } from './parameters.js';
import { principalOf } from './principals.js';
import type { Service } from './service.js';
import { COOKIE_SETTINGS, cookieName, isFromOwnPage, isHttps, keepsSecureCookies } from './session-cookie.js';

/** The endpoints of a browser's session, as the definition of the API lists them. */
export const SESSION_OPERATIONS = [
  { method: 'GET', status: 200, summary: 'Who is signed in, with which scopes and roles, and until when' },
  {
    method: 'POST',
    status: 201,
    summary:
      'Sign in: `Authorization: Bearer` and a token; the answer sets a cookie that stands for it, 12 hours at most',
  },
  { method: 'DELETE', status: 204, summary: 'Sign out' },
] as const;
export const SESSION_PATH = '/session';

/** Who is signed in. */
export interface Session {
  signed_in: boolean;
  name?: string;
  scopes?: readonly Scope[];
  roles?: Record<string, Role>;
  /** RFC 3339; null: the request has a token of its own. */
  expires_at?: string | null;
}

export function sessionRouter({ db, guard, config, membership }: Service): Router {
  const router = Router();
  const prepare = (request: Request, response: Response) => {
    readParameters({}, new URL(request.originalUrl, 'http://localhost').searchParams);
    response.set('cache-control', 'private, no-store');
  };

  function describe(response: Response, expires_at: string | null): Session {
    const principal = principalOf(response);
    if (principal === ANONYMOUS) return { signed_in: false };
    const { name, scopes } = principal;
    return { signed_in: true, name, scopes, roles: membership.rolesOf(principal), expires_at };
  }

  router.get(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    if (!membership.isFresh()) await membership.refresh();
    response.json(describe(response, (await guard.sessionOf(request))?.expires_at ?? null));
  });
  router.post(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    // Else a page of another site could sign a reader in as somebody of its own.
    if (isFromOwnPage(request, config) === false) {
      throw new SalientError('not_allowed', 'a page of another site does not sign in here');
    }
    if (!keepsSecureCookies(request, config)) {
      const how = 'ask over https (SALIENT_PUBLIC_HOSTS names the host of the proxy), or by the name localhost';
      throw new SalientError('not_allowed', `a browser keeps no session over plain http: ${how}`);
    }
    const credential = guard.credentialOf(request);
    if (credential === null) {
      throw new SalientError('unauthenticated', 'sign in with Authorization: Bearer and a token');
    }
    const { cookie, expires_at } = await openBrowserSession(db, { credential });
    if (!membership.isFresh()) await membership.refresh();
    response.cookie(cookieName(isHttps(request, config)), cookie, {
      ...COOKIE_SETTINGS,
      expires: new Date(expires_at),
    });
    response.status(201).json(describe(response, expires_at));
  });
  router.delete(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    await guard.endSession(request);
    response.clearCookie(cookieName(isHttps(request, config)), COOKIE_SETTINGS);
    response.status(204).end();
  });
  return router;
}
