import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../../config.js';
import { SalientError } from '../../errors.js';
import type { WorkClass } from './admission.js';

/** What a request of a class takes from the allowance of its client. */
const POINTS: Readonly<Record<WorkClass, number>> = {
  tile: 0,
  'look-up': 1,
  answer: 3,
  measure: 20,
  export: 20,
  write: 0,
};

/** Counts the requests of each client, by address. */
export type ClientLimit = (request: IncomingMessage, work: WorkClass) => Promise<void>;

/**
 * Limits a client to so many points a minute. A client is the address of the connection, or the one that a trusted proxy
 * names; private addresses and loopback are not limited: behind them may stand everybody (a proxy that was not named).
 * @throws SalientError (the function returned) `rate_limited`
 */
export function openClientLimit({ clientPoints, proxies }: Pick<Config, 'clientPoints' | 'proxies'>): ClientLimit {
  if (clientPoints === 0) return async () => {};
  const limiter = new RateLimiterMemory({ points: clientPoints, duration: 60 });
  return async (request, work) => {
    const client = clientOf(request, proxies);
    if (client === null || POINTS[work] === 0) return;
    try {
      await limiter.consume(client, POINTS[work]);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new SalientError('rate_limited', 'this address has sent too many requests: try again later', [], {
        retryAfterS: Math.ceil(error.msBeforeNext / 1000),
      });
    }
  };
}

/** Ranges of addresses behind which may stand everybody. */
const PRIVATE = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/** The client's own address, an IPv6 one by its network; null where it is not known. */
export function clientOf(request: IncomingMessage, proxies: readonly string[]): string | null {
  const connected = addressIn(request.socket.remoteAddress);
  if (connected === null) return null;
  const isProxy = proxies.some((proxy) => String(addressIn(proxy)) === String(connected));
  const named = isProxy
    ? addressIn(
        String(request.headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1),
      )
    : null;
  if (named !== null) return network(named);
  return PRIVATE.has(connected.range()) ? null : network(connected);
}

/** An address in whatever spelling, in brackets or with a port, as some proxies write it; an IPv4 one that is mapped into IPv6 is itself. */
function addressIn(text = ''): IPv4 | IPv6 | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  return isIP(bare) ? ipaddr.process(bare) : null;
}

/** Whoever has an IPv6 address has 2^64 of them. */
function network(address: IPv4 | IPv6): string {
  if (!('parts' in address)) return address.toString();
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
