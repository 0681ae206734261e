import { crc32 } from 'node:zlib';
import { unzipSync } from 'fflate';
import { type ReadLimits, tooLarge, unreadable } from './byte-source.js';

export interface Archive {
  /** Names of the files in it with the folders that they lie in; without entries of folders and what macOS adds. */
  names: string[];
  /** @throws SalientError `invalid_body` when the file is damaged */
  read(name: string): Uint8Array;
}

/** The folders of an archive in which a file lies, from the outside in. */
export const foldersOf = (name: string): string[] => name.split('/').slice(0, -1);

/** Nothing that is a map has more files; listing a million of them is the attack. */
const MOST_ENTRIES = 10_000;

/**
 * Opens a ZIP archive without unpacking it. Names that lead out of it are refused, though nothing is ever written under
 * them, and so is what would unpack to more than the limit, by the sizes it states; what it unpacks to is never longer.
 * @throws SalientError `invalid_body`, `too_large`
 */
export function openArchive(bytes: Uint8Array, limits: ReadLimits): Archive {
  const entries = new Map<string, number>();
  let total = 0;
  guarded(() =>
    unzipSync(bytes, {
      filter({ name, originalSize }) {
        const outside = name.startsWith('/') || /^[a-z]:/i.test(name) || name.split(/[/\\]/).includes('..');
        if (outside)
          throw unreadable(
            `the archive holds ${JSON.stringify(name)}, which leads out of it: pack it again`,
            'archive',
          );
        if (entries.size > MOST_ENTRIES) throw tooLarge(`an archive of more than ${MOST_ENTRIES} files`);
        total += originalSize;
        if (total > limits.unpackedBytes) {
          throw tooLarge(`an archive that unpacks to more than ${limits.unpackedBytes / 1e6} MB`);
        }
        if (!name.endsWith('/') && !/(^|\/)(__MACOSX\/|\._|\.DS_Store$)/.test(name)) entries.set(name, originalSize);
        return false;
      },
    }),
  );
  const checksums = checksumsOf(bytes);
  return {
    names: [...entries.keys()],
    read(name) {
      const found = guarded(() => unzipSync(bytes, { filter: (entry) => entry.name === name }))[name];
      if (!found || found.length !== entries.get(name) || crc32(found) !== checksums.get(name)) {
        throw unreadable(`${JSON.stringify(name)} in the archive is damaged: send the file again`, 'archive');
      }
      return found;
    },
  };
}

function guarded<T>(unzip: () => T): T {
  try {
    return unzip();
  } catch (error) {
    if (error instanceof Error && error.name === 'SalientError') throw error;
    throw unreadable(
      `not a whole ZIP archive (${(error as Error).message}): is it half a file? Fetch or export it again`,
      'archive',
    );
  }
}

/** CRC-32 of each entry as the central directory states it; fflate unpacks without looking at them. */
function checksumsOf(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, number>();
  let end = bytes.length - 22;
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    // Without the mark of UTF-8 (bit 11) fflate reads a name byte by byte, as Windows' own packer wrote it in its code page.
    const encoding = view.getUint16(at + 8, true) & 0x800 ? 'utf8' : 'latin1';
    found.set(Buffer.from(bytes.subarray(at + 46, at + 46 + name)).toString(encoding), view.getUint32(at + 16, true));
    at += 46 + name + extra + comment;
  }
  return found;
}
