import type { Columns, WrittenRow } from '../format.js';
import type { PropertyType } from '../property-type.js';

/** A column of the table: the name it has there, of ten characters at most. */
export interface DbfField {
  column: string;
  name: string;
  type: 'C' | 'N' | 'D' | 'L';
  length: number;
  decimals: number;
}

const KINDS: Record<PropertyType, Pick<DbfField, 'type' | 'length' | 'decimals'>> = {
  string: { type: 'C', length: 254, decimals: 0 },
  integer: { type: 'N', length: 18, decimals: 0 },
  number: { type: 'N', length: 24, decimals: 15 },
  boolean: { type: 'L', length: 1, decimals: 0 },
  date: { type: 'D', length: 8, decimals: 0 },
  'date-time': { type: 'C', length: 24, decimals: 0 },
};

const LONGEST_NAME = 10;

/** The columns as the table has them: names cut to ten characters, those that then are the same distinguished by a number. */
export function dbfFields(columns: Columns): DbfField[] {
  const taken = new Set<string>();
  return Object.entries(columns).map(([column, [type]]) => {
    let name = column.slice(0, LONGEST_NAME);
    for (let n = 1; taken.has(name.toLowerCase()); n++) {
      name = `${column.slice(0, LONGEST_NAME - 1 - String(n).length)}_${n}`;
    }
    taken.add(name.toLowerCase());
    return { column, name, ...KINDS[type] };
  });
}

const recordLength = (fields: readonly DbfField[]) => fields.reduce((sum, { length }) => sum + length, 1);

/** The head of a table (dBASE III) of so many records, last changed on a day. */
export function dbfHeader(fields: readonly DbfField[], count: number, changed: string): Uint8Array {
  const head = Buffer.alloc(32 + 32 * fields.length + 1);
  const [year = 1900, month = 1, day = 1] = changed.slice(0, 10).split('-').map(Number);
  head.set([3, year - 1900, month, day]);
  head.writeUInt32LE(count, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(recordLength(fields), 10);
  for (const [index, { name, type, length, decimals }] of fields.entries()) {
    const at = 32 + 32 * index;
    head.write(name, at, 'latin1');
    head.write(type, at + 11, 'latin1');
    head.set([length, decimals], at + 16);
  }
  head[head.length - 1] = 0x0d;
  return head;
}

/** A record in UTF-8, and how many of its texts were too long and were cut. */
export function dbfRecord(fields: readonly DbfField[], row: WrittenRow): { bytes: Uint8Array; cut: number } {
  const bytes = Buffer.alloc(recordLength(fields), ' ');
  let [at, cut] = [1, 0];
  for (const field of fields) {
    const text = textOf(field, row[field.column] ?? null);
    const whole = Buffer.from(text, 'utf8');
    const fitting = whole.length <= field.length ? whole : cutText(whole, field.length);
    if (fitting.length < whole.length) cut++;
    fitting.copy(bytes, field.type === 'N' ? at + field.length - fitting.length : at);
    at += field.length;
  }
  return { bytes, cut };
}

/** Not in the middle of a character: bytes that go one on begin with the bits 10. */
function cutText(whole: Buffer, length: number): Buffer {
  let end = length;
  while (((whole[end] as number) & 0xc0) === 0x80) end--;
  return whole.subarray(0, end);
}

function textOf({ type, length }: DbfField, value: unknown): string {
  if (value === null) return type === 'L' ? '?' : '';
  if (type === 'L') return value ? 'T' : 'F';
  if (type === 'D') return String(value).slice(0, 10).replaceAll('-', '');
  if (type !== 'N') return String(value);
  const text = String(value);
  return text.length <= length ? text : Number(value).toPrecision(length - 8);
}
