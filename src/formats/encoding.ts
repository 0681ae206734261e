import { SalientError } from '../errors.js';
import { unreadable } from './byte-source.js';
import type { Head } from './format.js';

/** Code pages by their numbers, as Windows and ESRI write them, that the WHATWG knows by another name. */
const CODE_PAGES: ReadonlyMap<string, string> = new Map([
  ['866', 'ibm866'],
  ['874', 'windows-874'],
  ['932', 'shift_jis'],
  ['936', 'gbk'],
  ['949', 'euc-kr'],
  ['950', 'big5'],
  ['1200', 'utf-16le'],
  ['1201', 'utf-16be'],
  ['10000', 'macintosh'],
  ['10007', 'x-mac-cyrillic'],
  ['10017', 'x-mac-cyrillic'],
  ['20127', 'us-ascii'],
  ['20866', 'koi8-r'],
  ['20932', 'euc-jp'],
  ['20936', 'gbk'],
  ['20949', 'euc-kr'],
  ['21866', 'koi8-u'],
  ['50220', 'iso-2022-jp'],
  ['51932', 'euc-jp'],
  ['51936', 'gbk'],
  ['51949', 'euc-kr'],
  ['54936', 'gb18030'],
  ['65001', 'utf-8'],
]);

/** The part of ISO 8859 that a code page of Windows is: 28591 to 28606. */
const isoOfPage = (page: string) => (/^28(59\d|60\d)$/.test(page) ? String(Number(page) - 28590) : undefined);

/** A label of the WHATWG for an encoding as files and people name it: `UTF-8`, `1256`, `ANSI 936`, `CP1251`, `88591`, `ISO 8859-6`; null for none. */
export function encodingNamed(name: string): string | null {
  const compact = name
    .toLowerCase()
    .replace(/^(ansi|oem)[\s_-]*/, '')
    .replace(/[\s_]/g, '');
  const page = /^(?:codepage|cp|windows-?|ibm|ms|x-)?(\d{3,5})$/.exec(compact)?.[1] ?? '';
  // ISO 8859-1 is 88591 in a .cpg, and code page 28591 of Windows.
  const iso = /^(?:iso-?)?8859-?(\d{1,2})$/.exec(compact)?.[1] ?? isoOfPage(page);
  const spelt = iso === undefined ? CODE_PAGES.get(page) : `iso-8859-${iso}`;
  const label = spelt ?? (/^125\d$/.test(page) ? `windows-${page}` : compact);
  // Some labels of the WHATWG have the signs that were taken out: `shift_jis`, `euc-kr`.
  for (const one of [label, name.trim(), name.trim().replaceAll('_', '-')]) {
    try {
      return new TextDecoder(one).encoding;
    } catch {}
  }
  return null;
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

/** The first bytes of a file as a format looks at them: of text in UTF-16 in UTF-8, and which of the two it is in. */
export function headOf(bytes: Uint8Array): { head: Head; utf16: 'utf-16le' | 'utf-16be' | null } {
  const utf16 = utf16Of(bytes);
  const read = utf16 === null ? bytes : Buffer.from(new TextDecoder(utf16).decode(bytes));
  const text = Buffer.from(read.subarray(0, 1 << 16))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return { head: { bytes: read, text }, utf16 };
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
