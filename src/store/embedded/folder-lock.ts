import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SalientError } from '../../errors.js';

/** Who holds a data folder, and where its service answers (null until it listens). */
export interface LockHolder {
  pid: number;
  /** When the process began (Linux; null elsewhere): its number alone may since belong to another. */
  began: string | null;
  nonce: string;
  address: string | null;
}

export interface FolderLock {
  /** Writes the service's address into the lock, for the command line to find it. */
  announce(address: string): void;
  release(): void;
}

const fileOf = (folder: string) => join(folder, 'lock.json');

/** The live holder of the folder, or null: no lock, or one whose process is gone. */
export function lockHolder(folder: string): LockHolder | null {
  const holder = read(fileOf(folder));
  return holder && isAlive(holder) ? holder : null;
}

/** How long the lock must stay ours after a left-over one was cleared away: another starter may be clearing too. */
const SETTLE_MS = 100;

/**
 * Takes the folder for this process: two engines on one folder lose data.
 * @throws SalientError `folder_locked` naming the process that holds it
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine: LockHolder = {
    pid: process.pid,
    began: beginningOf(process.pid),
    nonce: randomUUID(),
    address: null,
  };
  const file = fileOf(folder);
  const holds = () => read(file)?.nonce === mine.nonce;
  let cleared = false;
  while (!appears(file, mine)) {
    const found = read(file);
    if (found && isAlive(found)) throw locked(folder, found);
    clear(file, found, mine.nonce);
    cleared = true;
  }
  if (cleared) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
  if (cleared && !holds()) throw locked(folder, read(file));
  return {
    announce(address) {
      if (!holds()) return;
      const next = `${file}.${mine.nonce}`;
      writeFileSync(next, JSON.stringify({ ...mine, address }));
      renameSync(next, file);
    },
    release() {
      if (holds()) rmSync(file, { force: true });
    },
  };
}

const locked = (folder: string, holder: LockHolder | null) =>
  new SalientError(
    'folder_locked',
    `${folder} is in use by process ${holder?.pid ?? 'unknown'}; stop it, or set SALIENT_DATA to another folder`,
  );

/** Puts the lock there, whole at once (nobody ever reads half of one); false when there is one. */
function appears(file: string, lock: LockHolder): boolean {
  const whole = `${file}.${lock.nonce}`;
  writeFileSync(whole, JSON.stringify(lock));
  try {
    linkSync(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Moves a left-over lock away. When another starter was quicker it was theirs that moved: it goes back. */
function clear(file: string, found: LockHolder | null, nonce: string): void {
  const aside = `${file}.left-${nonce}`;
  try {
    renameSync(file, aside);
    const moved = read(aside);
    if (moved && moved.nonce !== found?.nonce) linkSync(aside, file);
  } catch {
    // Gone already, or a third one took the place: the next attempt sees who.
  }
  rmSync(aside, { force: true });
}

function read(file: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

function isAlive({ pid, began }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const there = beginningOf(pid);
  // After a crash the number may belong to another process; in a container that starts again, to this very one.
  return there !== ENDED && (!began || !there || there === began);
}

const ENDED = 'ended';

/** Boot and clock tick at which a process began; ENDED for one nobody has buried; null where the system does not say. */
function beginningOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks. After it come the state and, 19 fields on, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 'ZX'.includes(fields[0] ?? '') ? ENDED : `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}
