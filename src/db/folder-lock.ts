import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SalientError } from '../errors.js';

/** Who holds a data folder, and where its service answers (null until it listens). */
export interface LockHolder {
  pid: number;
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
  try {
    const holder = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as LockHolder;
    return isAlive(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}

/**
 * Takes the folder for this process: two engines on one folder lose data.
 * @throws SalientError `folder_locked` naming the process that holds it
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine: LockHolder = { pid: process.pid, nonce: randomUUID(), address: null };
  const file = fileOf(folder);
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
      break;
    } catch (cause) {
      const holder = lockHolder(folder);
      if (holder || attempt > 4) {
        throw new SalientError(
          'folder_locked',
          `${folder} is in use by process ${holder?.pid ?? 'unknown'}; stop it, or set SALIENT_DATA to another folder`,
          [],
          { cause },
        );
      }
      // Its process is gone (killed). Only one of several starters wins the rename of the left-over file.
      try {
        renameSync(file, `${file}.stale-${mine.nonce}`);
        rmSync(`${file}.stale-${mine.nonce}`, { force: true });
      } catch {}
    }
  }
  const holds = () => readNonce(file) === mine.nonce;
  return {
    announce(address) {
      if (!holds()) return;
      writeFileSync(`${file}.new`, JSON.stringify({ ...mine, address }));
      renameSync(`${file}.new`, file);
    },
    release() {
      if (holds()) rmSync(file, { force: true });
    },
  };
}

function readNonce(file: string): string | null {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as LockHolder).nonce;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A process id is reused after a reboot or a crash: on Linux make sure that it is a Node process at all.
  try {
    return /node|salient|vitest/i.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
