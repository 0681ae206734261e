import type { Lane } from './cancellation.js';

/*
 * What every connection is reported, whatever the database, the role or the host have set: answers rest on it to the byte.
 */

const SESSION = {
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  jit: 'off',
} as const;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long, milliseconds: a statement runs, waits for a lock, a transaction stands idle; and how many connections there are. */
export interface LaneLimits {
  connections: number;
  statement: number;
  lock: number;
  idle: number;
  /** How long a caller waits for one of the connections. */
  acquire: number;
}

/** Of the service's own work and of the command line, such as the index of a large store: nothing asks for it again. */
export const BACKGROUND: LaneLimits = {
  connections: 4,
  statement: 120 * MINUTE,
  lock: 30 * MINUTE,
  idle: 30 * MINUTE,
  acquire: 0,
};

export const LANE_LIMITS: Readonly<Record<Lane, LaneLimits>> = {
  light: { connections: 4, statement: 20 * SECOND, lock: 5 * SECOND, idle: 30 * SECOND, acquire: 10 * SECOND },
  answer: { connections: 5, statement: 45 * SECOND, lock: 10 * SECOND, idle: MINUTE, acquire: 20 * SECOND },
  heavy: { connections: 3, statement: 90 * SECOND, lock: 10 * SECOND, idle: MINUTE, acquire: 30 * SECOND },
  export: { connections: 3, statement: 10 * MINUTE, lock: 10 * SECOND, idle: 5 * MINUTE, acquire: 30 * SECOND },
  write: { connections: 4, statement: 30 * MINUTE, lock: 10 * MINUTE, idle: 10 * MINUTE, acquire: MINUTE },
};

/**
 * The settings of a session as a statement, which also returns the number of the process that serves it. No start-up options: the
 * embedded engine reads none, and PgBouncer refuses them or, told to ignore them, drops them without a word.
 * @param limits of a server alone: the embedded engine has no timers
 */
export function sessionStatement(limits?: LaneLimits, more: Readonly<Record<string, string>> = {}): string {
  const times = limits && {
    statement_timeout: String(limits.statement),
    lock_timeout: String(limits.lock),
    idle_in_transaction_session_timeout: String(limits.idle),
  };
  const settings = Object.entries({ ...SESSION, ...times, ...more });
  return `select pg_backend_pid() as backend, ${settings.map(([name, value]) => `set_config('${name}', '${value}', false)`).join(', ')}`;
}
