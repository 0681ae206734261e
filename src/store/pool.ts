import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { SalientError } from '../errors.js';
import { cancelled, type Lane, stopIfCancelled, turnOf, workSignal, workUnderWay } from './cancellation.js';
import { openTurns, timesToGiveWay } from './embedded/turns.js';
import { isSilent } from './faults.js';
import { inTurn } from './in-turn.js';
import { readInPieces } from './read-in-pieces.js';
import { type EmbeddedControl, openStatements } from './run-statement.js';
import { beginSession } from './session-start.js';
import { fitSession } from './session-state.js';
import { BACKGROUND, LANE_LIMITS, type LaneLimits, sessionStatement } from './sessions.js';
import { type Answers, openAnswers } from './single-flight.js';
import { mayChangeAnswers, openStoreVersion } from './store-version.js';
import { valueTypes } from './value-types.js';

/** Something that answers SQL: the pool, or the one connection of a transaction. */
export interface Queryable {
  readonly engine: 'server' | 'embedded';
  /** Who computes what for the persistent memo (memo.ts). Not inside a transaction. */
  readonly answers?: Answers;
  /**
   * Runs one statement. `values` are its `$1…$n`. Rows come as plain objects.
   * @param often `prepared`: for a small query that every tile or map repeats, of which planning is the dearer part: it is
   * planned once a connection. A plan that is made for any values is a poor one for heavy geometry.
   */
  query<Row extends object>(text: string, values?: readonly unknown[], often?: 'prepared'): Promise<Row[]>;
}

/** The store. The same code path for both engines: `pg` over a socket. */
export interface Db extends Queryable {
  /**
   * Runs `work` in one transaction; everything it does must go through the `tx` it is given.
   * @param how `gives way`: for long work that only computes. On the one connection of the embedded engine it is rolled back between
   * two statements when somebody waits who goes first, and begun again after them.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, how?: 'gives way'): Promise<T>;
  close(): Promise<void>;
  /** Another number after each commit that may have changed an answer; only where no other process writes to the store. */
  version?(): number;
  /** Connections by lane, and how many wait for one. */
  connections?(): { lane: string; all: number; idle: number; waiting: number }[];
  /** How often the embedded engine was started. */
  starts?(): number;
}

/** So long after its own deadline a statement is still waited for, milliseconds. */
const SILENT_MS = 5_000;

/** Connections for prepared statements: each takes a fraction of a millisecond. */
const QUICK: LaneLimits = { ...LANE_LIMITS.light, connections: 2 };

/** The connection, or an end of the waiting when the work is cancelled: it then goes back as soon as it is there. */
function whileWanted(connecting: Promise<pg.PoolClient>): Promise<pg.PoolClient> {
  const signal = workSignal();
  if (!signal) return connecting;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(cancelled(signal));
      connecting.then(
        (late) => late.release(),
        () => {},
      );
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    connecting.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** What a prepared statement answers is another row since a table was changed: by the start of a newer version. */
const PLAN_OUTDATED = '0A000';

/** The connection is of no use any more. */
const isFatal = (error: unknown) =>
  (error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.code === PLAN_OUTDATED)) ||
  isSilent(error) ||
  (error instanceof SalientError && ['beyond_embedded', 'storage_full'].includes(error.code));

/** A text that begins a transaction itself (the job queue sends such) and fails must not leave it open for the next caller. */
const rolledBack = (on: pg.ClientBase) =>
  on.query('rollback').then(
    () => true,
    () => false,
  );

const insideTransaction = new AsyncLocalStorage<true>();

/** A transaction that was rolled back because somebody waits. */
class GaveWay extends Error {}

/**
 * Opens a pool. On the embedded engine it has exactly one connection, so a statement that requests a connection while a
 * transaction of the same caller holds that connection would wait for ever: on both engines it is refused instead.
 * @throws SalientError `unavailable` when a connection cannot be made
 */
