import type { IncomingMessage } from 'node:http';
import type { Config } from '../../config.js';
import { SalientError } from '../../errors.js';
import { baseOf } from '../base.js';

/**
 * The cookie of a session, and the one between the two halves of a sign-in. Over HTTPS a name begins with `__Host-`, so that no
 * other host of the same domain can set it. It is `Secure` on this machine too, where browsers take that over HTTP.
 */
export const cookieName = (isHttps: boolean, name: 'salient_session' | 'salient_sign_in' = 'salient_session') =>
  isHttps ? `__Host-${name}` : name;

export const COOKIE_SETTINGS = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;

/** The text of the session's cookie; null when the request has none. */
export const sessionCookieOf = (
  request: Pick<IncomingMessage, 'headers'>,
  config: Pick<Config, 'publicHosts'>,
): string | null => cookieOf(request, cookieName(isHttps(request, config)), /^[\w-]{43}$/);

/** The cookie of a name whose text has this form; null when the request has none. */
export function cookieOf(
  { headers: { cookie = '' } }: Pick<IncomingMessage, 'headers'>,
  name: string,
  form: RegExp,
): string | null {
  for (const part of cookie.split(';')) {
    const [given, value = ''] = part.trim().split('=', 2);
    if (given === name && form.test(value)) return value;
  }
  return null;
}

export const isHttps = (request: Pick<IncomingMessage, 'headers'>, config: Pick<Config, 'publicHosts'>) =>
  baseOf(request, config).startsWith('https:');

/**
 * Demands that browsers keep a `Secure` cookie that comes from here: over HTTPS, and by a name of this machine.
 * @throws SalientError `not_allowed`
 */
export function demandSecureCookies(request: Pick<IncomingMessage, 'headers'>, config: Pick<Config, 'publicHosts'>) {
  const { protocol, hostname } = new URL(baseOf(request, config));
  if (protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return;
  const how = 'ask over https (SALIENT_PUBLIC_HOSTS names the host of the proxy), or by the name localhost';
  throw new SalientError('not_allowed', `a browser keeps no session over plain http: ${how}`);
}

/**
 * Whether a request comes from a page of the service itself: by the headers that browsers set and no page can change.
 * @returns null when the request has no such header: no browser sent it, or an old one
 */
export function isFromOwnPage(
  request: Pick<IncomingMessage, 'headers'>,
  config: Pick<Config, 'publicHosts'>,
): boolean | null {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  if (origin !== undefined) return origin === new URL(baseOf(request, config)).origin;
  return null;
}
