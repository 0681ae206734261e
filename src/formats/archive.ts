import { crc32 } from 'node:zlib';
import { unzipSync } from 'fflate';
import { type ReadLimits, tooLarge, unreadable } from './byte-source.js';

export interface Archive {
  /** Names of the files in it with the folders that they lie in; without entries of folders and what macOS and Windows add. */
  names: string[];
  /** @throws SalientError `invalid_body` when the file is damaged */
  read(name: string): Uint8Array;
}

/** The folders of an archive in which a file lies, from the outside in. */
export const foldersOf = (name: string): string[] => name.split('/').slice(0, -1);

/** Nothing that is a map has more files; listing a million of them is the attack. */
const MOST_ENTRIES = 10_000;
/** Stored, and deflated. */
const METHODS = [0, 8];
/** What systems put into every folder. */
const OF_A_SYSTEM = /(^|\/)(__MACOSX\/|\._|(\.DS_Store|Thumbs\.db|desktop\.ini)$)/i;

/**
 * Opens a ZIP archive without unpacking it. Names that lead out of it are refused, though nothing is ever written under
 * them, and so is what would unpack to more than the limit, by the sizes it states; what it unpacks to is never longer.
 * @throws SalientError `invalid_body`, `too_large`
 */
export function openArchive(bytes: Uint8Array, limits: ReadLimits): Archive {
  const entries = new Map<string, number>();
  const directory = guarded(() => directoryOf(bytes));
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
        const stated = directory.get(name);
        if (stated?.encrypted)
          throw unreadable(
            `the archive is encrypted (${JSON.stringify(name)} opens with a password): pack it again without one`,
            'archive',
          );
        if (entries.size > MOST_ENTRIES) throw tooLarge(`an archive of more than ${MOST_ENTRIES} files`);
        total += originalSize;
        if (total > limits.unpackedBytes) {
          throw tooLarge(`an archive that unpacks to more than ${limits.unpackedBytes / 1e6} MB`);
        }
        if (name.endsWith('/') || OF_A_SYSTEM.test(name)) return false;
        if (entries.has(name))
          throw unreadable(
            `the archive holds ${JSON.stringify(name)} twice, and which of them is meant it does not say: pack it again`,
            'archive',
          );
        entries.set(name, originalSize);
        return false;
      },
    }),
  );
  return {
    names: [...entries.keys()],
    read(name) {
      const { method = 0, checksum } = directory.get(name) ?? {};
      if (!METHODS.includes(method))
        throw unreadable(
          `${JSON.stringify(name)} in the archive is packed by a method that is not read here (${method}): pack it again as a plain ZIP (Deflate)`,
          'archive',
        );
      const found = guarded(() => unzipSync(bytes, { filter: (entry) => entry.name === name }))[name];
      if (!found || found.length !== entries.get(name) || crc32(found) !== checksum) {
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

/** An entry as the central directory states it. */
interface Stated {
  encrypted: boolean;
  /** How it is packed: 0 stored, 8 deflated. */
  method: number;
  /** CRC-32, at which fflate does not look. */
  checksum: number;
}

/** The entries of the central directory, by name (APPNOTE 4.3.12). */
function directoryOf(bytes: Uint8Array): Map<string, Stated> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, Stated>();
  let end = bytes.length - 22;
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50) {
    const [flags, method, name, extra, comment] = [8, 10, 28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    ) as [number, number, number, number, number];
    // Without the mark of UTF-8 (bit 11) fflate reads a name byte by byte, as Windows' own packer wrote it in its code page.
    const encoding = flags & 0x800 ? 'utf8' : 'latin1';
    const checksum = view.getUint32(at + 16, true);
    const called = Buffer.from(bytes.subarray(at + 46, at + 46 + name)).toString(encoding);
    found.set(called, { encrypted: (flags & 1) === 1, method, checksum });
    at += 46 + name + extra + comment;
  }
  return found;
}
