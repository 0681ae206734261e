import type { Queryable } from '../../store/pool.js';

/** The token by which an address leaves a report or a rule (`scope`), made with its first message; null when it has left. */
export async function subscription(
  db: Queryable,
  scope: string,
  address: string,
  fresh: string,
): Promise<string | null> {
  const [row] = await db.query<{ token: string; gone: boolean }>(
    `insert into mail_recipient (token, scope, address) values ($1, $2, lower($3))
     on conflict (scope, address) do update set scope = excluded.scope
     returning token, unsubscribed_at is not null as gone`,
    [fresh, scope, address],
  );
  return row && !row.gone ? row.token : null;
}

/** What a token leaves; null for a token that nobody has. */
export async function subscriptionOf(db: Queryable, token: string): Promise<{ scope: string; gone: boolean } | null> {
  const [row] = await db.query<{ scope: string; gone: boolean }>(
    'select scope, unsubscribed_at is not null as gone from mail_recipient where token = $1',
    [token],
  );
  return row ?? null;
}

/** Takes back that an address left. */
export function subscribeAgain(db: Queryable, token: string): Promise<object[]> {
  return db.query('update mail_recipient set unsubscribed_at = null where token = $1', [token]);
}

export function unsubscribe(db: Queryable, token: string): Promise<object[]> {
  return db.query(
    'update mail_recipient set unsubscribed_at = coalesce(unsubscribed_at, clock_timestamp()) where token = $1',
    [token],
  );
}
