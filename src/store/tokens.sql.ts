import { createHash, randomBytes } from 'node:crypto';
import { SalientError } from '../errors.js';
import type { Db, Queryable } from './pool.js';
import type { Scope } from './principal.js';

/** A token as it is listed: never its text, of which only the hash is stored. */
export interface TokenRow {
  name: string;
  scopes: Scope[];
  created_at: string;
  created_by: string;
  expires_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
}

/** A token in use: hash in hex. */
export interface TokenInUse {
  name: string;
  hash: string;
  scopes: Scope[];
  expires_at: string | null;
}

/** SHA-256, in hex. A token is 256 random bits, so that no salt and no slow hash are needed. */
export const hashOfToken = (token: string) => createHash('sha256').update(token).digest('hex');

const LISTED = 'name, scopes, created_at, created_by, expires_at, revoked_at, revoked_by';

/**
 * Makes a token and stores its hash. @returns the row, and the token's text, which is shown this once
 * @throws SalientError `token_exists` when one of that name is in use
 */
export async function createToken(
  db: Db,
  given: { name: string; scopes: readonly Scope[]; expiresAt: string | null; by: string },
): Promise<TokenRow & { token: string }> {
  const token = `sal_${randomBytes(32).toString('base64url')}`;
  const [row] = await db.query<TokenRow>(
    `insert into token (name, hash, scopes, expires_at, created_by) values ($1, decode($2, 'hex'), $3, $4, $5)
     on conflict (name) where revoked_at is null do nothing returning ${LISTED}`,
    [given.name, hashOfToken(token), [...new Set(given.scopes)], given.expiresAt, given.by],
  );
  if (!row) {
    throw new SalientError('token_exists', `a token named ${given.name} is in use: revoke it, or take another name`);
  }
  return { ...row, token };
}

/** Every token there is or was, the newest first. */
export function listTokens(db: Queryable): Promise<TokenRow[]> {
  return db.query(`select ${LISTED} from token order by id desc`);
}

/** The tokens that are not revoked; expired ones too, so that their holders are told so. */
export function tokensInUse(db: Queryable): Promise<TokenInUse[]> {
  return db.query(
    `select name, encode(hash, 'hex') as hash, scopes, expires_at from token where revoked_at is null`,
    [],
    'prepared',
  );
}

/** Ends a token for good. @throws SalientError `unknown_token` when none of that name is in use */
export async function revokeToken(db: Db, name: string, by: string): Promise<TokenRow> {
  const [row] = await db.query<TokenRow>(
    `update token set revoked_at = clock_timestamp(), revoked_by = $2 where name = $1 and revoked_at is null
     returning ${LISTED}`,
    [name, by],
  );
  if (!row) throw new SalientError('unknown_token', `no token named ${name} is in use; salient token list shows them`);
  return row;
}
