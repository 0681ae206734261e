import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { judgedAddress } from './public-address.js';

/** What files of other publishers may be fetched, and how politely. */
export interface FetchSettings {
  /** Hosts, `*.example.org` for those below one; empty: every public one. */
  hosts: readonly string[];
  /** Hosts that may be called although their address is private. */
  allowPrivate: readonly string[];
  /** The largest file, bytes, as sent and as unpacked from gzip. */
  maxBytes: number;
  /** From the first byte sent to the last received, redirects included, milliseconds. */
  timeoutMs: number;
  /** Who fetches, with how to reach them. */
  userAgent: string;
}

/** What is known of the file from the last time. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

/** A file as its publisher sent it; `bytes` null: the publisher says that it is unchanged (304). */
export interface FetchedFile extends Validators {
  status: number;
  bytes: Uint8Array | null;
  /** The last part of the address, or the name that the answer gives. */
  name: string | null;
}

/** Why a file did not come, in words that hold no secret of its address. */
export class FetchFailure extends Error {
  constructor(
    message: string,
    /** The HTTP status; null: there was no answer. */
    readonly status: number | null = null,
    /** Seconds after which the publisher wants to be asked again. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
    this.name = 'FetchFailure';
  }
}

const MOST_REDIRECTS = 5;

/**
 * Fetches a file by http or https. At every redirect the new host is judged as the first was, and its name is resolved and
 * judged again.
 * @throws FetchFailure
 */
export async function fetchFile(settings: FetchSettings, address: string, known: Validators): Promise<FetchedFile> {
  const signal = AbortSignal.timeout(settings.timeoutMs);
  const late = `nothing complete came within ${settings.timeoutMs / 1000} s`;
  try {
    let url = new URL(address);
    for (let redirects = 0; ; redirects++) {
      refuseAddress(settings, url);
      const response = await requested(settings, url, known, signal);
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      if (status === 304 || status < 300 || status >= 400 || location === undefined) {
        return await received(settings, url, response, known);
      }
      response.destroy();
      if (redirects === MOST_REDIRECTS) throw new FetchFailure(`more than ${MOST_REDIRECTS} redirects`, status);
      if (!URL.canParse(location, url)) throw new FetchFailure('a redirect to no address', status);
      const next = new URL(location, url);
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw new FetchFailure(`${url.host} redirects from https to http: not followed`, status);
      url = next;
    }
  } catch (error) {
    if (signal.aborted) throw new FetchFailure(late);
    if (error instanceof FetchFailure) throw error;
    throw new FetchFailure((error as Error).message);
  }
}

/** @throws FetchFailure when a file of such an address is never fetched, whatever its name resolves to */
export function refuseAddress({ hosts }: Pick<FetchSettings, 'hosts'>, url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchFailure(`${url.protocol} is neither http: nor https:`);
  if (url.username !== '' || url.password !== '')
    throw new FetchFailure(`the address at ${url.host} holds a name or password: those of an address end in logs`);
  if (hosts.length > 0 && !hosts.some((host) => isHost(url, host.toLowerCase())))
    throw new FetchFailure(`${url.host} is not among the hosts of SALIENT_PULL_HOSTS`);
}

const isHost = (url: URL, host: string) =>
  host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : host === url.host || host === url.hostname;

async function requested(
  { allowPrivate, userAgent }: FetchSettings,
  url: URL,
  known: Validators,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const lookup = await judgedAddress(url, { allowed: allowPrivate, setting: 'SALIENT_PULL_PRIVATE' });
  signal.throwIfAborted();
  const headers = {
    accept: '*/*',
    'accept-encoding': 'gzip',
    'user-agent': userAgent,
    ...(known.etag && { 'if-none-match': known.etag }),
    ...(known.lastModified && { 'if-modified-since': known.lastModified }),
  };
  return new Promise((resolve, reject) => {
    const call = url.protocol === 'https:' ? secure : plain;
    const sent = call(url, { method: 'GET', headers, agent: false, signal, lookup });
    sent.on('error', reject);
    sent.on('response', resolve);
    sent.end();
  });
}

async function received(
  { maxBytes }: FetchSettings,
  url: URL,
  response: IncomingMessage,
  known: Validators,
): Promise<FetchedFile> {
  const { headers, statusCode: status = 0 } = response;
  try {
    const retryAfter = secondsOf(headers['retry-after']);
    if (status !== 200 && status !== 304) {
      const words = retryAfter === null ? '' : `, to be asked again after ${retryAfter} s`;
      throw new FetchFailure(`${url.host} answered ${status}${words}`, status, retryAfter);
    }
    const etag = headers.etag ?? (status === 304 ? known.etag : null);
    const lastModified = headers['last-modified'] ?? (status === 304 ? known.lastModified : null);
    const name = nameOf(headers['content-disposition'], url);
    if (status === 304) return { status, etag, lastModified, bytes: null, name };
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes, status);
    return { status, etag, lastModified, bytes: await bytesOf(unpacked(response), maxBytes, status), name };
  } finally {
    response.destroy();
  }
}

function unpacked(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new FetchFailure(`the file is sent as ${encoding}, which nobody asked for`, response.statusCode ?? null);
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  return response.pipe(gunzip);
}

async function bytesOf(stream: Readable, maxBytes: number, status: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    // Leaving the loop destroys the stream: of a bomb no more is unpacked than fits.
    if (length > maxBytes) throw tooLarge(maxBytes, status);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (maxBytes: number, status: number) =>
  new FetchFailure(`the file is larger than ${maxBytes / 1e6} MB (SALIENT_PULL_MB)`, status);

/** Seconds of `Retry-After`, written as a number or as a date; null: neither. */
function secondsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

function nameOf(disposition: string | undefined, url: URL): string | null {
  const stated = /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1]?.trim();
  const last = stated ?? url.pathname.split('/').at(-1) ?? '';
  try {
    // Cut short, a name may end in half of a character, which no text of the store can hold.
    const name = decodeURIComponent(last).split(/[\\/]/).at(-1) ?? '';
    return name.slice(0, 200).replace(/\p{Cs}/u, '') || null;
  } catch {
    return last.slice(0, 200) || null;
  }
}
