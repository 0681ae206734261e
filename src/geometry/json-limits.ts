import { SalientError } from '../errors.js';
import { findJsonFault } from './json-fault.js';

/** GeoJSON needs 8 levels; properties may nest a little. Beyond this a file is an attack or an accident. */
export const DEPTH_LIMIT = 64;

/**
 * Bytes or text to a JSON value. Takes UTF-8 with or without a byte order mark and at most `DEPTH_LIMIT` levels;
 * throws `invalid_body` with one problem (at `''`, the message states line:column or byte) for anything else.
 * The size is the caller's to bound.
 */
export function parseJson(input: string | Uint8Array): unknown {
  const text = (typeof input === 'string' ? input : decodeUtf8(input)).replace(/^\uFEFF/, '');
  if (/^\s*$/.test(text.slice(0, 4096)) && text.trim() === '')
    throw refusal('empty', 'the body is empty: fetch or export the map again');
  if (/^\s*</.test(text)) {
    throw refusal(
      'syntax',
      'this is XML or HTML (KML, GML, an error page?), not GeoJSON: convert KML with ogr2ogr -f GeoJSON',
    );
  }
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw refusal(
      'depth',
      `${lineAndColumn(text, deep)}: nested more than ${DEPTH_LIMIT} levels deep: no map is, export it again`,
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    throw refusal(
      'syntax',
      `${fault ? `${lineAndColumn(text, fault.offset)}: ${fault.message}` : `not JSON: ${String(error)}`}${/again/.test(fault?.message ?? '') ? '' : '; export the file again, or correct it there'}`,
    );
  }
}

function refusal(code: string, message: string): SalientError {
  return new SalientError('invalid_body', message, [{ code, at: '', message }]);
}

/** `line 3, column 14`, both from 1; columns count UTF-16 units. */
function lineAndColumn(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', start)) {
    line++;
    start = next + 1;
  }
  return `line ${line}, column ${offset - start + 1}`;
}

/** The offset of the first bracket beyond the limit, or null. Runs before `JSON.parse`: nothing recurses on the way. */
function tooDeepAt(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > DEPTH_LIMIT) return i;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return null;
}

function decodeUtf8(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if (a === 0x1f && b === 0x8b) throw refusal('encoding', 'this is gzip: unpack it first');
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) {
    throw refusal(
      'encoding',
      'this is a ZIP archive (a shapefile, a KMZ?): convert it with ogr2ogr -f GeoJSON -t_srs OGC:CRS84',
    );
  }
  const utf16 = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || (b === 0 && bytes.length > 1);
  if (utf16)
    throw refusal(
      'encoding',
      'this is UTF-16 or UTF-32: --encoding utf-16le or utf-16be reads the former, or save it as UTF-8 (RFC 8259)',
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal(
      'encoding',
      `byte ${badByte(bytes)} is not UTF-8: --encoding names the encoding it is in (windows-1251, windows-1256), or save it as UTF-8 (RFC 8259)`,
    );
  }
}

/** Offset of the first byte that is not UTF-8: where decoding put U+FFFD although the file does not contain it. */
function badByte(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', from)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
}
