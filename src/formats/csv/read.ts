import { parse } from 'csv-parse/sync';
import type { DeclaredCrs } from '../../geometry/geojson-crs.js';
import { parseJson } from '../../geometry/json-limits.js';
import { quote } from '../../model/problem-list.js';
import { withoutSeparator } from '../../model/table-text.js';
import { unreadable } from '../byte-source.js';
import { decoded, encodingRequested } from '../encoding.js';
import type { Head } from '../format.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';
import { fromHex, hexBytes, tableOf } from './table.js';
import { fromWkt } from './wkt.js';

/** `36,5 35,5` where `36.5 35.5` is meant: spreadsheets of half of Europe write so. */
const DECIMAL_COMMA = /\(\s*[-+]?\d+,\d+\s+[-+]?\d+,\d+\s*[,;)]/;

/** Reads a table with a column of geometries (RFC 4180; comma, semicolon, tab or pipe). Empty fields are absent. */
export function readCsv(bytes: Uint8Array, head: Head, encoding: string | null, reader: MapReader): void {
  const table = tableOf(head);
  if (table === null) throw unreadable('the table has no column of geometries: name it geometry, geom or wkt');
  const { delimiter, column } = table;
  const whole = decoded(bytes, encoding === null ? 'utf-8' : encodingRequested(encoding), 'the table');
  const { text, lines } = withoutSeparator(whole);
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      ...{ columns: (names: string[]) => apart(names, reader), delimiter, bom: true, info: true, max_record_size: 0 },
      // Spreadsheets leave rows of nothing but separators behind a table.
      ...{ skip_empty_lines: true, skip_records_with_empty_values: true },
    });
  } catch (error) {
    throw unreadable(
      `the table cannot be read: ${(error as Error).message}; export it again as CSV with quoted fields`,
    );
  }
  for (const [index, { record, info }] of rows.entries()) {
    if (reader.problems.full) break;
    const at = `/features/${index}`;
    const { [column]: cell = '', ...rest } = record;
    const properties = Object.fromEntries(
      Object.entries(rest).flatMap(([key, value]) => {
        if (value === '') return [];
        return [[key, key === 'confidence' && Number.isFinite(Number(value)) ? Number(value) : value]];
      }),
    );
    const knownAs = { kind: 'row', number: `line ${info.lines + lines}` };
    try {
      const { geometry, crs } = cellGeometry(cell, reader);
      reader.add({ feature: { type: 'Feature', properties, geometry }, at, crs, knownAs });
    } catch (error) {
      const why = DECIMAL_COMMA.test(cell)
        ? 'its numbers have decimal commas: write decimal points (36.5 35.5)'
        : `${(error as Error).message}; correct it at its source`;
      const message = `line ${info.lines + lines}: neither WKT, WKB in hex nor GeoJSON: ${why}`;
      reader.problems.add('geometry_type', `${at}/${column}`, message);
    }
  }
  if (rows.length === 0) noFeatures(reader, '');
}

/** Of two columns with one name none is lost: the second is `name (2)`. */
function apart(names: readonly string[], reader: MapReader): string[] {
  const times = new Map<string, number>();
  return names.map((name) => {
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    if (nth === 1) return name;
    if (name.trim() !== '')
      reader.note(`column ${quote(name)} is there ${nth} times: this one is read as ${quote(`${name} (${nth})`)}`);
    return `${name} (${nth})`;
  });
}

/** The geometry of a cell: GeoJSON, WKB in hex or WKT, with the system that its SRID names. @throws SyntaxError or RangeError */
export function cellGeometry(cell: string, reader: MapReader): { geometry: unknown; crs: DeclaredCrs } {
  if (cell.trim() === '') return { geometry: null, crs: null };
  if (cell.trimStart().startsWith('{')) return { geometry: parseJson(cell), crs: null };
  const bytes = hexBytes(cell);
  if (bytes === null) return fromWkt(cell);
  const { geometry, srid, dropped } = fromHex(bytes);
  reader.problems.count('height', dropped);
  return { geometry, crs: srid === null || srid === 4326 || srid === 0 ? null : `EPSG:${srid}` };
}
