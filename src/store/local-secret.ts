import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

const FILE = 'local-secret';

/**
 * The secret by which a caller proves to be the operator on this machine: whoever can read this file (mode 0600) could
 * change the store itself. Created when missing; several services of one folder share it.
 * @returns null where none can be kept (a read-only file system, a file that others can read)
 */
export function localSecret(folder: string): string | null {
  const file = join(folder, FILE);
  const known = readLocalSecret(folder);
  if (known !== null) return known;
  const whole = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    makeFolder(folder, 0o700);
    writeFileSync(whole, `sal_local_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    // Whole at once: nobody reads half of one. When another was quicker, theirs holds.
    linkSync(whole, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return null;
  } finally {
    rmSync(whole, { force: true });
  }
  return readLocalSecret(folder);
}

/** The secret of a folder, for its own user alone; null when there is none, or others can read or could have put it there. */
export function readLocalSecret(folder: string): string | null {
  const file = join(folder, FILE);
  try {
    const { mode, uid } = lstatSync(file);
    const private_ = (mode & 0o077) === 0 && (mode & 0o170000) === 0o100000;
    const ours = process.getuid === undefined || uid === process.getuid() || process.getuid() === 0;
    const secret = readFileSync(file, 'utf8').trim();
    return private_ && ours && secret.length >= 40 ? secret : null;
  } catch {
    return null;
  }
}
