import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config.js';

/**
 * The address under which the client reached the service, without a slash at its end, for every absolute link. Behind a
 * proxy it is what X-Forwarded-Proto, -Host and -Prefix state, but only for a host that the settings name
 * (SALIENT_PUBLIC_HOSTS): anybody can send these headers, and links to a host of theirs would be kept by caches.
 */
export function baseOf(
  { headers }: { headers: IncomingHttpHeaders },
  { publicHosts }: Pick<Config, 'publicHosts'>,
): string {
  const own = hostIn(headers.host) ?? 'localhost';
  const named = hostIn(first(headers['x-forwarded-host'])) ?? own;
  if (!publicHosts.includes(named)) return `http://${own}`;
  const forwarded = first(headers['x-forwarded-proto']);
  const prefix = first(headers['x-forwarded-prefix'])?.replace(/\/+$/, '') ?? '';
  const path = /^(\/[\w.~-]+)*$/.test(prefix) ? prefix : '';
  return `${forwarded === 'https' || forwarded === 'http' ? forwarded : 'http'}://${named}${path}`;
}

/** The parameters behind the `?` of a request, whichever router has it. */
export function searchOf({ originalUrl }: { originalUrl: string }): URLSearchParams {
  return new URL(originalUrl, 'http://localhost').searchParams;
}

/** Of several proxies, the one that the client spoke to wrote first. */
function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim();
}

/** A host name or address with an optional port; null for anything that could break out of a URL. */
function hostIn(text: string | undefined): string | null {
  const host = text?.toLowerCase();
  return host !== undefined && /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(host) ? host : null;
}
