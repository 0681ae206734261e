import pg from 'pg';

const backends = new WeakMap<pg.ClientBase, number>();

/**
 * Sets a new connection's settings, before its first statement. One that cannot be set is closed: answers would rest on whatever
 * the host has set.
 */
export function beginSession(connected: pg.Client, statement: string): void {
  connected.query<{ backend: number }>(statement).then(
    ({ rows: [row] }) => row && backends.set(connected, row.backend),
    () => connected.end().catch(() => {}),
  );
}

/** The process of the server behind a connection, as the server itself numbers it: a pooler hands out numbers of its own. */
export const backendOf = (connected: pg.ClientBase): number | undefined => backends.get(connected);

/** So often it is tried whether another connection is served by the same process: others may be at work behind the pooler. */
const TRIES = 3;
const PATIENCE_MS = 5_000;

/**
 * Whether two connections are served by one process by turns: a pooler in transaction mode stands before the server. Settings, temporary
 * tables and prepared statements of one are then another's.
 */
export async function isShared(connection: pg.ClientConfig): Promise<boolean> {
  const clients = [0, 1].map(() => {
    const client = new pg.Client({ ...connection, query_timeout: PATIENCE_MS, connectionTimeoutMillis: PATIENCE_MS });
    client.on('error', () => {});
    return client;
  }) as [pg.Client, pg.Client];
  const backend = async (client: pg.Client) =>
    (await client.query<{ backend: number }>('select pg_backend_pid() as backend')).rows[0]?.backend;
  const [one, other] = clients;
  try {
    for (const client of clients) await client.connect();
    const own = await backend(one);
    for (let n = 0; n < TRIES; n++) {
      await other.query('begin');
      const others = await backend(other);
      // While the other's transaction lasts, a process that served both cannot serve this one.
      if (others === own || (await backend(one)) !== own) return true;
      await other.query('commit');
    }
    return false;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}
