import { crc32 } from 'node:zlib';
import { Gunzip, Inflate, inflateSync, unzipSync } from 'fflate';
import { SalientError } from '../errors.js';
import { pointer } from '../model/problem-list.js';
import { type ReadLimits, tooLarge, unreadable } from './byte-source.js';

export interface Archive {
  /** Names of the files in it with the folders that they lie in; without entries of folders and what macOS and Windows add. */
  names: string[];
  /** How many bytes it unpacks to. */
  unpackedBytes: number;
  /** The first 64 kB of a file, those of what it packs where it is a gzip; `whole`: they are all of it. */
  head(name: string): { bytes: Uint8Array; whole: boolean };
  /** @throws SalientError `invalid_body` when the file is damaged */
  read(name: string): Uint8Array;
}

/** The folders of an archive in which a file lies, from the outside in. */
export const foldersOf = (name: string): string[] => name.split('/').slice(0, -1);

/** What is read of a file of an archive; a refusal says of which. */
export async function inMember<T>(name: string, several: boolean, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof SalientError ? ofMember(name, several, error) : error;
  }
}

/** The same where it is read at once. */
export function inMemberNow<T>(name: string, several: boolean, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SalientError ? ofMember(name, several, error) : error;
  }
}

function ofMember(name: string, several: boolean, { code, message, problems, cause }: SalientError): SalientError {
  const start = `${name} in the archive: `;
  const places = problems.map((one) => ({
    ...one,
    at: several ? `${pointer('', name)}${one.at}` : one.at,
    message: one.message === message ? `${start}${message}` : one.message,
  }));
  return new SalientError(code, `${start}${message}`, places, { cause });
}

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
  const stated = (name: string): Stated => {
    const entry = directory.get(name);
    if (entry && METHODS.includes(entry.method)) return entry;
    throw unreadable(
      `${JSON.stringify(name)} in the archive is packed by a method that is not read here (${entry?.method}): pack it again as a plain ZIP (Deflate)`,
      'archive',
    );
  };
  return {
    names: [...entries.keys()],
    unpackedBytes: total,
    head(name) {
      const { method, at, size } = stated(name);
      try {
        const packed = bytes.subarray(at, at + size);
        const first = method === 0 ? { bytes: packed.subarray(0, HEAD), whole: size <= HEAD } : start(Inflate, packed);
        return isGzip(first.bytes) ? start(Gunzip, first.bytes) : first;
      } catch {
        throw damaged(name);
      }
    },
    read(name) {
      const { method, at, size, checksum } = stated(name);
      const length = entries.get(name) ?? 0;
      const packed = bytes.subarray(at, at + size);
      let found: Uint8Array;
      try {
        found = method === 0 ? packed.slice() : inflateSync(packed, { out: new Uint8Array(length) });
      } catch {
        throw damaged(name);
      }
      if (found.length !== length || crc32(found) !== checksum) throw damaged(name);
      return found;
    },
  };
}

const damaged = (name: string) =>
  unreadable(`${JSON.stringify(name)} in the archive is damaged: send the file again`, 'archive');

/** So much of a file says what it is. */
const HEAD = 65_536;
/** So much is unpacked at a time: a kilobyte of packed bytes is a megabyte at most. */
const PIECE = 1024;

export const isZip = ([a, b, c, d]: Uint8Array): boolean =>
  a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6));
export const isGzip = ([a, b]: Uint8Array): boolean => a === 0x1f && b === 0x8b;

/** The first bytes of what is packed, without unpacking the rest. */
function start(Unpack: typeof Inflate | typeof Gunzip, packed: Uint8Array): { bytes: Uint8Array; whole: boolean } {
  const parts: Uint8Array[] = [];
  let size = 0;
  const unpack = new Unpack((part) => {
    parts.push(part);
    size += part.length;
  });
  let at = 0;
  for (; at < packed.length && size < HEAD; at += PIECE) unpack.push(packed.subarray(at, at + PIECE));
  return { bytes: Buffer.concat(parts).subarray(0, HEAD), whole: at >= packed.length && size <= HEAD };
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
  /** Where its packed bytes begin, and how many they are. */
  at: number;
  size: number;
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
    const [checksum, size32, header32] = [16, 20, 42].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ];
    const { size, header } = longer(view, at, { size: size32, header: header32 });
    const begins = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const called = Buffer.from(bytes.subarray(at + 46, at + 46 + name)).toString(encoding);
    found.set(called, { encrypted: (flags & 1) === 1, method, checksum, at: begins, size });
    at += 46 + name + extra + comment;
  }
  return found;
}

const LONG = 0xffffffff;

/** What does not fit into 32 bits stands in an extra field (ZIP64; APPNOTE 4.5.3), and some packers put it there always. */
function longer(view: DataView, at: number, short: { size: number; header: number }): { size: number; header: number } {
  if (short.size !== LONG && short.header !== LONG) return short;
  let field = at + 46 + view.getUint16(at + 28, true);
  const end = field + view.getUint16(at + 30, true);
  while (field + 4 <= end && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true);
  let next = field + 4 + (view.getUint32(at + 24, true) === LONG ? 8 : 0);
  const long = (value: number) => {
    if (value !== LONG) return value;
    next += 8;
    return Number(view.getBigUint64(next - 8, true));
  };
  return { size: long(short.size), header: long(short.header) };
}
