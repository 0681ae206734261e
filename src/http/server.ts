import { createServer, type Server } from 'node:http';
import { openMembership } from '../desk/membership.js';
import { SalientError } from '../errors.js';
import { openAdmission } from './access/admission.js';
import { openArrivals } from './access/arrivals.js';
import { openGuard } from './access/guard.js';
import { openMembersRecord } from './access/members.js';
import { boundConnections } from './access/most-connections.js';
import { watchReaders } from './access/slow-readers.js';
import { createApp } from './app.js';
import { hasSeveralHosts, readTarget } from './base.js';
import { errorAnswer } from './errors.js';
import { openMetrics } from './metrics.js';
import { openSignIn } from './openid/sign-in.js';
import { watchPurges } from './purge-watch.js';
import { openProbe } from './readiness.js';
import type { Service, ServiceParts } from './service.js';
import { tileHandler } from './tiles/tiles.js';
import { openLiveUpdates } from './web/live-updates.js';

/** A filter with a polygon drawn by hand stands in the address: Node's 16 kB are some 700 vertices. */
const LONGEST_HEAD = 64 * 1024;
/** How long a head, a whole request with its body, and an idle connection may take, and how often that is looked at, milliseconds. */
const TIMES = {
  connectionsCheckingInterval: 5000,
  headersTimeout: 20_000,
  requestTimeout: 600_000,
  keepAliveTimeout: 65_000,
};

export interface Listening {
  server: Server;
  address: string;
  /**
   * Takes no new work, lets what is under way finish for at most `drainMs`, then cuts off what is left: the work of whoever
   * is cut off is cancelled, and nothing of it is half stored.
   */
  close(drainMs?: number): Promise<void>;
}

/** Starts answering on `host:port` (0: a free one); tiles first, on their own short path. */
export async function listen(parts: ServiceParts, host: string, port: number): Promise<Listening> {
  const { db, tiles, config } = parts;
  const admission = openAdmission(db.engine);
  const membership = openMembership(db);
  const guard = openGuard(db, config, membership);
  const service: Service = {
    ...parts,
    guard,
    membership,
    members: openMembersRecord(db, membership),
    admission,
    arrivals: openArrivals(config.maxBodyBytes),
    metrics: openMetrics(db, tiles, admission),
    probe: openProbe(db),
    updates: openLiveUpdates(db, { membership, guard }, config),
    signIn: openSignIn(db, config, membership),
  };
  const app = createApp(service);
  const answerTile = tileHandler(service);
  let draining = false;
  const server = createServer({ ...TIMES, maxHeaderSize: LONGEST_HEAD }, (request, response) => {
    const refuse = (error: SalientError) => {
      const { status, headers, body } = errorAnswer(error);
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
      response.end(JSON.stringify(body));
    };
    if (hasSeveralHosts(request)) return refuse(new SalientError('invalid_parameter', 'Host: given more than once'));
    readTarget(request);
    if (draining) {
      response.setHeader('connection', 'close');
      if (request.url !== '/ready' && request.url !== '/live')
        return refuse(
          new SalientError('unavailable', 'the service ends: ask another, or again', [], { retryAfterS: 5 }),
        );
    }
    const handOn = () => app(request, response);
    if (!answerTile(request, response, handOn)) handOn();
  });
  boundConnections(server);
  const unwatch = watchReaders(server);
  const unwatchPurges = watchPurges(db);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  const actual = bound && typeof bound === 'object' ? bound.port : port;
  return {
    server,
    address: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close(drainMs = 0) {
      draining = true;
      service.probe.drain();
      service.updates.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(cut);
      unwatch();
      unwatchPurges();
    },
  };
}
