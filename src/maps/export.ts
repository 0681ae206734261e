import { countAreas } from '../features/maps.sql.js';
import type { GeometryForm } from '../formats/format.js';
import { type AsOf, type AsOfRequest, methodSentence, resolve } from '../series/as-of.js';
import type { Db } from '../store/pool.js';
import { areasAfter, type SnapshotArea } from './export.sql.js';
import { SNAPSHOT_COLUMNS } from './snapshot-columns.js';

/** A stored map and its metadata: the head of its files. */
export interface SnapshotHead {
  asOf: AsOf;
  series: string;
  title: string;
  publisher: string;
  licence: string;
  method: string;
  accuracy_m: number;
  date: string;
  valid_from: string;
  valid_to: string | null;
  revision: number;
  /** How many areas it has. */
  areas: number;
}

/**
 * The map in force on a day.
 * @throws SalientError as `resolve`
 */
export async function snapshotOn(db: Db, requested: AsOfRequest): Promise<SnapshotHead> {
  const asOf = await resolve(db, requested);
  const { statement, valid_from, valid_to, revision } = asOf;
  return {
    asOf,
    series: requested.series,
    title: statement.title,
    publisher: statement.publisher,
    licence: statement.licence,
    method: methodSentence(statement),
    accuracy_m: statement.accuracy_m,
    date: valid_from,
    valid_from,
    valid_to,
    revision,
    areas: await countAreas(db, revision),
  };
}

const BATCH = 500;

/** Its areas in batches, so that a map of any size is written without being held: each with the columns of its files. */
export async function* snapshotAreas(db: Db, head: SnapshotHead, form: GeometryForm): AsyncGenerator<SnapshotArea[]> {
  const { valid_from, valid_to, revision, edition } = head.asOf;
  for (let after = -1; ; ) {
    const rows = await areasAfter(db, edition, { revision, valid_from, valid_to }, after, BATCH, form);
    if (rows.length > 0) yield rows.map((row) => ({ ...picked(row), series: head.series, licence: head.licence }));
    const last = rows.at(-1);
    if (rows.length < BATCH || !last) return;
    after = last.no;
  }
}

function picked(row: SnapshotArea): SnapshotArea {
  const columns = Object.keys(SNAPSHOT_COLUMNS).map((name) => [name, row[name] ?? null]);
  return { ...Object.fromEntries(columns), id: row.id, no: row.no, geometry: row.geometry };
}
