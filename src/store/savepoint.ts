import type { Queryable } from './pool.js';

/**
 * Does work in a transaction that may turn out not to be wanted: when it answers `undo`, the database is as it was
 * before, and the transaction goes on.
 */
export async function tentatively<T extends { undo: boolean }>(tx: Queryable, work: () => Promise<T>): Promise<T> {
  await tx.query('savepoint tentative');
  const result = await work();
  await tx.query(result.undo ? 'rollback to savepoint tentative' : 'release savepoint tentative');
  return result;
}