export function openPool(connection: pg.PoolConfig, engine: Db['engine'], embedded?: EmbeddedControl): Db {
  const most = connection.max ?? Number.POSITIVE_INFINITY;
  const open = (name: string, limits: LaneLimits, more: Record<string, string> = {}) => {
    const pool = new pg.Pool({
      ...connection,
      types: valueTypes,
      application_name: `salient ${name}`,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...(engine === 'server' && {
        max: Math.min(limits.connections, most),
        connectionTimeoutMillis: limits.acquire,
        // A database that has gone without a word ends no statement: who waits for one is told here.
        ...(limits.statement > 0 && { query_timeout: limits.statement + SILENT_MS }),
      }),
    });
    // A connection lost while idle is replaced by the pool; without a listener the process would end.
    pool.on('error', () => {});
    // The same for one lost while it is in use: the query under way rejects, and that is enough.
    pool.on('connect', (connected) => {
      connected.on('error', () => {});
      readInPieces((connected as unknown as { connection: { stream: Readable } }).connection.stream);
      beginSession(connected, engine === 'server' ? sessionStatement(limits, more) : sessionStatement());
    });
    return pool;
  };
  const pool = open('background', BACKGROUND);
  const lanes = new Map<Lane, pg.Pool>();
  /** The connections of the work under way; those of a lane are opened with its first statement. */
  const ofLane = (): pg.Pool => {
    const lane = workUnderWay()?.lane;
    if (lane === undefined || engine === 'embedded') return pool;
    const known = lanes.get(lane);
    if (known) return known;
    const opened = open(lane, LANE_LIMITS[lane]);
    lanes.set(lane, opened);
    return opened;
  };
  // PostgreSQL plans even a prepared statement anew for each set of values while it deems that cheaper: resolving a day then
  // takes 0.6 ms of planning for 0.3 ms of work. Connections that never do so are for these statements alone.
  const quick = engine === 'server' ? open('quick', QUICK, { plan_cache_mode: 'force_generic_plan' }) : pool;

  const run = openStatements(connection, engine, embedded);
  const turns = engine === 'embedded' ? openTurns() : null;
  const version = openStoreVersion();

  /** A connection, and what gives it back: `true` when it is of no use any more. */
  const client = async (from: pg.Pool): Promise<[pg.PoolClient, (broken: boolean) => void]> => {
    if (insideTransaction.getStore()) {
      throw new Error('a transaction requests a second connection from the pool: pass its `tx` down');
    }
    const leave = await turns?.take(turnOf());
    try {
      const connected = await connect(from);
      const release = (broken: boolean) => {
        connected.release(broken);
        leave?.();
      };
      return [connected, release];
    } catch (error) {
      leave?.();
      throw error;
    }
  };
  const connect = async (from: pg.Pool) => {
    let connected: pg.PoolClient;
    try {
      connected = await whileWanted(from.connect());
    } catch (cause) {
      if (cause instanceof SalientError) throw cause;
      if (/^timeout exceeded when trying to connect/.test((cause as Error).message)) {
        throw new SalientError('overloaded', 'every connection for this kind of work is taken', [], { retryAfterS: 5 });
      }
      // Its own words name hosts, roles and paths: they are the operator's.
      const editorial = (cause as Error).message;
      throw new SalientError('unavailable', 'the database does not answer', [], { cause, editorial });
    }
    try {
      await fitSession(connected);
    } catch (error) {
      connected.release(true);
      throw error;
    }
    return connected;
  };
  async function transaction<T>(work: (tx: Queryable) => Promise<T>, isAwaited: () => boolean): Promise<T> {
    const [connected, release] = await client(ofLane());
    let broken = false;
    let wrote = false;
    let over = false;
    const next = inTurn();
    try {
      // Read committed: a writer that waited for the theatre's lock must see what the writer before it stored. Answers
      // need no snapshot, for they resolve to one immutable revision first.
      await connected.query('begin');
      const tx: Queryable = {
        engine,
        query: (text, values, often) =>
          next(() => {
            if (over) throw new Error('a statement was to follow in a transaction that is over');
            if (isAwaited()) throw new GaveWay('somebody waits who goes first');
            wrote ||= turns !== null && mayChangeAnswers(text);
            return run(connected, text, values, often);
          }),
      };
      const result = await insideTransaction.run(true, () => work(tx));
      await next(() => {
        over = true;
      });
      stopIfCancelled();
      await connected.query('commit');
      return result;
    } catch (error) {
      over = true;
      broken = isFatal(error);
      if (!broken) await connected.query('rollback').catch(() => (broken = true));
      throw error;
    } finally {
      // Also when the commit got no answer: it may have been made all the same.
      if (wrote) version.raise();
      release(broken);
    }
  }

  return {
    engine,
    answers: openAnswers(),
    async query<Row extends object>(text: string, values?: readonly unknown[], often?: 'prepared') {
      const [connected, release] = await client(often ? quick : ofLane());
      try {
        const rows = await run<Row>(connected, text, values, often);
        release(false);
        return rows;
      } catch (error) {
        release(isFatal(error) || !(error instanceof pg.DatabaseError) || !(await rolledBack(connected)));
        throw error;
      } finally {
        if (turns && mayChangeAnswers(text)) version.raise();
      }
    },
    async transaction(work, how) {
      const times = how && turns ? timesToGiveWay(turnOf()) : 0;
      for (let time = 0; ; time++) {
        try {
          return await transaction(work, time < times && turns ? () => turns.isAwaited(turnOf()) : () => false);
        } catch (error) {
          if (!(error instanceof GaveWay)) throw error;
        }
      }
    },
    ...(turns && { version: version.now }),
    connections: () =>
      [['background', pool], ['quick', quick], ...lanes].map(([lane, one]) => ({
        lane: lane as string,
        all: (one as pg.Pool).totalCount,
        idle: (one as pg.Pool).idleCount,
        waiting: turns?.waiting() ?? (one as pg.Pool).waitingCount,
      })),
    async close() {
      await Promise.all([...new Set([pool, quick, ...lanes.values()])].map((one) => one.end()));
    },
  };
}
