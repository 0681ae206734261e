import { unreadable } from '../byte-source.js';

/** A row of the table; null: the record is marked as deleted, and its shape is no ground. */
export type Row = Record<string, unknown> | null;

const DELETED = 0x2a;
const END_OF_FIELDS = 0x0d;
const FIELD = 32;

interface Field {
  name: string;
  type: string;
  at: number;
  length: number;
}

/**
 * The rows of a dBASE table (III to 7 without memo fields), with the records that are marked as deleted as null. Blank
 * values are absent; days are `YYYY-MM-DD`. parsedbf and `shapefile` were tried: both read deleted records as live ones.
 * @throws SalientError `invalid_body` where the bytes contradict themselves
 */
export function readDbf(bytes: Uint8Array, encoding: string): Row[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FIELD) throw damaged('it has no header');
  const records = view.getUint32(4, true);
  const [headerLength, recordLength] = [view.getUint16(8, true), view.getUint16(10, true)];
  const decoder = new TextDecoder(encoding);
  const fields = fieldsOf(bytes, headerLength, decoder);
  if (recordLength < 1 || headerLength + records * recordLength > bytes.length) {
    throw damaged(
      `it states ${records} records of ${recordLength} bytes and has ${bytes.length}: is it half a file? Fetch or export it again`,
    );
  }
  if (fields.some(({ at, length }) => at + length > recordLength)) throw damaged('its fields are longer than a record');
  return Array.from({ length: records }, (_, index) => {
    const record = bytes.subarray(headerLength + index * recordLength, headerLength + (index + 1) * recordLength);
    if (record[0] === DELETED) return null;
    const entries = fields.flatMap(({ name, type, at, length }) => {
      const value = parsed(type, record.subarray(at, at + length), decoder);
      return value === null ? [] : [[name, value]];
    });
    return Object.fromEntries(entries) as Row;
  });
}

const damaged = (message: string) =>
  unreadable(
    `the table of attributes (.dbf) cannot be read: ${message}${/again/.test(message) ? '' : '; export the shapefile again'}`,
    'archive',
  );

function fieldsOf(bytes: Uint8Array, headerLength: number, decoder: TextDecoder): Field[] {
  const fields: Field[] = [];
  let at = 1;
  for (let offset = FIELD; offset + FIELD <= headerLength && bytes[offset] !== END_OF_FIELDS; offset += FIELD) {
    const field = bytes.subarray(offset, offset + FIELD);
    if (field.length < FIELD) throw damaged('its header is cut off');
    const end = field.indexOf(0);
    const name = decoder.decode(field.subarray(0, end === -1 || end > 11 ? 11 : end)).trim();
    const length = field[16] as number;
    fields.push({ name, type: String.fromCharCode(field[11] as number), at, length });
    at += length;
  }
  return fields;
}

/** Numbers that are stars or not numbers, days of blanks or zeros, and truths of `?` are what dBASE writes for nothing. */
function parsed(type: string, bytes: Uint8Array, decoder: TextDecoder): unknown {
  const text = decoder.decode(bytes).replace(/\0/g, '').trim();
  if (text === '') return null;
  if (type === 'N' || type === 'F' || type === 'O') return Number.isNaN(Number(text)) ? null : Number(text);
  if (type === 'L') return /^[yt]$/i.test(text) ? true : /^[nf]$/i.test(text) ? false : null;
  if (type !== 'D') return text;
  return /^(?!0{8})\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : null;
}
