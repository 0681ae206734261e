import pg from 'pg';
import { SalientError } from '../errors.js';
import { log } from '../log.js';
import { ANSWER_LOST, ENGINE_STALLED } from './answer-lost.js';
import { cancelled, stopIfCancelled, workSignal, workUnderWay } from './cancellation.js';
import { isEnded, isSilent } from './faults.js';
import { preparedName } from './prepared.js';
import { backendOf } from './session-start.js';

/** The embedded engine cannot catch the exceptions that GEOS throws and catches itself, to try again more coarsely. */
function beyondEmbedded(cause: unknown): SalientError {
  return new SalientError(
    'beyond_embedded',
    'the embedded engine broke off in the geometry (an exception of GEOS that it cannot catch); nothing was changed: set DATABASE_URL to a PostgreSQL server with PostGIS, which can',
    [],
    { cause },
  );
}

function stalled(cause: unknown): SalientError {
  const message =
    'the embedded engine stalled, most often because its disk is full; it is started anew, and nothing of this is stored';
  return new SalientError('storage_full', message, [], { cause, retryAfterS: 60 });
}

function stuck(cause: unknown): SalientError {
  const message = 'the embedded engine hung over this and was started anew; nothing of it is stored: ask for less';
  return new SalientError('timed_out', message, [], { cause, retryAfterS: 60 });
}

/** The embedded engine cannot end a statement: what nobody waits for any more is ended with the engine, which starts anew. */
export interface EmbeddedControl {
  interrupt(): void;
  /** A statement that takes longer hangs, whoever waits for it. */
  longestMs: number;
}

/** So long a statement of a reader who has gone, or of one past its deadline, may still run in the embedded engine. */
const ABANDONED_MS = 10_000;

/** So long it is tried to end a statement; a database that has gone without a word cannot be told. */
const END_MS = 5_000;

async function endStatement(connection: pg.PoolConfig, backend: number | undefined): Promise<void> {
  const client = new pg.Client({ ...connection, query_timeout: END_MS, connectionTimeoutMillis: END_MS });
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

/** A statement that took so long is a line of the log, milliseconds; its values are not in it. */
const SLOW_MS = 2000;
const firstWords = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 160);

/** Runs one statement on a connection; `often` as `Queryable.query` has it. */
export type RunStatement = <Row extends object>(
  on: pg.ClientBase,
  text: string,
  values?: readonly unknown[],
  often?: 'prepared',
) => Promise<Row[]>;

/**
 * What every statement of a pool is run by: it ends when the work it belongs to is cancelled, is watched where the engine may hang,
 * and is a line of the log when it takes long.
 * @param connection how another connection is opened, which ends the statement
 * @throws SalientError `cancelled` or as the reason of the cancellation, `timed_out`, `storage_full` or `beyond_embedded` of the embedded engine; else
 * the database's own error
 */
export function openStatements(
  connection: pg.PoolConfig,
  engine: 'server' | 'embedded',
  embedded: EmbeddedControl | undefined,
): RunStatement {
  /** Ends the running statement when the work is cancelled, by a connection of its own: the pool's may all be at work. */
  const cancellable = async <T>(on: pg.ClientBase, signal: AbortSignal, requested: () => Promise<T>): Promise<T> => {
    let ending: Promise<void> | undefined;
    let abandoned: NodeJS.Timeout | undefined;
    // A write runs to its end and is rolled back.
    const { lane } = workUnderWay() ?? {};
    const reading = lane !== undefined && lane !== 'write';
    const end = () => {
      if (engine === 'embedded') {
        if (reading && embedded) abandoned = setTimeout(embedded.interrupt, ABANDONED_MS).unref();
        return;
      }
      ending = endStatement(connection, backendOf(on));
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      return await requested();
    } catch (error) {
      if (signal.aborted && (isEnded(error) || isSilent(error))) throw cancelled(signal);
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      clearTimeout(abandoned);
      // Not before it has been sent: else it could cancel the statement of the connection's next user.
      await ending;
    }
  };

  return async <Row extends object>(
    on: pg.ClientBase,
    text: string,
    values: readonly unknown[] = [],
    often?: 'prepared',
  ) => {
    stopIfCancelled();
    // The embedded engine may be started anew and would know no names.
    const name = often && engine === 'server' ? preparedName(text) : undefined;
    const requested = () => on.query<Row & pg.QueryResultRow>({ name, text, values: values as unknown[] });
    const signal = workSignal();
    const began = performance.now();
    let isStuck = false;
    const watchdog =
      embedded &&
      setTimeout(() => {
        isStuck = true;
        log.error(
          { ms: embedded.longestMs, statement: firstWords(text) },
          'the embedded engine hangs and is started anew',
        );
        embedded.interrupt();
      }, embedded.longestMs).unref();
    try {
      const { rows } = await (signal ? cancellable(on, signal, requested) : requested());
      return rows as Row[];
    } catch (error) {
      if (isStuck) throw stuck(error);
      if (signal?.aborted && engine === 'embedded') throw cancelled(signal);
      if ((error as Error).message === ENGINE_STALLED) throw stalled(error);
      throw (error as Error).message === ANSWER_LOST ? beyondEmbedded(error) : error;
    } finally {
      clearTimeout(watchdog);
      const ms = Math.round(performance.now() - began);
      if (ms > SLOW_MS)
        log.info({ ms, lane: workUnderWay()?.lane ?? 'background', statement: firstWords(text) }, 'slow statement');
    }
  };
}
