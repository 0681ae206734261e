import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { SalientError } from '../errors.js';
import { ANSWER_LOST } from './answer-lost.js';
import { cancelled, stopIfCancelled, workSignal } from './cancellation.js';
import { preparedName } from './prepared.js';
import { principalName } from './principal.js';
import { type Answers, openAnswers } from './single-flight.js';

/** Something that answers SQL: the pool, or the one connection of a transaction. */
export interface Queryable {
  readonly engine: 'server' | 'embedded';
  /** Who computes what for the persistent memo (memo.ts). Not inside a transaction. */
  readonly answers?: Answers;
  /**
   * Runs one statement. `values` are its `$1…$n`. Rows come as plain objects.
   * @param often `prepared`: for a small question that is asked for every tile or map, of which planning is the dearer part: it is
   * planned once a connection. A plan that is made for any values is a poor one for heavy geometry.
   */
  query<Row extends object>(text: string, values?: readonly unknown[], often?: 'prepared'): Promise<Row[]>;
}

/** The store. The same code path for both engines: `pg` over a socket. */
export interface Db extends Queryable {
  /** Runs `work` in one transaction; everything it does must go through the `tx` it is given. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Hides the password of a connection string, for messages and logs. */
export function redacted(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@');
}

// `date` stays a string (node-postgres would make local midnight of it), instants become RFC 3339, bigint a number
// (ids and counts here stay far below 2^53), numeric a number (event counts).
const parsers: Record<number, (text: string) => unknown> = {
  20: Number,
  1700: Number,
  1082: (text) => text,
  1184: (text) => text.replace(' ', 'T').replace(/\+00(:?00)?$/, 'Z'),
};
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser as (o: number, f?: string) => unknown)(oid, format),
} as pg.CustomTypesConfig;

const SESSION = '-c timezone=UTC -c jit=off';
/** Connections for prepared statements: each takes a fraction of a millisecond. */
const QUICK = 2;

const QUERY_CANCELED = '57014';

/** The embedded engine cannot catch the exceptions that GEOS throws and catches itself, to try again more coarsely. */
function beyondEmbedded(cause: unknown): SalientError {
  return new SalientError(
    'beyond_embedded',
    'the embedded engine broke off in the geometry (an exception of GEOS that it cannot catch); nothing was changed: set DATABASE_URL to a PostgreSQL server with PostGIS, which can',
    [],
    { cause },
  );
}

async function endStatement(connection: pg.PoolConfig, backend: number | undefined): Promise<void> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_cancel_backend($1)', [backend]);
  } catch {
    // The statement then runs to its end, and the work stops after it.
  } finally {
    await client.end().catch(() => {});
  }
}

/** What a prepared statement answers is another row since a table was changed: by the start of a newer version. */
const PLAN_OUTDATED = '0A000';

/** The connection is of no use any more. */
const isFatal = (error: unknown) =>
  (error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.code === PLAN_OUTDATED)) ||
  (error instanceof SalientError && error.code === 'beyond_embedded');

/** A text that begins a transaction itself (the job queue sends such) and fails must not leave it open for the next caller. */
const rolledBack = (on: pg.ClientBase) =>
  on.query('rollback').then(
    () => true,
    () => false,
  );

const named = new WeakMap<pg.ClientBase, string>();

/** Tells the connection in whose name rows are recorded from now on, where it is another than before. */
async function namePrincipal(connected: pg.ClientBase): Promise<void> {
  const name = principalName();
  if ((named.get(connected) ?? '') === name) return;
  await connected.query("select set_config('salient.principal', $1, false)", [name]);
  named.set(connected, name);
}

const insideTransaction = new AsyncLocalStorage<true>();

/**
 * Opens a pool. On the embedded engine it has exactly one connection, so a statement that asks the pool while a
 * transaction of the same caller holds that connection would wait for ever: on both engines it is refused instead.
 * @throws SalientError `unavailable` when a connection cannot be made
 */
