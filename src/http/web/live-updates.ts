import type { Response } from 'express';
import { type RequestHandler, Router } from 'express';
import type { Config } from '../../config.js';
import type { Membership } from '../../desk/membership.js';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import { standingSeries } from '../../series/as-of.js';
import { epochsOf } from '../../series/epoch.sql.js';
import { atWork } from '../../store/cancellation.js';
import type { Db } from '../../store/pool.js';
import { clientOf } from '../access/client-limits.js';
import { principalOf } from '../access/principals.js';
import { readParameters, series } from '../parameters.js';

/** As the definition of the API and docs/http.md list it. */
export const LIVE_UPDATES = {
  path: '/series/{id}/updates',
  summary: 'Server-sent events: `epoch` at once and whenever what the series shows has changed; ask again then',
  types: ['text/event-stream'],
  inPath: { id: series },
} as const;

/** How often the epochs of all followed series are looked at, in one statement. */
const LOOK_MS = 1000;
/** A comment on a quiet stream, so that proxies do not close it. */
const PING_MS = 20_000;
const MOST_FOLLOWERS = 1000;
/** Of them from one address, where it is known: an office behind one has room. */
const MOST_OF_ONE = 200;

export interface LiveUpdates {
  router: Router;
  /** Ends every stream; a reader's browser connects again, to another process. */
  close(): void;
}

/**
 * Tells readers' pages that a series has changed. The epoch of a series (migration 0021) is raised by every transaction that
 * writes what it shows, in whatever process: following it works on both databases and behind a pooler.
 */
export function openLiveUpdates(db: Db, membership: Membership, { proxies }: Pick<Config, 'proxies'>): LiveUpdates {
  const followers = new Map<string, Set<Response>>();
  const reported = new Map<string, number>();
  /** Open streams by client. */
  const streams = new Map<string, number>();
  let looking = false;

  const look = async () => {
    if (followers.size === 0 || looking) return;
    looking = true;
    try {
      if (!membership.isFresh()) await membership.refresh();
      for (const [id, all] of followers) {
        // Who was following when the series was closed hears no more of it.
        for (const response of all) if (membership.hiddenFrom(principalOf(response)).has(id)) response.end();
      }
      for (const { series: id, epoch } of await epochsOf(db, [...followers.keys()])) {
        if (reported.get(id) === epoch) continue;
        reported.set(id, epoch);
        for (const response of followers.get(id) ?? []) if (!response.writableEnded) send(response, epoch);
      }
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'live updates: the store does not answer');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void atWork({ lane: 'light' }, look), LOOK_MS);
  const pings = setInterval(() => {
    for (const all of followers.values()) for (const response of all) response.write(': here\n\n');
  }, PING_MS);
  timer.unref();
  pings.unref();

  const follow: RequestHandler = async (request, response) => {
    readParameters({}, new URL(request.originalUrl, 'http://localhost').searchParams);
    const id = series.read(String(request.params.id), 'id');
    await standingSeries(db, id);
    const client = clientOf(request, proxies);
    const ofClient = client === null ? 0 : (streams.get(client) ?? 0);
    if (ofClient >= MOST_OF_ONE) {
      const words = `${MOST_OF_ONE} pages of this address follow updates here already: close some`;
      throw new SalientError('rate_limited', words, [], { retryAfterS: 60 });
    }
    const count = [...followers.values()].reduce((sum, all) => sum + all.size, 0);
    if (count >= MOST_FOLLOWERS) {
      const words = `${MOST_FOLLOWERS} pages follow updates here already: ask again later, or another process`;
      throw new SalientError('unavailable', words, [], { retryAfterS: 60 });
    }
    response.set({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    const all = followers.get(id) ?? new Set();
    followers.set(id, all.add(response));
    if (client !== null) streams.set(client, ofClient + 1);
    response.once('close', () => {
      all.delete(response);
      if (client !== null) leave(streams, client);
      if (all.size === 0 && followers.get(id) === all) {
        followers.delete(id);
        reported.delete(id);
      }
    });
    const [now] = await epochsOf(db, [id]);
    if (!now) return;
    if (!reported.has(id)) reported.set(id, now.epoch);
    send(response, now.epoch);
  };

  const router = Router();
  router.get(LIVE_UPDATES.path.replace('{id}', ':id'), follow);
  return {
    router,
    close() {
      clearInterval(timer);
      clearInterval(pings);
      for (const all of followers.values()) for (const response of all) response.end();
    },
  };
}

function leave(streams: Map<string, number>, client: string): void {
  const left = (streams.get(client) ?? 1) - 1;
  if (left > 0) streams.set(client, left);
  else streams.delete(client);
}

const send = (response: Response, epoch: number) => response.write(`event: epoch\nid: ${epoch}\ndata: ${epoch}\n\n`);
