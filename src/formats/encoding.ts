import { SalientError } from '../errors.js';
import { unreadable } from './byte-source.js';

/** A label of the WHATWG for an encoding as files and people name it: `UTF-8`, `1256`, `ANSI 1252`, `CP1251`, `88591`, `ISO 8859-6`; null for none. */
export function encodingNamed(name: string): string | null {
  const compact = name
    .toLowerCase()
    .replace(/^(ansi|oem)\s*/, '')
    .replace(/[\s_]/g, '');
  const windows = /^(?:cp|windows-?|ms)?(125\d|874)$/.exec(compact)?.[1];
  const iso = /^(?:iso-?)?8859-?(\d{1,2})$/.exec(compact)?.[1];
  const dos = /^(?:cp|ibm)?(866)$/.exec(compact)?.[1];
  const label = windows
    ? `windows-${windows}`
    : iso
      ? `iso-8859-${iso}`
      : dos
        ? 'ibm866'
        : compact === '65001'
          ? 'utf-8'
          : compact;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** @throws SalientError `invalid_parameter` for an `--encoding` that nobody knows */
export function encodingRequested(name: string): string {
  const label = encodingNamed(name);
  if (label !== null) return label;
  throw new SalientError(
    'invalid_parameter',
    `encoding: ${JSON.stringify(name)} is not known: such as UTF-8, windows-1251, windows-1256`,
  );
}

/** The text of a file. @throws SalientError `invalid_body` when it is not in that encoding, naming `--encoding` */
export function decoded(bytes: Uint8Array, label: string, what: string): string {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(
      `${what} is not ${label}: --encoding names the encoding it is in (windows-1251, windows-1256)`,
      'encoding',
    );
  }
}

/**
 * The encoding of a text in UTF-16 by the mark at its start, as spreadsheets write tables ("Unicode text"), or without one by its
 * first letters; null for any other file, and for XML, which states its encoding itself.
 */
export function utf16Of(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [a, b, c, d] = head;
  const label =
    a === 0xff && b === 0xfe && (c !== 0 || d !== 0)
      ? 'utf-16le'
      : a === 0xfe && b === 0xff
        ? 'utf-16be'
        : unmarkedUtf16(head);
  if (label === null) return null;
  return /^\uFEFF?\s*</.test(new TextDecoder(label).decode(head.subarray(0, 64))) ? null : label;
}

/** So many ASCII letters, each beside a zero, are a text: no format of bytes begins so. */
const LETTERS = 8;

function unmarkedUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (head.length < 2 * LETTERS) return null;
  const printed = (byte = 0) => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
  const pairs = Array.from({ length: LETTERS }, (_, i) => [head[2 * i], head[2 * i + 1]] as const);
  if (pairs.every(([first, second]) => printed(first) && second === 0)) return 'utf-16le';
  return pairs.every(([first, second]) => first === 0 && printed(second)) ? 'utf-16be' : null;
}

/** The same text in UTF-8, piece by piece. @throws SalientError `invalid_body` when it is not in that encoding */
export async function* inUtf8(chunks: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(label, { fatal: true });
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (error instanceof SalientError) throw error;
    throw unreadable(
      `the file begins as ${label} and is not that: is it half a file? Fetch or export it again`,
      'encoding',
    );
  }
}