export function openPool(connection: pg.PoolConfig, engine: Db['engine']): Db {
  const open = (more: pg.PoolConfig) => {
    const pool = new pg.Pool({ ...connection, types, application_name: 'salient', ...more });
    // A connection lost while idle is replaced by the pool; without a listener the process would end.
    pool.on('error', () => {});
    // The same for one lost while it is in use: the query under way rejects, and that is enough.
    pool.on('connect', (connected) => connected.on('error', () => {}));
    return pool;
  };
  const pool = open({ options: SESSION });
  // PostgreSQL plans even a prepared statement anew for each set of values while it deems that cheaper: resolving a day then
  // takes 0.6 ms of planning for 0.3 ms of work. Connections that never do so are for these statements alone.
  const quick =
    engine === 'server' ? open({ options: `${SESSION} -c plan_cache_mode=force_generic_plan`, max: QUICK }) : pool;

  const client = async (from: pg.Pool) => {
    if (insideTransaction.getStore()) {
      throw new Error('a transaction asked the pool for a second connection: pass its `tx` down');
    }
    let connected: pg.PoolClient;
    try {
      connected = await from.connect();
    } catch (cause) {
      throw new SalientError('unavailable', `the database does not answer: ${(cause as Error).message}`, [], { cause });
    }
    try {
      await namePrincipal(connected);
    } catch (error) {
      connected.release(true);
      throw error;
    }
    return connected;
  };
  const run = async <Row extends object>(
    on: pg.ClientBase,
    text: string,
    values: readonly unknown[] = [],
    often?: 'prepared',
  ) => {
    stopIfCancelled();
    // The embedded engine may be started anew and would know no names.
    const name = often && engine === 'server' ? preparedName(text) : undefined;
    const asked = () => on.query<Row & pg.QueryResultRow>({ name, text, values: values as unknown[] });
    const signal = workSignal();
    try {
      const { rows } = signal && engine === 'server' ? await cancellable(on, signal, asked) : await asked();
      return rows as Row[];
    } catch (error) {
      throw (error as Error).message === ANSWER_LOST ? beyondEmbedded(error) : error;
    }
  };
  /** Ends the running statement when the work is cancelled, by a connection of its own: the pool's may all be at work. */
  const cancellable = async <T>(on: pg.ClientBase, signal: AbortSignal, asked: () => Promise<T>): Promise<T> => {
    let ending: Promise<void> | undefined;
    const end = () => {
      ending = endStatement(connection, (on as { processID?: number }).processID);
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      return await asked();
    } catch (error) {
      if (signal.aborted && error instanceof pg.DatabaseError && error.code === QUERY_CANCELED) throw cancelled();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      // Not before it has been sent: else it could end what the next user of this connection asks.
      await ending;
    }
  };

  return {
    engine,
    answers: openAnswers(),
    async query<Row extends object>(text: string, values?: readonly unknown[], often?: 'prepared') {
      const connected = await client(often ? quick : pool);
      try {
        const rows = await run<Row>(connected, text, values, often);
        connected.release();
        return rows;
      } catch (error) {
        connected.release(isFatal(error) || !(error instanceof pg.DatabaseError) || !(await rolledBack(connected)));
        throw error;
      }
    },
    async transaction(work) {
      const connected = await client(pool);
      let broken = false;
      try {
        // Read committed: a writer that waited for the theatre's lock must see what the writer before it stored. Answers
        // need no snapshot, for they resolve to one immutable revision first.
        await connected.query('begin');
        const tx: Queryable = { engine, query: (text, values, often) => run(connected, text, values, often) };
        const result = await insideTransaction.run(true, () => work(tx));
        stopIfCancelled();
        await connected.query('commit');
        return result;
      } catch (error) {
        broken = isFatal(error);
        if (!broken) await connected.query('rollback').catch(() => (broken = true));
        throw error;
      } finally {
        connected.release(broken);
      }
    },
    async close() {
      await Promise.all([...new Set([pool, quick])].map((one) => one.end()));
    },
  };
}
