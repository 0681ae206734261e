/** One file or folder of a tar: its bytes are those of the archive, not a copy. */
export interface TarEntry {
  name: string;
  isFolder: boolean;
  data: Uint8Array;
  /** Header, data and padding, as they stand in the archive. */
  blocks: Uint8Array;
}

const BLOCK = 512;
const FOLDER = '5';
const padded = (bytes: number) => Math.ceil(bytes / BLOCK) * BLOCK;
const textAt = (header: Uint8Array, from: number, length: number) =>
  Buffer.from(header.subarray(from, from + length))
    .toString('utf8')
    .replace(/\0.*$/s, '');

/**
 * The entries of a tar (ustar; names of at most 100 bytes), in its order.
 * @throws Error where the archive ends in the middle of a file
 */
export function* tarEntries(archive: Uint8Array): Generator<TarEntry> {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    const name = textAt(header, 0, 100);
    if (name === '') return;
    const size = Number.parseInt(textAt(header, 124, 12), 8) || 0;
    const from = at + BLOCK;
    if (from + size > archive.length) throw new Error(`${name} is cut off`);
    const next = from + padded(size);
    yield {
      name: name.replace(/\/$/, ''),
      isFolder: textAt(header, 156, 1) === FOLDER,
      data: archive.subarray(from, from + size),
      blocks: archive.subarray(at, next),
    };
    at = next;
  }
}

/** A tar of files, and of folders (without data), for their owner alone. */
export function tarOf(entries: readonly { name: string; data: Uint8Array | null }[]): Buffer {
  const blocks: Uint8Array[] = [];
  for (const { name, data } of entries) {
    if (Buffer.byteLength(name) > 99) throw new Error(`${name}: a tar has names of at most 99 bytes`);
    blocks.push(headerOf(data === null ? `${name}/` : name, data));
    if (data) blocks.push(data, new Uint8Array(padded(data.length) - data.length));
  }
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

function headerOf(name: string, data: Uint8Array | null): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 'utf8');
  octal(data ? 0o600 : 0o700, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(data?.length ?? 0, 124, 12);
  octal(0, 136, 12);
  header.write(data ? '0' : FOLDER, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  // The sum is over the header with blanks where the sum stands.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
