import { randomBytes } from 'node:crypto';
import type { Db, Queryable } from './pool.js';
import { hashOfToken } from './tokens.sql.js';

/** A session lasts so long at most, hours: a working day. */
const SESSION_HOURS = 12;

/** Whom a session stands for: the holder of a token (SHA-256, hex), or a person whom a provider of identities named. */
export type SessionHolder = { credential: string } | { person: string };

/** A session that is not over. `expires_at` RFC 3339. */
export interface BrowserSession {
  credential: string | null;
  person: string | null;
  expires_at: string;
}

/** Opens a session; drops those that ended more than a day ago. @returns the text of its cookie, which is stored nowhere, and its end */
export async function openBrowserSession(
  db: Db,
  holder: SessionHolder,
): Promise<{ cookie: string; expires_at: string }> {
  const cookie = randomBytes(32).toString('base64url');
  await db.query(`delete from browser_session where expires_at < clock_timestamp() - interval '1 day'`);
  const [row] = await db.query<{ expires_at: string }>(
    `insert into browser_session (hash, credential, person, expires_at)
     values (decode($1, 'hex'), decode($2, 'hex'), $3, clock_timestamp() + make_interval(hours => $4)) returning expires_at`,
    [
      hashOfToken(cookie),
      'credential' in holder ? holder.credential : null,
      'person' in holder ? holder.person : null,
      SESSION_HOURS,
    ],
  );
  if (!row) throw new Error('a session was not stored');
  return { cookie, expires_at: row.expires_at };
}

/** The session of a cookie's hash (hex); null when there is none, or it is over. */
export async function browserSession(db: Queryable, hash: string): Promise<BrowserSession | null> {
  const [row] = await db.query<BrowserSession>(
    `select encode(credential, 'hex') as credential, person, expires_at from browser_session
     where hash = decode($1, 'hex') and ended_at is null and expires_at > clock_timestamp()`,
    [hash],
    'prepared',
  );
  return row ?? null;
}

export async function endBrowserSession(db: Queryable, hash: string): Promise<void> {
  await db.query(
    `update browser_session set ended_at = clock_timestamp() where hash = decode($1, 'hex') and ended_at is null`,
    [hash],
  );
}
