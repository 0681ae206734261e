import type { Request, Response, Router } from 'express';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../../config.js';
import { SalientError } from '../../errors.js';
import { html } from '../../reports/render/html.js';
import { COOKIE_SETTINGS, cookieName, cookieOf, demandSecureCookies, isHttps } from '../access/session-cookie.js';
import { baseOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { document } from '../pages/shell.js';
import { optional, type Parameter, readParameters } from '../parameters.js';
import { newSecrets, type SignInSecrets } from './provider.js';
import type { SignIn } from './sign-in.js';

export const SIGN_IN_PATH = '/session/openid';
const RETURN_PATH = `${SIGN_IN_PATH}/callback`;

const text = (most: number, description: string): Parameter<string> => ({
  read(value, name) {
    if (value.length <= most && !/\p{Cc}/u.test(value)) return value;
    throw new SalientError(
      'invalid_parameter',
      `${name}: ${most} characters at most, none of them a control character`,
    );
  },
  required: true,
  schema: { type: 'string' },
  description,
});
const BACK = { back: optional(text(1000, 'path of this service to go to when signed in; /desk when absent')) };
const RETURNED = {
  code: optional(text(4000, 'code of the provider')),
  state: optional(text(200, 'as it was sent')),
  iss: optional(text(1000, 'the provider')),
  error: optional(text(200, 'why nobody was signed in')),
};
/** The two halves of a sign-in by a provider of identities, as the definition of the API lists them. */
export const SIGN_IN_ROUTES = [
  {
    path: SIGN_IN_PATH,
    summary: 'Sign in by the provider of identities that the settings name: goes there',
    query: BACK,
    answers: { 302: { description: 'the page of the provider that signs in' } },
  },
  {
    path: RETURN_PATH,
    summary:
      'Where the provider of identities sends the browser back to: sets the cookie of a session, 12 hours at most',
    query: RETURNED,
    answers: { 200: { description: 'a page that goes on to where the sign-in began', content: { 'text/html': {} } } },
  },
] as const;

/** A person has so long to sign in at the provider, minutes. */
const MINUTES_TO_SIGN_IN = 10;
/** Sign-ins that fail, from one address: so many a minute. */
const FAILED = { points: 10, duration: 60 };
const COOKIE = 'salient_sign_in';
// The way back begins at the provider, another site: a strict cookie would stay behind.
const TRANSIENT = { ...COOKIE_SETTINGS, sameSite: 'lax', maxAge: MINUTES_TO_SIGN_IN * 60_000 } as const;

export function signInRouter({ signIn, config }: { signIn: SignIn | null; config: Config }): Router {
  const router = newRouter();
  const failed = new RateLimiterMemory(FAILED);
  const rootOf = (request: Request) => config.publicUrl || baseOf(request, config);

  function prepare(request: Request, response: Response): SignIn {
    response.set({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' });
    if (!signIn)
      throw new SalientError(
        'not_found',
        'no provider of identities is set (SALIENT_OPENID_ISSUER): sign in with a token',
      );
    demandSecureCookies(request, config);
    return signIn;
  }

  router.get(SIGN_IN_PATH, async (request, response) => {
    const { back } = readParameters(BACK, searchOf(request));
    const { begin } = prepare(request, response);
    const path = pathOfOurs(back ?? new URL(`${baseOf(request, config)}/desk`).pathname, request, config);
    const secrets = newSecrets();
    const address = await begin(`${rootOf(request)}${RETURN_PATH}`, secrets);
    response.cookie(cookieName(isHttps(request, config), COOKIE), written(secrets, path), TRANSIENT);
    response.redirect(302, address.href);
  });

  router.get(RETURN_PATH, async (request, response) => {
    const { finish } = prepare(request, response);
    const name = cookieName(isHttps(request, config), COOKIE);
    const begun = read(cookieOf(request, name, /^[\w.-]{1,4000}$/));
    response.clearCookie(name, { ...COOKIE_SETTINGS, sameSite: 'lax' });
    const address = request.socket.remoteAddress ?? '';
    const before = await failed.get(address);
    if (before && before.remainingPoints <= 0) throw tooMany(before);
    try {
      const path = pathOfOurs(begun?.path ?? '/', request, config);
      // Providers say more than they have to, and it is ignored (RFC 6749, 4.1.2).
      const said = [...searchOf(request)].filter(([key]) => key in RETURNED);
      const given = readParameters(RETURNED, new URLSearchParams(said));
      if (!begun || given.state !== begun.secrets.state) {
        const why = `it was begun in another browser or window, or took longer than ${MINUTES_TO_SIGN_IN} minutes`;
        throw new SalientError('sign_in_failed', `this sign-in is not the one that began here: ${why}. Begin again`);
      }
      const returned = new URL(`${rootOf(request)}${RETURN_PATH}`);
      for (const [key, value] of Object.entries(given)) if (value !== null) returned.searchParams.set(key, value);
      const { person, cookie, expires_at } = await finish(returned, begun.secrets);
      response.cookie(cookieName(isHttps(request, config)), cookie, {
        ...COOKIE_SETTINGS,
        expires: new Date(expires_at),
      });
      // A page of ours leads on: after a redirect from another site the browser would hold the strict cookie back once more.
      response.set('refresh', `0; url=${path}`).type('html').send(signedInPage(person, path));
    } catch (error) {
      if (error instanceof SalientError && error.code === 'sign_in_failed') await failed.penalty(address);
      throw error;
    }
  });
  return router;
}

/** A path of this service, and nowhere else. @throws SalientError `invalid_parameter` */
function pathOfOurs(back: string, request: Request, config: Config): string {
  const base = new URL(baseOf(request, config));
  const url = back.startsWith('/') && URL.canParse(back, base) ? new URL(back, base) : null;
  // Two slashes at its start would be another host: `/.//elsewhere.org` has such a path.
  if (url?.origin === base.origin && !url.pathname.startsWith('//')) return `${url.pathname}${url.search}`;
  throw new SalientError('invalid_parameter', 'back: a path of this service, such as /desk?series=ours');
}

/** What the browser keeps between the halves: nothing of it is of use to anybody else, and it is no secret from its owner. */
function written({ state, nonce, verifier }: SignInSecrets, path: string): string {
  const began = Math.floor(Date.now() / 1000);
  return [began, state, nonce, verifier, Buffer.from(path).toString('base64url')].join('.');
}

function read(cookie: string | null): { secrets: SignInSecrets; path: string } | null {
  const [began, state, nonce, verifier, path] = cookie?.split('.') ?? [];
  if (!began || !state || !nonce || !verifier || !path) return null;
  if (Date.now() / 1000 - Number(began) > MINUTES_TO_SIGN_IN * 60) return null;
  return { secrets: { state, nonce, verifier }, path: Buffer.from(path, 'base64url').toString() };
}

const tooMany = ({ msBeforeNext }: RateLimiterRes) =>
  new SalientError('rate_limited', 'too many failed sign-ins from this address', [], {
    retryAfterS: Math.ceil(msBeforeNext / 1000),
  });

const signedInPage = (person: string, path: string) =>
  document({
    title: 'Signed in',
    crumbs: [{ href: '/', title: 'Salient' }],
    main: html`<p>You are signed in as ${person}.</p><p><a href="${path}">Go on</a></p>`,
  }).markup;
