import { parse } from 'csv-parse/sync';
import { fromWkb } from '../../geometry/wkb.js';
import { SEPARATORS, withoutSeparator } from '../../model/table-text.js';
import type { Head } from '../format.js';

/** A table with ground in it: what separates its fields, and which column has the geometries. */
export interface GroundTable {
  delimiter: string;
  column: string;
}

/** Names of columns that hold geometries, whatever is in its first rows. */
const GEOMETRY_COLUMNS = ['wkt', 'geometry', 'geom', 'the_geom', 'wkt_geom', 'geojson', 'wkb', 'wkb_geometry', 'shape'];
const WKT = /^\s*(?:SRID=\d+;)?\s*(?:(?:MULTI|CURVE)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|MULTISURFACE)/i;
/** Rows that are looked at for a geometry. */
const ROWS = 20;

/**
 * How a table is written, by its header and first rows: the separator by which there is a column of geometries, known by
 * its content (WKT, WKB or EWKB in hex, GeoJSON) or else by its name. Null when there is none: then it is no map.
 */
export function tableOf(head: Pick<Head, 'text'>): GroundTable | null {
  const known = LOOKED_AT.get(head);
  if (known !== undefined) return known;
  const found = tableIn(head.text);
  LOOKED_AT.set(head, found);
  return found;
}

/** A file is asked several times what it is. */
const LOOKED_AT = new WeakMap<Pick<Head, 'text'>, GroundTable | null>();

function tableIn(whole: string): GroundTable | null {
  if (/^\s*[[{<]/.test(whole) || whole.includes('\0')) return null;
  const { text, delimiters } = withoutSeparator(whole);
  const readings = delimiters.map((delimiter) => ({ delimiter, rows: firstRows(text, delimiter) }));
  const found = (columnOf: (names: string[], rows: string[][]) => string | undefined) => {
    for (const {
      delimiter,
      rows: [names, ...rows],
    } of readings) {
      const column = names && names.length > 0 ? columnOf(names, rows) : undefined;
      if (column !== undefined) return { delimiter, column };
    }
    return null;
  };
  return (
    found((names, rows) => names.find((_, index) => rows.some((row) => isArea(row[index] ?? '')))) ??
    found((names, rows) => names.find((_, index) => rows.some((row) => isGeometry(row[index] ?? '')))) ??
    found((names) => names.find((name) => GEOMETRY_COLUMNS.includes(name.trim().toLowerCase())))
  );
}

/** Is the text a table, though one without ground? */
export function isTable(text: string): boolean {
  return SEPARATORS.some((delimiter) => {
    const rows = firstRows(text, delimiter);
    const [names] = rows;
    return (
      names !== undefined && names.length > 1 && rows.length > 1 && rows.every((row) => row.length === names.length)
    );
  });
}

/** Cells that hold areas: WKT, GeoJSON, or WKB in hex (as `COPY` writes it, or with `\x` or `0x` before it). */
export function isGeometry(cell: string): boolean {
  if (WKT.test(cell)) return true;
  if (cell.startsWith('{')) return /"type"\s*:\s*"(?:Multi)?(?:Polygon|LineString|Point)"|"geometries"/.test(cell);
  const bytes = hexBytes(cell.slice(0, 64));
  return bytes !== null && bytes.length >= 9 && (bytes[0] === 0 || bytes[0] === 1) && startsWkb(bytes);
}

/** Cells of a column of the ground: another may have a point for each area, for its label. */
function isArea(cell: string): boolean {
  if (!isGeometry(cell)) return false;
  const bytes = hexBytes(cell.slice(0, 64));
  if (bytes === null) return /POLYGON|SURFACE|GEOMETRYCOLLECTION|"geometries"/i.test(cell.slice(0, 1000));
  return AREA_KINDS.includes(kindOf(bytes));
}

/** WKB's numbers of polygons, collections, and areas with curves. */
const AREA_KINDS = [3, 6, 7, 10, 12];

/** The bytes that a cell of hexadecimal digits stands for; null for any other text. */
export function hexBytes(cell: string): Uint8Array | null {
  const digits = cell.trim().replace(/^(?:\\x|0x)/i, '');
  return digits.length >= 18 && digits.length % 2 === 0 && /^[0-9a-f]+$/i.test(digits)
    ? Buffer.from(digits, 'hex')
    : null;
}

/** Whether bytes begin as WKB of any kind, curves too, extended or not. */
export function startsWkb(bytes: Uint8Array): boolean {
  return typeOf(bytes) < 4000 && kindOf(bytes) >= 1 && kindOf(bytes) <= 17;
}

const typeOf = (wkb: Uint8Array) =>
  new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength).getUint32(1, wkb[0] === 1) & 0x1fffffff;
/** Without its dimensions. */
const kindOf = (wkb: Uint8Array) => typeOf(wkb) % 1000;

/** The first records, quoted fields and all; a record that the head cuts off is left out. */
function firstRows(text: string, delimiter: string): string[][] {
  try {
    const cut = text.length >= 1 << 16;
    const rows = parse(text, {
      delimiter,
      to: ROWS,
      relax_column_count: true,
      relax_quotes: cut,
      skip_empty_lines: true,
      max_record_size: 0,
    }) as string[][];
    return rows.length > 1 || !cut ? rows : [];
  } catch {
    // A record longer than the head: its header alone decides.
    const [header = ''] = text.split(/\r?\n/);
    try {
      return parse(header, { delimiter }) as string[][];
    } catch {
      return [];
    }
  }
}

/** The geometry that WKB stands for, with its SRID where it is extended. @throws RangeError */
export function fromHex(bytes: Uint8Array): { geometry: unknown; srid: number | null; dropped: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 1;
  const srid = (view.getUint32(1, little) >>> 29) & 1 ? view.getUint32(5, little) : null;
  return { ...fromWkb(bytes), srid };
}
