import { SalientError } from '../errors.js';
import type { Queryable } from './pool.js';

/** The grid, metres, that vertices of overlays are rounded to on the embedded engine. */
const GRID_M = 0.001;

/**
 * The gridSize for overlays of what is not noded together: exact (-1) on a server, whose GEOS tries again by itself when noding fails; 1 mm on
 * the embedded engine. There an exception of GEOS cannot be caught and ends the engine (`embedded-wire.ts`), so it must not
 * happen, and noding on a grid cannot fail. (Of 36 grounds of densified edges against plain ones, the exact overlay ended so
 * on most.)
 */
export function overlayGrid({ engine }: Queryable, embedded = GRID_M): number {
  return engine === 'server' ? -1 : embedded;
}

/** @throws SalientError `internal` when a statement that always answers one row did not: never an empty result */
export function requiredRow<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined || row === null) throw new SalientError('internal', `the ground could not be ${what}`);
  return row;
}

/**
 * The rows of a statement that may have none, passed through one row that always comes: an answer of the embedded engine
 * that was lost is then distinguished from an empty one.
 * @throws SalientError `internal` when that row did not come
 */
export async function requiredRows<Row extends object>(
  tx: Queryable,
  what: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const [row] = await tx.query<{ rows: Row[] }>(
    `select coalesce(json_agg(found), '[]') as rows from (${text}) found`,
    values,
  );
  return requiredRow(row, what).rows;
}

/** A statement carries about this many bytes of geometry: the server holds it whole, and so does the driver. */
const BATCH_BYTES = 8 << 20;

/** Cuts a list into pieces of bounded size; each with the number of elements before it. */
export function* batches<T extends { wkb: Uint8Array }>(all: readonly T[]): Generator<[number, T[]]> {
  let batch: T[] = [];
  let bytes = 0;
  let first = 0;
  for (const one of all) {
    if (batch.length > 0 && bytes + one.wkb.length > BATCH_BYTES) {
      yield [first, batch];
      first += batch.length;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += one.wkb.length;
  }
  if (batch.length > 0) yield [first, batch];
}
