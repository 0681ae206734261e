import type { Instant, IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { requiredRow } from '../../store/statement.js';
import type { ReferenceKind } from '../bundle/reference-rows.js';
import type { Edition } from './editions.sql.js';

/*
 * What the desk adds to a theatre that the files of a bundle state, and what is needed to lay it over the next version of the
 * files.
 */

/** How the rows of an addition are read: the words that went with its file. */
export interface AdditionWords {
  source: string;
  operator: string | null;
  since: string | null;
}

/** `base`: the version that it was added to; `edition`: the first version that came of it. */
export interface ReferenceAddition {
  id: number;
  kind: ReferenceKind;
  file: Uint8Array;
  words: AdditionWords;
  keys: string[];
  base: number;
  edition: number;
}

export type AdditionInput = Omit<ReferenceAddition, 'id' | 'edition'> & { theatre: string; at: Instant };

export async function insertAddition(tx: Queryable, given: AdditionInput): Promise<number> {
  const { theatre, kind, file, words, keys, base, at } = given;
  const [row] = await tx.query<{ id: number }>(
    `insert into reference_addition (theatre, kind, file, words, keys, base, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [theatre, kind, Buffer.from(file), JSON.stringify(words), keys, base, at],
  );
  return requiredRow(row, 'stored').id;
}

/** States that a version came of an addition. */
export async function nameAddition(tx: Queryable, edition: number, addition: number): Promise<void> {
  await tx.query('insert into added_edition (edition, addition) values ($1, $2)', [edition, addition]);
}

/** The additions of a theatre in the order in which they were made. */
export function referenceAdditions(tx: Queryable, theatre: string): Promise<ReferenceAddition[]> {
  return tx.query(
    `select id, kind, file, words, keys, base,
            (select min(e.edition) from added_edition e where e.addition = a.id) as edition
     from reference_addition a where theatre = $1 order by id`,
    [theatre],
  );
}

/** The newest version of a theatre that came of no addition; null before the first. */
export async function statedEdition(tx: Queryable, theatre: string): Promise<Edition | null> {
  const [row] = await tx.query<Edition>(
    `select id, theatre, title, projection, sha256, recorded_at from edition
     where theatre = $1 and id not in (select edition from added_edition)
     order by recorded_at desc limit 1`,
    [theatre],
  );
  return row ?? null;
}

export async function insertContinuation(
  tx: Queryable,
  series: string,
  completeUntil: IsoDate,
  at: Instant,
): Promise<void> {
  await tx.query('insert into series_continuation (series, complete_until, recorded_at) values ($1, $2, $3)', [
    series,
    completeUntil,
    at,
  ]);
}

/** Until when the desk has gone through the reports of a series; null: it has not. */
export async function continuedUntil(tx: Queryable, series: string): Promise<IsoDate | null> {
  const [row] = await tx.query<{ until: IsoDate | null }>(
    'select max(complete_until) as until from series_continuation where series = $1',
    [series],
  );
  return row?.until ?? null;
}
