import type { Server } from 'node:http';
import { log } from '../../log.js';

/** Connections at the same time; Node closes those beyond it before anything of them is read. */
const MOST_CONNECTIONS = 4000;
/** Refused connections are one line of the log for so long, milliseconds: whoever opens thousands fills no disk. */
const TOLD_EVERY_MS = 10_000;

/** Bounds the connections of a server, and logs how many were refused. */
export function boundConnections(server: Server, most = MOST_CONNECTIONS, toldEveryMs = TOLD_EVERY_MS): void {
  server.maxConnections = most;
  let refused = 0;
  server.on('drop', () => {
    if (refused++ > 0) return;
    setTimeout(() => {
      log.warn({ refused, most }, 'connections refused: there are as many as the service keeps open');
      refused = 0;
    }, toldEveryMs).unref();
  });
}
