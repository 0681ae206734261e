import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { BlockList, isIP } from 'node:net';

/** How messages to other machines are sent. */
export interface WebhookSettings {
  /** Key of the signature (HMAC-SHA-256); null: no webhook is sent. */
  secret: string | null;
  /** Host names, with or without a port, that may be called although their address is private. */
  allowPrivate: readonly string[];
  /** How long a receiver may take to answer, milliseconds. */
  timeoutMs?: number;
}

export interface WebhookMessage {
  url: string;
  /** Tells the receiver that a repeated message is the same one. */
  key: string;
  body: string;
}

const TIMEOUT_MS = 10_000;

// Loopback, link-local, private, carrier, documentation, multicast and reserved ranges: nothing a publisher's desk is at.
const PRIVATE = new BlockList();
const RANGES: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];
for (const [net, prefix, family] of RANGES) PRIVATE.addSubnet(net, prefix, family);

/** Whether an address is one that only this machine or its network can reach. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPrivateAddress(mapped);
  const family = isIP(address);
  return family === 0 || PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The signature of a body: receivers compute the same over the bytes they got. */
export function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/**
 * Sends a message once. The name is resolved here and the connection goes to the address that was judged, so that a name
 * that resolves differently a moment later gains nothing; redirects are not followed.
 * @returns the status, 200 to 299
 * @throws Error saying why it did not arrive, in words for the run log
 */
export async function sendWebhook(
  { secret, allowPrivate, timeoutMs = TIMEOUT_MS }: WebhookSettings,
  message: WebhookMessage,
): Promise<number> {
  if (secret === null) throw new Error('SALIENT_WEBHOOK_SECRET is not set: nothing is sent unsigned');
  const url = new URL(message.url);
  const address = await addressOf(url, allowPrivate);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(message.body),
    'user-agent': 'Salient',
    'idempotency-key': message.key,
    'salient-signature': signature(secret, message.body),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? secure : plain)(url, {
      method: 'POST',
      headers,
      agent: false,
      signal,
      lookup: (_name, options, found) => {
        if (options.all) found(null, [address]);
        else found(null, address.address, address.family);
      },
    });
    sent.on('error', (error) =>
      reject(new Error(signal.aborted ? `no answer within ${timeoutMs / 1000} s` : error.message)),
    );
    sent.on('response', (response) => {
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve(status);
      else if (status >= 300 && status < 400) reject(new Error(`status ${status}: redirects are not followed`));
      else reject(new Error(`status ${status}`));
    });
    sent.end(message.body);
  });
}

/** The address to connect to, judged: all that a name resolves to must be public, unless the host is allowed by name. */
async function addressOf(url: URL, allowPrivate: readonly string[]): Promise<{ address: string; family: number }> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(name, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${name} does not resolve (${error.code})`);
  });
  const [first] = found;
  if (!first) throw new Error(`${name} does not resolve`);
  const inside = found.find(({ address }) => isPrivateAddress(address));
  if (inside && !allowPrivate.includes(url.host) && !allowPrivate.includes(name)) {
    throw new Error(`${name} is ${inside.address}, a private address: SALIENT_WEBHOOK_PRIVATE does not list it`);
  }
  return first;
}
