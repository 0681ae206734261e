import pg from 'pg';
import { type ErrorCode, type ErrorDetails, SalientError } from '../errors.js';

/*
 * The one table from the failures of a database, an engine or a disk to the closed set of errors. It names what whoever asked can
 * do about it; the words of PostgreSQL, which may hold rows and paths, go to the log (`cause`).
 */

interface Fault {
  code: ErrorCode;
  message: string | ((error: pg.DatabaseError) => string);
  details?: Omit<ErrorDetails, 'cause'>;
}

const full: Fault = {
  code: 'storage_full',
  message: 'the disk of the database is full: nothing of this is stored; it goes on as soon as there is room',
  details: { retryAfterS: 60 },
};
const lost: Fault = {
  code: 'unavailable',
  message: 'the connection to the database was lost: try again',
  details: { retryAfterS: 2 },
};
const silent: Fault = {
  code: 'unavailable',
  message: 'the database does not answer: try again',
  details: { retryAfterS: 5 },
};
const unfit = (message: string): Fault => ({ code: 'database_unfit', message });
const pooler = unfit('a pooler before the database keeps no prepared statements: use its session mode');
const timedOut: Fault = {
  code: 'timed_out',
  message: 'the database ended this, which took longer than the service allows: ask for less',
};
const tooMuch = (message: string): Fault => ({ code: 'overloaded', message, details: { retryAfterS: 5 } });
const outside = (message: Fault['message']): Fault => ({ code: 'invalid_input', message });

/**
 * By SQLSTATE, and by its class (two characters) where the class is specific enough. What is in neither is a mistake of ours (a
 * statement that is wrong, a transaction that was not ended).
 */
const FAULTS: Readonly<Record<string, Fault>> = {
  '08': lost,
  '22': outside('a value lies outside what the store can hold'),
  '22021': outside('a text holds a character that the store cannot hold (NUL, or bytes that are not UTF-8)'),
  '22003': outside('a number lies outside the range that the store can hold'),
  '23': outside(({ table, constraint }) => {
    const rule = [constraint && `rule ${constraint}`, table && `table ${table}`].filter(Boolean).join(', ');
    return `the input breaks a rule of the store${rule && ` (${rule})`}`;
  }),
  '25006': { code: 'unavailable', message: 'the database is a read-only standby: write to the primary' },
  '25P03': lost,
  '25P04': lost,
  '26': pooler,
  '28': unfit('the database does not let the service in: are its role and password right?'),
  '3D': unfit('there is no such database'),
  '40': { code: 'unavailable', message: 'another write was in the way: try again', details: { retryAfterS: 1 } },
  '42P05': pooler,
  '42501': { code: 'database_unfit', message: 'the role of the service lacks a right in the database' },
  '53': tooMuch('the database has too little of something for this'),
  '53100': full,
  '53200': tooMuch('the database has no memory left for this'),
  '53300': tooMuch('the database takes no further connection'),
  '53400': tooMuch('a limit of the database is reached'),
  '54': outside('the question is too large for the database'),
  '55': tooMuch('the database is in the middle of something that this cannot go beside'),
  '55P03': tooMuch('another write holds what this one needs'),
  '57': lost,
  '57P01': lost,
  '57P02': lost,
  '57P03': { code: 'unavailable', message: 'the database starts or stops: try again', details: { retryAfterS: 5 } },
  '57P05': lost,
  '58': { code: 'unavailable', message: 'the system under the database has failed' },
  '58030': { code: 'unavailable', message: 'the database cannot read or write its files' },
  '72': { code: 'unavailable', message: 'another write was in the way: try again', details: { retryAfterS: 1 } },
  F0: unfit('the configuration of the database is faulty'),
  XX001: unfit('the database finds its data damaged'),
  XX002: unfit('the database finds an index damaged'),
};
/** A plan that outlived a change of the schema, by the start of a newer version: the next connection has none. */
const PLAN_OUTDATED = '0A000';

const QUERY_CANCELED = '57014';
const INTERNAL = 'XX000';
/** Messages of GEOS and liblwgeom about a geometry that they cannot compute with. */
const GEOMETRY =
  /TopologyException|IllegalArgumentException|GEOS|lwgeom|LWGEOM|non-noded|self-intersection|Invalid (number|coordinate)/i;
const PLACE = /at(?: or near point)? (-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/;

/** Errors of Node about the connection, or about the disk under the embedded engine. */
const SYSTEM: Readonly<Record<string, Fault>> = {
  ENOSPC: full,
  EDQUOT: full,
  ECONNREFUSED: lost,
  ECONNRESET: lost,
  EPIPE: lost,
  ETIMEDOUT: lost,
  ECONNABORTED: lost,
  EHOSTUNREACH: lost,
  ENETUNREACH: lost,
  EAI_AGAIN: lost,
  ENOTFOUND: { code: 'unavailable', message: 'the host of the database is not known' },
};

/**
 * Whether a statement was ended before it was done. Within GEOS a deadline of the database reads as somebody's wish, and for some
 * functions as a failure of its own.
 */
export const isEnded = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  (error.code === QUERY_CANCELED || (error.code === INTERNAL && /InterruptedException/.test(error.message)));

/** Whether the database did not answer a statement in time, not even that it ended it: it is not there any more. */
export const isSilent = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** What a thrown thing is, in the closed set; null when it is none of these: a defect. */
export function faultOf(error: unknown): SalientError | null {
  if (error instanceof SalientError) return error;
  const fault = error instanceof pg.DatabaseError ? databaseFault(error) : systemFault(error);
  if (!fault) return null;
  const message = typeof fault.message === 'string' ? fault.message : fault.message(error as pg.DatabaseError);
  return new SalientError(fault.code, message, [], { cause: error, ...fault.details });
}

function databaseFault(error: pg.DatabaseError): Fault | undefined {
  const { code = '', message } = error;
  // Whoever cancels work here is told so before (run-statement.ts).
  if (isEnded(error)) return timedOut;
  if (code === PLAN_OUTDATED && /cached plan/.test(message)) return lost;
  // The embedded engine reports a full disk by the text alone.
  if (/No space left on device/i.test(message)) return full;
  // A guard of the schema against ourselves.
  if (code === '23001') return undefined;
  if (code === INTERNAL && GEOMETRY.test(message)) return outside(geometryMessage(message));
  return FAULTS[code] ?? FAULTS[code.slice(0, 2)];
}

function systemFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isSilent(error)) return silent;
  if (
    /^Connection terminated|^Client has encountered a connection error|^Cannot use a pool after calling end/.test(
      error.message,
    )
  )
    return lost;
  return SYSTEM[(error as NodeJS.ErrnoException).code ?? ''];
}

function geometryMessage(message: string): string {
  const [, x, y] = PLACE.exec(message) ?? [];
  const where = x === undefined ? '' : ` near ${x} ${y} (in the units of the computation)`;
  return `the geometry cannot be computed with${where}: does a polygon cross itself, or is a distance out of all proportion?`;
}
