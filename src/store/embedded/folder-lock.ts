import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SalientError } from '../../errors.js';
import { makeWritableFolder, whyUnusable } from '../make-folder.js';

/** Who holds a data folder, and where its service answers (null until it listens). */
export interface LockHolder {
  pid: number;
  /** When the process began (Linux; null elsewhere): its number alone may since belong to another. */
  began: string | null;
  /** In which list of processes the number counts (Linux): another container has another one. Null elsewhere. */
  space?: string | null;
  nonce: string;
  address: string | null;
}

export interface FolderLock {
  /** Writes the service's address into the lock, for the command line to find it. */
  announce(address: string): void;
  /** Calls back when the lock has gone with its folder, or is another's: what is written from now on may be lost. */
  onceLost(lost: () => void): void;
  /** Whether it is ours as far as the disk says, now. */
  holds(): boolean;
  release(): void;
}

const fileOf = (folder: string) => join(folder, 'lock.json');

/** The live holder of the folder, or null: no lock, or one whose process is gone. */
export function lockHolder(folder: string): LockHolder | null {
  const holder = read(fileOf(folder));
  return holder && (isElsewhere(holder) ? silence(fileOf(folder)) < SILENT_MS : isAlive(holder)) ? holder : null;
}

/** The holder touches its lock so often; one that was not touched for so long has no holder any more, milliseconds. */
const BEAT_MS = 1_000;
const SILENT_MS = 15_000;

/** After so many looks at which the lock was not ours, it is lost. */
const MISSED_BEATS = 2;

/** How long the lock must stay ours after a left-over one was cleared away: another starter may be clearing too. */
const SETTLE_MS = 100;

/**
 * Takes the folder for this process: two engines on one folder lose data.
 * @throws SalientError `folder_locked` naming the process that holds it, `database_unfit` where there is no such folder to be had
 */
export function lockFolder(folder: string): FolderLock {
  try {
    makeWritableFolder(folder, 0o700);
  } catch (error) {
    throw new SalientError('database_unfit', `SALIENT_DATA=${folder}: ${whyUnusable(error)}`, [], { cause: error });
  }
  const mine: LockHolder = {
    pid: process.pid,
    began: beginningOf(process.pid),
    space: spaceOfProcesses(),
    nonce: randomUUID(),
    address: null,
  };
  const file = fileOf(folder);
  const holds = () => read(file)?.nonce === mine.nonce;
  let lost = () => {};
  let missed = 0;
  let cleared = false;
  while (!appears(file, mine)) {
    const found = read(file);
    if (found && !hasGone(file, found)) throw locked(folder, found);
    clear(file, found, mine.nonce);
    cleared = true;
  }
  if (cleared) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
  if (cleared && !holds()) throw locked(folder, read(file));
  const beat = setInterval(() => {
    try {
      // Another starter that finds out whether it is left over moves it aside for a moment.
      missed = isAnothers(file, mine) ? missed + 1 : 0;
      if (missed === MISSED_BEATS) lost();
      if (missed === 0) utimesSync(file, new Date(), new Date());
    } catch {
      // A disk that is full or gone is reported by the engine.
    }
  }, BEAT_MS).unref();
  return {
    holds,
    onceLost(callback) {
      lost = callback;
    },
    announce(address) {
      if (!holds()) return;
      const next = `${file}.${mine.nonce}`;
      writeFileSync(next, JSON.stringify({ ...mine, address }));
      renameSync(next, file);
    },
    release() {
      clearInterval(beat);
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

/** Whether the lock is not there, or is of another: what cannot be read just now (too many open files) is neither. */
function isAnothers(file: string, { nonce }: LockHolder): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as LockHolder).nonce !== nonce;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function read(file: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

/**
 * Whether the holder of a lock has gone. One whose processes we cannot see (another container) has when its lock is not
 * touched any more, which takes up to SILENT_MS to find out after a crash.
 */
function hasGone(file: string, holder: LockHolder): boolean {
  if (!isElsewhere(holder)) return !isAlive(holder);
  const first = touchedAt(file);
  while (silence(file) < SILENT_MS) {
    if (touchedAt(file) !== first || read(file)?.nonce !== holder.nonce) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BEAT_MS / 2);
  }
  return true;
}

/** Whether the number of the holder counts in another list of processes than ours: here it means nothing. */
const isElsewhere = ({ space }: LockHolder): boolean => space !== undefined && space !== spaceOfProcesses();

const touchedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const silence = (file: string): number => Date.now() - touchedAt(file);

/** The PID namespace of this process, of this boot of this host. */
function spaceOfProcesses(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
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

/** Boot and clock tick at which a process began; ENDED for one nobody has buried; null where the system does not report it. */
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
