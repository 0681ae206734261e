import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the system says of a folder that cannot be used, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  EEXIST: 'it is a file',
  ENOTDIR: 'it is a file, or lies below one',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ELOOP: 'it is a link to itself',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a folder or file cannot be used, for whoever set it. */
export const whyUnusable = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
};

/** The same of what is only read: nothing is made where it is missing. */
export const whyUnreadable = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : whyUnusable(error);

/**
 * Makes a folder that can be written to, with those above it. One after the other: where the system has none to give (`/proc`), Node's
 * own recursion never comes to an end.
 * @throws NodeJS.ErrnoException `whyUnusable` has its words
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (!existsSync(path)) {
    if (dirname(path) !== path) makeFolder(dirname(path), mode);
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      // Another was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(path)) throw error;
    }
  }
  if (!statSync(path).isDirectory()) throw Object.assign(new Error(`${path}: not a folder`), { code: 'ENOTDIR' });
}

/** The same, and that this user can write there. @throws NodeJS.ErrnoException as `makeFolder` */
export function makeWritableFolder(path: string, mode?: number): void {
  makeFolder(path, mode);
  accessSync(path, constants.W_OK | constants.X_OK);
}
