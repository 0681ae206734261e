import { SalientError } from '../errors.js';
import { quote } from '../model/problem-list.js';
import { findJsonFault } from './json-fault.js';

/** GeoJSON needs 8 levels; properties may nest a little. Beyond this a file is an attack or an accident. */
const DEPTH_LIMIT = 64;

/**
 * Bytes or text to a JSON value. Takes UTF-8 with or without a byte order mark, at most `DEPTH_LIMIT` levels and objects whose
 * members have different names; throws `invalid_body` with one problem (at `''`, the message states line:column or byte) for anything else.
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
  const { deep, repeated } = scan(text);
  if (deep !== null)
    throw refusal(
      'depth',
      `${lineAndColumn(text, deep)}: nested more than ${DEPTH_LIMIT} levels deep: no map is, export it again`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    throw refusal(
      'syntax',
      `${fault ? `${lineAndColumn(text, fault.offset)}: ${fault.message}` : `not JSON: ${String(error)}`}${/again/.test(fault?.message ?? '') ? '' : '; export the file again, or correct it there'}`,
    );
  }
  if (repeated !== null)
    throw refusal(
      'repeated_member',
      `${lineAndColumn(text, repeated.offset)}: ${quote(repeated.name)} is in one object a second time, and only one of them would be read; export the file again, or correct it there`,
    );
  return value;
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

interface Scanned {
  /** The offset of the first bracket beyond the limit. */
  deep: number | null;
  /** The first member of an object whose name another member of it has: `JSON.parse` would take the last of them without a word. */
  repeated: { offset: number; name: string } | null;
}

/** Looks at brackets and names. Runs before `JSON.parse`: nothing recurses on the way. */
function scan(text: string): Scanned {
  let depth = 0;
  let objects = 0;
  /** At each depth the number of the object that is open there, and of each name the last object that had it. */
  const open: number[] = [];
  const holders: Map<string, number>[] = [];
  let repeated: Scanned['repeated'] = null;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      const start = i + 1;
      let escaped = false;
      for (i = start; i < text.length; i++) {
        const inside = text.charCodeAt(i);
        if (inside === 0x22) break;
        if (inside === 0x5c) {
          escaped = true;
          i++;
        }
      }
      if (repeated !== null || !isBeforeColon(text, i + 1)) continue;
      const name = escaped ? unescaped(text.slice(start, i)) : text.slice(start, i);
      const object = open[depth] ?? 0;
      holders[depth] ??= new Map();
      const names = holders[depth] as Map<string, number>;
      if (names.get(name) === object) repeated = { offset: start - 1, name };
      names.set(name, object);
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > DEPTH_LIMIT) return { deep: i, repeated };
      if (unit === 0x7b) open[depth] = ++objects;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return { deep: null, repeated };
}

function isBeforeColon(text: string, from: number): boolean {
  let i = from;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text.charCodeAt(i) === 0x3a;
}

/** A name without its escapes; one that JSON does not have is for the parser to refuse. */
function unescaped(name: string): string {
  try {
    return JSON.parse(`"${name}"`) as string;
  } catch {
    return name;
  }
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
