import { createReadStream } from 'node:fs';
import { access, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import { type Config, PROJECT_ROOT, readConfig } from '../config.js';
import { type ErrorCode, SalientError } from '../errors.js';
import type { BackupSummary } from '../store/backup.js';
import { lockHolder } from '../store/embedded/folder-lock.js';
import { whyUnusable } from '../store/make-folder.js';
import { credentialOf, serviceAt } from './access.js';

const MIGRATIONS = join(PROJECT_ROOT, 'migrations');
const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
};

/** `salient backup` and `salient restore`. */
export function backupCommands(program: Command): void {
  const tell = (done: string, file: string, { rows, sha256 }: BackupSummary) => {
    const json = { file, rows, sha256 };
    process.stdout.write(
      `${program.opts().json ? JSON.stringify(json) : `${done} ${file}: ${rows} rows, SHA-256 ${sha256}`}\n`,
    );
    if (rows === 0) process.stderr.write(`salient: ${file} holds no rows: nothing was ever stored there\n`);
  };
  program
    .command('backup <file>')
    .description('everything in the store as one file, taken at one moment while the service runs')
    .action(async (file: string) => tell('wrote', file, await backUp(readConfig(), file)));
  program
    .command('restore <file>')
    .description('a backup into an empty store of either kind; with the service stopped')
    .action(async (file: string) => tell('restored', file, await restore(readConfig(), file)));
}

/** Written beside, read through once more, and only then given its name. */
async function backUp(config: Config, file: string): Promise<BackupSummary> {
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  ) {
    throw new SalientError('invalid_parameter', `${file} exists: a backup never overwrites a file`);
  }
  const service = serviceAt(config);
  const part = `${file}.part`;
  // Before the database is opened, which may take long: and a stream that cannot be opened would end the process.
  const written = await toWrite(part);
  try {
    const sink = written.createWriteStream();
    if (service) await download(service, credentialOf(config), sink);
    else await dump(config, sink);
    const summary = await check(part);
    await rename(part, file);
    return summary;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await written.close();
  }
}

async function toWrite(part: string): Promise<FileHandle> {
  return open(part, 'w').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such folder' : whyUnusable(cause);
    const message = `a backup cannot be written into ${dirname(part)}: ${why}`;
    throw new SalientError('invalid_parameter', message, [], { cause });
  });
}

async function dump(config: Config, sink: Writable): Promise<void> {
  const [{ openStore }, { writeBackup }] = await Promise.all([
    import('../open-store.js'),
    import('../store/backup.js'),
  ]);
  const { db } = await openStore(config, MIGRATIONS, progress, false);
  try {
    await writeBackup(db, sink);
  } finally {
    await db.close();
  }
}

async function download(service: string, token: string | null, sink: Writable): Promise<void> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(`${service}/backup`, { method: 'POST', headers }).catch((cause) => {
    const message = `the service at ${service}, which has the embedded database, does not answer`;
    throw new SalientError('unavailable', message, [], { cause });
  });
  if (!response.ok || !response.body) {
    const { code, message } = (await response.json()) as { code: ErrorCode; message: string };
    throw new SalientError(code, message);
  }
  await pipeline(Readable.fromWeb(response.body as ReadableStream), sink);
}

async function check(file: string): Promise<BackupSummary> {
  const { readBackup } = await import('../store/backup.js');
  for await (const part of readBackup(createReadStream(file))) if ('end' in part) return part.end;
  throw new SalientError('invalid_backup', `${file} has no end`);
}

async function restore(config: Config, file: string): Promise<BackupSummary> {
  await mustBeReadable(file);
  const holder = config.databaseUrl ? null : lockHolder(config.dataFolder);
  if (holder) {
    throw new SalientError(
      'folder_locked',
      `process ${holder.pid} has ${config.dataFolder}: stop the service, or restore into another folder (SALIENT_DATA)`,
    );
  }
  const [{ openDatabase }, { restoreBackup }] = await Promise.all([
    import('../open-store.js'),
    import('../store/restore.js'),
  ]);
  const { db } = await openDatabase(config, progress);
  try {
    return await restoreBackup(db, createReadStream(file), MIGRATIONS);
  } finally {
    await db.close();
  }
}

/** Before a database is made for it. @throws SalientError `invalid_backup` */
async function mustBeReadable(file: string): Promise<void> {
  const known = await open(file, 'r').catch((cause) => {
    throw new SalientError('invalid_backup', `${file}: there is no such file, or it cannot be read`, [], { cause });
  });
  try {
    if ((await known.stat()).isDirectory()) throw new SalientError('invalid_backup', `${file}: it is a folder`);
  } finally {
    await known.close();
  }
}
