import type { RequestHandler, Response, Router } from 'express';
import type { Config } from '../../config.js';
import { deskMarks } from '../../desk/audit.sql.js';
import type { Membership } from '../../desk/membership.js';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import { standingSeries } from '../../series/as-of.js';
import { epochsOf } from '../../series/epoch.sql.js';
import { atWork } from '../../store/cancellation.js';
import type { Db } from '../../store/pool.js';
import { ANONYMOUS, type Principal } from '../../store/principal.js';
import { clientOf } from '../access/client-limits.js';
import type { Guard } from '../access/guard.js';
import { principalOf } from '../access/principals.js';
import { searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { readParameters, series } from '../parameters.js';

/** As the definition of the API and docs/http.md list it. */
export const LIVE_UPDATES = {
  path: '/series/{id}/updates',
  summary:
    'Server-sent events: `epoch` at once and whenever what the series shows has changed; `desk` to who may read what is proposed, whenever something was done there',
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

/** Of a credential that was good and is no more. */
const ENDED: ReadonlySet<string> = new Set(['unauthenticated', 'rate_limited']);

export interface LiveUpdates {
  router: Router;
  /** Ends every stream; a reader's browser connects again, to another process. */
  close(): void;
}

/**
 * Tells readers' pages that a series has changed. The epoch of a series (migration 0021) is raised by every transaction that
 * writes what it shows, in whatever process: following it works on both databases and behind a pooler. Who may read what is proposed is
 * told too when something was done at the desk, which raises no epoch: what waits shows nowhere.
 */
export function openLiveUpdates(
  db: Db,
  { membership, guard }: { membership: Membership; guard: Guard },
  { proxies }: Pick<Config, 'proxies'>,
): LiveUpdates {
  const followers = new Map<string, Set<Response>>();
  const reported = new Map<string, number>();
  /** What each was told last; of the desk those alone who may read what is proposed. */
  const told = new Map<Response, { epoch: number | null; desk: string | null }>();
  const atDesk = new WeakSet<Response>();
  /** Open streams by client. */
  const streams = new Map<string, number>();
  let looking = false;

  const look = async () => {
    if (followers.size === 0 || looking) return;
    looking = true;
    try {
      if (!membership.isFresh()) await membership.refresh();
      for (const [id, all] of followers)
        for (const response of all) if (!(await mayFollow(id, response))) response.end();
      for (const { series: id, epoch } of await epochsOf(db, [...followers.keys()])) {
        if (reported.get(id) === epoch) continue;
        reported.set(id, epoch);
        for (const response of followers.get(id) ?? []) tell(response, { epoch });
      }
      const desks = [...followers].filter(([, all]) => [...all].some((response) => atDesk.has(response)));
      if (desks.length === 0) return;
      for (const { series: id, mark } of await deskMarks(
        db,
        desks.map(([id]) => id),
      )) {
        for (const response of followers.get(id) ?? []) if (atDesk.has(response)) tell(response, { desk: mark });
      }
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'live updates: the store does not answer');
    } finally {
      looking = false;
    }
  };
  /** Who was following when the series was closed, or their credential ended, or a role was taken from them, hears no more of it. */
  async function mayFollow(id: string, response: Response): Promise<boolean> {
    const principal = principalOf(response);
    if (membership.hiddenFrom(principal).has(id)) return false;
    if (principal === ANONYMOUS) return true;
    try {
      if ((await guard.identify(response.req)).name !== principal.name) return false;
    } catch (error) {
      if (error instanceof SalientError && ENDED.has(error.code)) return false;
      throw error;
    }
    return !atDesk.has(response) || (await readsDesk(principal, id));
  }
  const readsDesk = async (principal: Principal, id: string) =>
    principal !== ANONYMOUS &&
    (await guard.demandIn(principal, id, 'read', 'reader').then(
      () => true,
      () => false,
    ));
  function tell(response: Response, { epoch, desk }: { epoch?: number; desk?: string }): void {
    const known = told.get(response);
    if (!known || response.writableEnded) return;
    if (epoch !== undefined && known.epoch !== epoch) response.write(`event: epoch\nid: ${epoch}\ndata: ${epoch}\n\n`);
    if (desk !== undefined && known.desk !== desk) response.write(`event: desk\ndata: ${desk}\n\n`);
    told.set(response, { epoch: epoch ?? known.epoch, desk: desk ?? known.desk });
  }
  const timer = setInterval(() => void atWork({ lane: 'light' }, look), LOOK_MS);
  const pings = setInterval(() => {
    for (const all of followers.values()) for (const response of all) response.write(': here\n\n');
  }, PING_MS);
  timer.unref();
  pings.unref();

  const follow: RequestHandler = async (request, response) => {
    readParameters({}, searchOf(request));
    const id = series.read(String(request.params.id), 'id');
    await standingSeries(db, id);
    const isOfDesk = await readsDesk(principalOf(response), id);
    if (response.destroyed) return;
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
    if (request.method === 'HEAD') return void response.end();
    response.flushHeaders();
    const all = followers.get(id) ?? new Set();
    followers.set(id, all.add(response));
    told.set(response, { epoch: null, desk: null });
    if (client !== null) streams.set(client, ofClient + 1);
    response.once('close', () => {
      all.delete(response);
      told.delete(response);
      if (client !== null) leave(streams, client);
      if (all.size === 0 && followers.get(id) === all) {
        followers.delete(id);
        reported.delete(id);
      }
    });
    const [now] = await epochsOf(db, [id]);
    if (!now) return;
    if (!reported.has(id)) reported.set(id, now.epoch);
    tell(response, { epoch: now.epoch });
    if (!isOfDesk) return;
    const [desk] = await deskMarks(db, [id]);
    if (desk) tell(response, { desk: desk.mark });
    atDesk.add(response);
  };

  const router = newRouter();
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
