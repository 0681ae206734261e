import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { errorAnswer } from '../../src/http/errors.js';
import { log } from '../../src/log.js';
import { faultOf } from '../../src/store/faults.js';

log.level = 'silent';

/** A failure as the driver throws it, with words that nobody outside may read. */
function failure(code: string, message = 'secret of /var/lib/postgresql at 10.0.0.5'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code, severity: 'ERROR' });
}
const codeOf = (error: unknown) => faultOf(error)?.code ?? 'defect';

/** Every class of PostgreSQL's errcodes.txt, and what a failure of it is that has no line of its own. */
const CLASSES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['00', '01', '02', '03', '09', '0A', '0B', '0F', '0L', '0P', '0Z'].map((code) => [code, 'defect']),
  ),
  ...Object.fromEntries(
    ['20', '21', '24', '25', '27', '2B', '2D', '2F', '34', '38', '39'].map((code) => [code, 'defect']),
  ),
  ...Object.fromEntries(['3B', '3F', '42', '44', 'HV', 'P0', 'XX'].map((code) => [code, 'defect'])),
  '08': 'unavailable',
  '22': 'invalid_input',
  '23': 'invalid_input',
  '26': 'database_unfit',
  '28': 'database_unfit',
  '3D': 'database_unfit',
  '40': 'unavailable',
  '53': 'overloaded',
  '54': 'invalid_input',
  '55': 'overloaded',
  '57': 'unavailable',
  '58': 'unavailable',
  '72': 'unavailable',
  F0: 'database_unfit',
};

describe('failures of the database', () => {
  it.each(Object.entries(CLASSES))('class %s, whatever the code in it: %s', (prefix, expected) => {
    for (const rest of ['000', '0ZZ', 'ZZ9']) expect(codeOf(failure(prefix + rest))).toBe(expected);
  });

  it.each([
    ['0A000', 'cached plan must not change result type', 'unavailable'],
    ['23001', 'a guard of ours', 'defect'],
    ['25006', 'a standby', 'unavailable'],
    ['25P03', 'idle in transaction', 'unavailable'],
    ['26000', 'prepared statement "salient_1" does not exist', 'database_unfit'],
    ['42P05', 'prepared statement "salient_1" already exists', 'database_unfit'],
    ['42501', 'permission denied for table revision', 'database_unfit'],
    ['53100', 'could not extend file', 'storage_full'],
    ['53300', 'too many clients', 'overloaded'],
    ['57014', 'canceling statement due to user request', 'timed_out'],
    ['XX000', 'GEOSNode: InterruptedException: Interrupted!', 'timed_out'],
    ['57014', 'canceling statement due to statement timeout', 'timed_out'],
    ['XX000', 'lwgeom_union: GEOS Error: TopologyException: side location conflict at 36 35', 'invalid_input'],
    ['XX000', 'something else', 'defect'],
    ['XX000', 'could not write: No space left on device', 'storage_full'],
    ['XX001', 'invalid page in block 3', 'database_unfit'],
  ])('%s, %s: %s', (code, message, expected) => {
    expect(codeOf(failure(code, message))).toBe(expected);
  });

  it('a database that has gone without a word, and does not even end what it was asked: come again', () => {
    const fault = faultOf(new Error('Query read timeout'));
    expect([fault?.code, fault?.retryAfterS]).toEqual(['unavailable', 5]);
  });

  it('answers none of them with the words of the database, a path or a stack', () => {
    for (const prefix of Object.keys(CLASSES)) {
      const { status, body, headers } = errorAnswer(failure(`${prefix}0ZZ`));
      expect(JSON.stringify(body)).not.toMatch(/secret|\/var|10\.0\.0\.5|faults\.ts/);
      expect(status).toBeGreaterThanOrEqual(400);
      if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
  });
});

describe('failures of the system', () => {
  it.each([
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['ECONNRESET', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable'],
    ['EAI_AGAIN', 'unavailable'],
    ['ENOENT', 'unavailable'],
    ['EROFS', 'unavailable'],
    ['EIO', 'unavailable'],
    ['EMFILE', 'unavailable'],
  ])('%s: %s, without the path', (code, expected) => {
    const error = Object.assign(new Error(`${code}: open '/data/secret'`), { code });
    const { body } = errorAnswer(error);
    expect(body.code).toBe(expected);
    expect(JSON.stringify(body)).not.toContain('/data');
  });
});

it('says to nobody over HTTP why the database does not answer: hosts and paths are for the log', () => {
  const error = new SalientError('unavailable', 'the database does not answer', [], { editorial: 'ENOENT /var/run/x' });
  for (const editorial of [false, true])
    expect(errorAnswer(error, editorial).body.message).toBe('the database does not answer');
  expect(error.whole).toBe('the database does not answer: ENOENT /var/run/x');
});

it('says why of a withdrawal to who reads what is editorial', () => {
  const error = new SalientError('withdrawn', 'series x was withdrawn', [], { editorial: 'drawn from a forgery' });
  expect(errorAnswer(error).body.message).toBe('series x was withdrawn');
  expect(errorAnswer(error, true).body.message).toBe('series x was withdrawn: drawn from a forgery');
});
