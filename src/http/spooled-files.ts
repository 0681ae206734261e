import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { underMark } from '../store/members-record.js';
import { forgetWithAll } from '../store/memo.js';

/** Files that are requested piece by piece, kept whole for a while: those used last stay. */
export interface SpooledFiles {
  /** The path of the file of that key, written when it is not there; simultaneous requests wait for one writing. */
  path(key: string, write: () => Promise<AsyncIterable<string | Uint8Array>>): Promise<string>;
}

const MOST_BYTES = 512e6;
const MOST_FILES = 64;

/**
 * GDAL, pyogrio and QGIS read a file at an address in ranges, and request its length before: both need it whole. It is
 * written to a temporary file, never held in memory; the folder goes when the process ends.
 */
export function spooledFiles(): SpooledFiles {
  let folder: string | null = null;
  let number = 0;
  let total = 0;
  const files = new Map<string, { path: string; bytes: Promise<number> }>();

  function newPath(): string {
    if (folder === null) {
      const made = mkdtempSync(join(tmpdir(), 'salient-files-'));
      process.once('exit', () => rmSync(made, { recursive: true, force: true }));
      folder = made;
    }
    return join(folder, String(++number));
  }

  async function drop(key: string): Promise<void> {
    const file = files.get(key);
    files.delete(key);
    if (!file) return;
    total -= await file.bytes.catch(() => 0);
    await rm(file.path, { force: true });
  }

  async function written(path: string, write: () => Promise<AsyncIterable<string | Uint8Array>>): Promise<number> {
    await pipeline(await write(), createWriteStream(path));
    const { size } = await stat(path);
    total += size;
    return size;
  }

  forgetWithAll(() => {
    for (const key of [...files.keys()]) void drop(key);
  });

  return {
    async path(given, write) {
      const key = underMark(given);
      let file = files.get(key);
      files.delete(key);
      if (!file) {
        const path = newPath();
        file = { path, bytes: written(path, write) };
      }
      files.set(key, file);
      try {
        await file.bytes;
      } catch (error) {
        await drop(key);
        throw error;
      }
      for (const oldest of [...files.keys()].slice(0, -1)) {
        if (total <= MOST_BYTES && files.size <= MOST_FILES) break;
        await drop(oldest);
      }
      return file.path;
    },
  };
}
