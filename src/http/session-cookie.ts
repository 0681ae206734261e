import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import { baseOf } from './base.js';

const NAME = 'salient_session';

/**
 * The cookie of a session. Over HTTPS its name begins with `__Host-`, so that no other host of the same domain can set it. It
 * is `Secure` on this machine too, where browsers take that over HTTP.
 */
export const cookieName = (isHttps: boolean) => (isHttps ? `__Host-${NAME}` : NAME);

export const COOKIE_SETTINGS = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;

/** The text of the session's cookie; null when the request has none. */
export function sessionCookieOf(
  request: Pick<IncomingMessage, 'headers'>,
  config: Pick<Config, 'publicHosts'>,
): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined) return null;
  const name = cookieName(isHttps(request, config));
  for (const part of cookie.split(';')) {
    const [given, value = ''] = part.trim().split('=', 2);
    if (given === name && /^[\w-]{43}$/.test(value)) return value;
  }
  return null;
}

export const isHttps = (request: Pick<IncomingMessage, 'headers'>, config: Pick<Config, 'publicHosts'>) =>
  baseOf(request, config).startsWith('https:');

/** Whether browsers keep a `Secure` cookie that comes from here: over HTTPS, and by a name of this machine. */
export function keepsSecureCookies(request: Pick<IncomingMessage, 'headers'>, config: Pick<Config, 'publicHosts'>) {
  const { protocol, hostname } = new URL(baseOf(request, config));
  return protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
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
