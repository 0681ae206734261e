import type { Request, Response, Router } from 'express';
import type { Role } from '../../desk/role.js';
import { SalientError } from '../../errors.js';
import { openBrowserSession } from '../../store/browser-sessions.sql.js';
import { ANONYMOUS, type Scope } from '../../store/principal.js';
import { baseOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { SIGN_IN_PATH, signInRouter } from '../openid/sign-in-routes.js';
import { readParameters } from '../parameters.js';
import type { Service } from '../service.js';
import { principalOf } from './principals.js';
import { COOKIE_SETTINGS, cookieName, demandSecureCookies, isFromOwnPage, isHttps } from './session-cookie.js';

/** The endpoints of a browser's session, as the definition of the API lists them. */
export const SESSION_OPERATIONS = [
  { method: 'GET', status: 200, summary: 'Who is signed in, with which scopes and roles, and until when' },
  {
    method: 'POST',
    status: 201,
    summary:
      'Sign in: `Authorization: Bearer` and a token; the answer sets a cookie that stands for it, 12 hours at most',
  },
  {
    method: 'DELETE',
    status: 204,
    summary:
      'Sign out. A person who signed in by the provider of identities is answered 200 with `provider`, the address at which to sign out there too',
  },
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
  /** Where a person signs in by a provider of identities (`?back=` a path of ours); null: by token only. */
  openid: { href: string; title: string } | null;
}

/** What is left to do when a person has signed out here. */
export interface SignedOut {
  signed_in: false;
  /** Address at the provider of identities: there the browser signs out too, and comes back to the desk. */
  provider: string;
}

export function sessionRouter({ db, guard, config, membership, signIn }: Service): Router {
  const router = newRouter();
  const prepare = (request: Request, response: Response) => {
    readParameters({}, searchOf(request));
    response.set('cache-control', 'private, no-store');
  };

  function describe(request: Request, response: Response, expires_at: string | null): Session {
    const principal = principalOf(response);
    const openid = signIn && { href: `${baseOf(request, config)}${SIGN_IN_PATH}`, title: signIn.title };
    if (principal === ANONYMOUS) return { signed_in: false, openid };
    const { name, scopes } = principal;
    return { signed_in: true, name, scopes, roles: membership.rolesOf(principal), expires_at, openid };
  }

  router.get(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    if (!membership.isFresh()) await membership.refresh();
    response.json(describe(request, response, (await guard.sessionOf(request))?.expires_at ?? null));
  });
  router.post(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    // Else a page of another site could sign a reader in as somebody of its own.
    if (isFromOwnPage(request, config) === false) {
      throw new SalientError('not_allowed', 'a page of another site does not sign in here');
    }
    demandSecureCookies(request, config);
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
    response.status(201).json(describe(request, response, expires_at));
  });
  router.use(signInRouter({ signIn, config }));
  router.delete(SESSION_PATH, async (request, response) => {
    prepare(request, response);
    const session = await guard.sessionOf(request);
    await guard.endSession(request);
    response.clearCookie(cookieName(isHttps(request, config)), COOKIE_SETTINGS);
    const byProvider = signIn !== null && session !== null && session.person !== null;
    const provider = byProvider ? await signIn.end(`${config.publicUrl || baseOf(request, config)}/desk`) : null;
    if (provider === null) return void response.status(204).end();
    response.json({ signed_in: false, provider: provider.href } satisfies SignedOut);
  });
  return router;
}
