import { parse } from 'csv-parse/sync';
import type { Problem } from '../../errors.js';
import { type IsoDate, isIsoDate } from '../../model/dates.js';
import { ID_RULE, isId } from '../../model/id.js';

/** Turns one cell into a value; throws a plain Error whose message states what was expected. */
export type Cell<T> = (text: string) => T;

type Row<Columns> = { [Name in keyof Columns]: Columns[Name] extends Cell<infer T> ? T : never };

/** What no text of people holds, and PostgreSQL cannot: control characters but tab and line ends, and half of a character. */
export const CONTROL = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;

export const text: Cell<string> = (cell) => {
  if (cell === '') throw new Error('a value is needed');
  if (CONTROL.test(cell)) throw new Error(`${JSON.stringify(cell)} holds a control character or half of a character`);
  return cell;
};

export const slug: Cell<string> = (cell) => {
  if (!isId(cell)) throw new Error(`${JSON.stringify(cell)} is not an id (${ID_RULE})`);
  return cell;
};

export const day: Cell<IsoDate> = (cell) => {
  if (!isIsoDate(cell)) throw new Error(`${JSON.stringify(cell)} is not a calendar day YYYY-MM-DD`);
  return cell;
};

export const flag: Cell<boolean> = (cell) => oneOf('true', 'false')(cell) === 'true';

/** A finite number within `[least, most]`. */
export const number =
  (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Cell<number> =>
  (cell) => {
    const value = Number(cell);
    if (cell === '' || !Number.isFinite(value) || value < least || value > most) {
      throw new Error(`${JSON.stringify(cell)} is not a number from ${least} to ${most}`);
    }
    return value;
  };

/** A whole number that the store can count with, of `least` or more. */
export const whole =
  (least: number): Cell<number> =>
  (cell) => {
    const value = number(least, 2 ** 31 - 1)(cell);
    if (!Number.isInteger(value)) throw new Error(`${JSON.stringify(cell)} is not a whole number`);
    return value;
  };

export const colour: Cell<string> = (cell) => {
  if (!/^#[0-9a-f]{6}$/i.test(cell)) throw new Error(`${JSON.stringify(cell)} is not a colour #rrggbb`);
  return cell;
};

export const oneOf =
  <const Value extends string>(...values: Value[]): Cell<Value> =>
  (cell) => {
    const found = values.find((value) => value === cell);
    if (found === undefined) throw new Error(`${JSON.stringify(cell)} is none of ${values.join(', ')}`);
    return found;
  };

/** An empty cell is null. */
export const optional =
  <T>(of: Cell<T>): Cell<T | null> =>
  (cell) =>
    cell === '' ? null : of(cell);

/** Values separated by `;`; an empty cell is the empty list. */
export const list =
  <T>(of: Cell<T>): Cell<T[]> =>
  (cell) =>
    cell === '' ? [] : cell.split(';').map((item) => of(item.trim()));

/** A row of a table, with the line it stands on. */
export type TableRow<Columns> = Row<Columns> & { line: number };

/**
 * Reads a CSV table (RFC 4180, UTF-8, header row) whose columns are exactly `columns`. Every problem of every row is
 * added to `problems` as `file:line`; rows with a problem are left out of the result.
 */
export function readTable<Columns extends Record<string, Cell<unknown>>>(
  file: string,
  source: string,
  columns: Columns,
  problems: Problem[],
): TableRow<Columns>[] {
  const names = Object.keys(columns);
  const report = (line: number, message: string) =>
    problems.push({ code: 'invalid_geodata', at: `${file}:${line}`, message });
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(source, { bom: true, info: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (error) {
    report((error as { lines?: number }).lines ?? 1, (error as Error).message);
    return [];
  }
  const [header, ...body] = records;
  if (header?.record.join() !== names.join()) {
    report(1, `the header must be ${names.join()}; it is ${header?.record.join() ?? 'missing'}`);
    return [];
  }
  return body.flatMap(({ record, info }) => {
    const row: Record<string, unknown> = { line: info.lines };
    let whole = true;
    names.forEach((name, index) => {
      try {
        row[name] = (columns[name] as Cell<unknown>)((record[index] ?? '').trim());
      } catch (error) {
        whole = false;
        report(info.lines, `${name}: ${(error as Error).message}`);
      }
    });
    return whole ? [row as TableRow<Columns>] : [];
  });
}
