import type { Readable } from 'node:stream';
import { SalientError } from '../errors.js';
import { type BackupHead, type BackupPart, type BackupSummary, readBackup } from './backup.js';
import { checkDatabase } from './boot-checks.js';
import { type DumpedTable, dumpedTables, filledTable, restoreRows, setSequence } from './dump.js';
import { appliedCount, migrate, readMigrations } from './migrate.js';
import type { Db, Queryable } from './pool.js';

/**
 * Restores a backup into an empty store of either kind: every row with its numbers and recording instants, so that every
 * question, as known at any instant, is answered as before. The schema is first brought to the backup's own, and after
 * the rows to the newest. One transaction: a restore that fails or is killed leaves the store empty, and can be repeated.
 * @param db a database that has not been migrated beyond the backup
 * @throws SalientError `invalid_backup`, `not_empty`, `database_ahead`, `migration_changed`, `database_unfit`
 */
export async function restoreBackup(db: Db, source: Readable, migrations: string): Promise<BackupSummary> {
  await checkDatabase(db);
  const parts = readBackup(source);
  const first = (await parts.next()).value as BackupPart | undefined;
  if (!first || !('head' in first))
    throw new SalientError('invalid_backup', 'the backup cannot be used: it has no head');
  const { head } = first;
  checkSchema(head, migrations);
  const there = await appliedCount(db);
  const wanted = head.migrations.length;
  if (there > wanted) {
    throw new SalientError(
      'not_empty',
      `the store has ${there} migrations and the backup ${wanted}: restore into a new folder or database, which gets its schema in the same order`,
    );
  }
  await migrate(db, migrations, wanted);
  const summary = await db.transaction((tx) => restoreParts(tx, head, parts));
  await migrate(db, migrations);
  return summary;
}

function checkSchema(head: BackupHead, migrations: string): void {
  const known = readMigrations(migrations);
  for (const { number, name, sha256 } of head.migrations) {
    const file = known[number - 1];
    if (!file) {
      throw new SalientError(
        'database_ahead',
        `the backup has migration ${number} (${name}), which this version does not know: restore it with the newer version`,
      );
    }
    if (file.sha256 !== sha256) {
      throw new SalientError('migration_changed', `${file.name} is not the one that the backup was made with`);
    }
  }
}

async function restoreParts(
  tx: Queryable,
  head: BackupHead,
  parts: AsyncGenerator<BackupPart>,
): Promise<BackupSummary> {
  const tables = new Map((await dumpedTables(tx)).map((table) => [table.name, table]));
  const filled = await filledTable(tx, [...tables.values()]);
  if (filled !== null) {
    throw new SalientError(
      'not_empty',
      `the store is not empty (${filled}): restore into a new folder (SALIENT_DATA) or database (DATABASE_URL), before the service is started on it`,
    );
  }
  // Rows come as they were: nothing is held back from the record of members (migration 38).
  await tx.query(`select set_config('salient.restoring', 'on', true)`);
  const columns = new Map(head.tables.map((table) => [table.name, table]));
  for await (const part of parts) {
    if ('rows' in part) await restoreRows(tx, known(tables, columns, part.table), part.rows);
    if ('sequences' in part) for (const state of part.sequences) await setSequence(tx, state);
    if ('end' in part) return part.end;
  }
  throw new SalientError('invalid_backup', 'the backup cannot be used: it is cut off');
}

/** The table as the backup has it. Names and types are those of the store: nothing of the file becomes SQL by itself. */
function known(
  tables: ReadonlyMap<string, DumpedTable>,
  reported: ReadonlyMap<string, DumpedTable>,
  name: string,
): DumpedTable {
  const [there, given] = [tables.get(name), reported.get(name)];
  const columns = given?.columns.map((column) => there?.columns.find(({ name: own }) => own === column.name));
  if (!there || !columns?.every((column) => column !== undefined)) {
    throw new SalientError('invalid_backup', `the backup cannot be used: its table ${name} is not that of its schema`);
  }
  return { name, columns };
}
