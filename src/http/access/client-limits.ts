import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
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

const PRIVATE =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80)/i;

/** The client's own address, an IPv6 one by its network; null where it is not known. */
export function clientOf(request: IncomingMessage, proxies: readonly string[]): string | null {
  const connected = plain(request.socket.remoteAddress ?? '');
  const forwarded = proxies.includes(connected)
    ? String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
    : '';
  const named = plain(forwarded?.trim() ?? '');
  if (isIP(named)) return network(named);
  return isIP(connected) && !PRIVATE.test(connected) ? network(connected) : null;
}

const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Whoever has an IPv6 address has 2^64 of them. */
function network(address: string): string {
  return isIP(address) === 6 ? address.toLowerCase().split(':').slice(0, 4).join(':') : address;
}
