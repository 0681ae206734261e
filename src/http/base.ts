import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import { SalientError } from '../errors.js';

/**
 * Makes the target of a request its path and query, as every route reads it. A proxy may send the whole address, whose host then goes
 * before the header (RFC 9112, 3.2.2). A path has one spelling from here on, so that routes, classes of work and records cannot read it
 * differently. What is left is copied, for a part of a string keeps the whole of it in memory.
 */
export function readTarget(request: IncomingMessage): void {
  const given = request.url ?? '';
  const [, host, target] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(given) ?? [];
  if (host !== undefined) request.headers.host = host;
  const own = target === undefined ? given : target.startsWith('/') ? target : `/${target}`;
  const end = own.search(/[?#]/);
  const path = end < 0 ? own : own.slice(0, end);
  const read = oneSpelling(path);
  if (read !== given) request.url = Buffer.from(end < 0 ? read : read + own.slice(end)).toString();
}

/**
 * `%61` is `a` (RFC 3986, 6.2.2.2). Without a slash at the end, but of the documents, whose pages name each other relative to it, and of
 * what is named as a file: caches keep it for long, and forget it by its one address when it is purged.
 */
function oneSpelling(path: string): string {
  const decoded = path.replace(/%(2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi, decodeURIComponent);
  return /\/[^/.]+\/$/.test(decoded) && !decoded.startsWith('/docs/') ? decoded.slice(0, -1) : decoded;
}

/** Whether a request names more than one host: what stands between may have read the other (RFC 9112, 3.2). */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}

/**
 * The address under which the client reached the service, without a slash at its end, for every absolute link. Behind a
 * proxy it is what X-Forwarded-Proto, -Host and -Prefix state, but only for a host that the settings name
 * (SALIENT_PUBLIC_HOSTS): anybody can send these headers, and links to a host of theirs would be kept by caches.
 * @throws SalientError `invalid_parameter` for a `Host` that is none
 */
export function baseOf(
  { headers }: { headers: IncomingHttpHeaders },
  { publicHosts }: Pick<Config, 'publicHosts'>,
): string {
  // Before HTTP/1.1 there is none.
  const own = hostIn(headers.host || 'localhost');
  if (own === null) throw new SalientError('invalid_parameter', `Host: ${JSON.stringify(headers.host)} is no host`);
  const scheme = first(headers['x-forwarded-proto'])?.toLowerCase() === 'https' ? 'https' : 'http';
  const given = hostIn(first(headers['x-forwarded-host'])) ?? own;
  // Some proxies write the port of the scheme too, which nobody lists.
  const named = publicHosts.includes(given) ? given : new URL(`${scheme}://${given}`).host;
  if (!publicHosts.includes(named)) return `http://${own}`;
  const prefix = first(headers['x-forwarded-prefix'])?.replace(/\/+$/, '') ?? '';
  const path = /^(\/(?!\.\.?(\/|$))[\w.~-]+)*$/.test(prefix) ? prefix : '';
  return `${scheme}://${named}${path}`;
}

/** The parameters behind the `?` of a request, whichever router has it. */
export function searchOf({ originalUrl }: { originalUrl: string }): URLSearchParams {
  return new URLSearchParams(queryOf(originalUrl));
}

/** The query of a target with its `?`, as it was sent; empty where there is none. */
export const queryOf = (target: string): string => /\?[^#]*/.exec(target)?.[0] ?? '';

/** Of several proxies, the one that the client spoke to wrote first. */
function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim();
}

/** A host name or address with an optional port; null for what is none, or could break out of a URL. */
function hostIn(text: string | undefined): string | null {
  const host = text?.toLowerCase() ?? '';
  return /^([\w.~-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(host) && URL.canParse(`http://${host}`) ? host : null;
}
