import { inTurn } from './in-turn.js';
import type { Db, Queryable } from './pool.js';

/**
 * A transaction in the shape of a store: what opens a transaction inside it works in the one that is there. Those that would run beside
 * each other on connections of their own come one after the other: there is one, with one set of temporary tables.
 */
export function within(tx: Queryable): Db {
  const next = inTurn();
  return {
    engine: tx.engine,
    query: (text, values, often) => tx.query(text, values, often),
    transaction: (work) => next(() => work(tx)),
    close: async () => {},
  };
}

/** Ends a rehearsal: the transaction rolls back, and what the work found is kept. */
class Rehearsed extends Error {
  constructor(readonly result: unknown) {
    super('rehearsed');
  }
}

/**
 * Does the work in a transaction and takes all of it back: what it would do is known, and nothing is stored. Numbers that it
 * drew from sequences are never drawn again, so that no memo can take them for rows that exist.
 */
export async function rehearse<T>(db: Db, work: (inside: Db) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      throw new Rehearsed(await work(within(tx)));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.result as T;
    throw error;
  }
}
