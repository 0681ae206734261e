import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { SalientError } from '../errors.js';
import { dumpedTables, dumpRows, readOneMoment, type SequenceState, sequenceStates } from './dump.js';
import { appliedMigrations } from './migrate.js';
import type { Db, Queryable } from './pool.js';

/*
 * A backup is a gzip of lines of JSON: a head (what schema, which tables), for each table its name and then its rows as
 * arrays of PostgreSQL's own text, the state of each numbering, and an end with the number of rows and the SHA-256 of
 * every byte before it. Nothing in it belongs to one kind of database.
 */

/** The form of the file; a later form gets a later number. */
const FORM = 1;

export interface BackupHead {
  salient_backup: number;
  migrations: { number: number; name: string; sha256: string }[];
  tables: { name: string; columns: { name: string; type: string }[] }[];
}

/** What a backup holds, reported when it is written and when it is read. */
export interface BackupSummary {
  rows: number;
  sha256: string;
}

/**
 * Writes everything in the store, as it is at one moment while writes go on, to `sink`. Streamed: memory does not grow
 * with the store. On the embedded engine other questions wait until it is done.
 */
export function writeBackup(db: Db, sink: Writable): Promise<BackupSummary> {
  return db.transaction(async (tx) => {
    await readOneMoment(tx);
    const summary: BackupSummary = { rows: 0, sha256: '' };
    await pipeline(Readable.from(linesOf(tx, summary)), createGzip(), sink);
    return summary;
  });
}

async function* linesOf(tx: Queryable, summary: BackupSummary): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const stated = (lines: readonly string[]) => {
    const text = `${lines.join('\n')}\n`;
    hash.update(text);
    return text;
  };
  const tables = await dumpedTables(tx);
  const head: BackupHead = { salient_backup: FORM, migrations: await appliedMigrations(tx), tables };
  yield stated([JSON.stringify(head)]);
  for (const table of tables) {
    yield stated([JSON.stringify({ table: table.name })]);
    for await (const rows of dumpRows(tx, table)) {
      summary.rows += rows.length;
      yield stated(rows);
    }
  }
  yield stated([JSON.stringify({ sequences: await sequenceStates(tx) })]);
  summary.sha256 = hash.digest('hex');
  yield `${JSON.stringify({ end: true, ...summary })}\n`;
}

/** A part of a backup, in the order of the file: rows come in batches, each of one table. */
export type BackupPart =
  | { head: BackupHead }
  | { table: string; rows: string[] }
  | { sequences: SequenceState[] }
  | { end: BackupSummary };

/** Rows are passed on when their text has so many characters. */
const BATCH = 2_000_000;

const broken = (why: string) => new SalientError('invalid_backup', `the backup cannot be used: ${why}`);

/**
 * Reads a backup part by part. The end is reported only if every byte before it is as it was written.
 * @throws SalientError `invalid_backup` when it is none, is cut off, or was changed
 */
export async function* readBackup(source: Readable): AsyncGenerator<BackupPart> {
  const hash = createHash('sha256');
  let table: string | null = null;
  let rows: string[] = [];
  let size = 0;
  let count = 0;
  let ended = false;
  for await (const line of unzipped(source)) {
    if (ended) throw broken('something follows its end');
    if (line.startsWith('[') && table !== null) {
      rows.push(line);
      size += line.length;
      count += 1;
      hash.update(`${line}\n`);
      if (size < BATCH) continue;
    }
    if (rows.length > 0 && table !== null) yield { table, rows };
    [rows, size] = [[], 0];
    if (line.startsWith('[') && table !== null) continue;
    const stated = parsed(line);
    if (stated.end === true) {
      const sha256 = hash.digest('hex');
      if (stated.sha256 !== sha256 || stated.rows !== count)
        throw broken('its checksum does not fit: it was changed or damaged');
      ended = true;
      yield { end: { rows: count, sha256 } };
      continue;
    }
    hash.update(`${line}\n`);
    if (stated.salient_backup !== undefined) {
      if (stated.salient_backup !== FORM)
        throw broken(`it is of form ${stated.salient_backup}, and this version reads form ${FORM}`);
      yield { head: stated as unknown as BackupHead };
    } else if (typeof stated.table === 'string') table = stated.table;
    else if (Array.isArray(stated.sequences)) yield { sequences: stated.sequences };
    else throw broken('a line of it means nothing');
  }
  if (!ended) throw broken('it is cut off');
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    throw broken('it is no backup made by salient backup');
  }
}

async function* unzipped(source: Readable): AsyncGenerator<string> {
  const plain = createGunzip();
  source.once('error', (error) => plain.destroy(error));
  source.pipe(plain);
  plain.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of plain) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_'))
      throw broken(code === 'Z_BUF_ERROR' ? 'it is cut off' : 'it is no gzip file, or damaged');
    throw cause;
  }
  if (rest !== '') throw broken('it is cut off');
}
