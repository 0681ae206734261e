import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What of an answer was made and not yet taken, in a file without a name: it goes with the process, whatever happens. */
export interface Overflow {
  /** Adds to the end; false where there is no room: nothing of it was added. */
  put(bytes: Uint8Array): Promise<boolean>;
  /** The next bytes, at most so many; null when there are none just now. */
  take(most: number): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** Room for the overflow of all answers together, bytes. */
const MOST_BYTES = 256e6;
let used = 0;

export function openOverflow(): Overflow {
  let file: FileHandle | null = null;
  let end = 0;
  let start = 0;
  return {
    async put(bytes) {
      if (used + bytes.length > MOST_BYTES) return false;
      used += bytes.length;
      try {
        file ??= await nameless();
        let written = 0;
        while (written < bytes.length) {
          written += (await file.write(bytes, written, bytes.length - written, end + written)).bytesWritten;
        }
        end += bytes.length;
        return true;
      } catch {
        // The disk is full, for example: what was written of it is written over.
        used -= bytes.length;
        return false;
      }
    },
    async take(most) {
      if (start === end || file === null) return null;
      const bytes = Buffer.allocUnsafe(Math.min(most, end - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      start += bytesRead;
      return bytes.subarray(0, bytesRead);
    },
    async close() {
      used -= end;
      [start, end] = [0, 0];
      await file?.close();
      file = null;
    },
  };
}

async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `salient-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
