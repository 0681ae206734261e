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
