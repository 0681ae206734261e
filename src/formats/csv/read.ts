import { parse } from 'csv-parse/sync';
import type { DeclaredCrs } from '../../geometry/geojson-crs.js';
import { parseJson } from '../../geometry/json-limits.js';
import { unreadable } from '../byte-source.js';
import { decoded, encodingRequested } from '../encoding.js';
import type { Head } from '../format.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';
import { fromHex, hexBytes, tableOf } from './table.js';
import { fromWkt } from './wkt.js';

/** Reads a table with a column of geometries (RFC 4180; comma, semicolon, tab or pipe). Empty fields are absent. */
export function readCsv(bytes: Uint8Array, head: Head, encoding: string | null, reader: MapReader): void {
  const table = tableOf(head);
  if (table === null) throw unreadable('the table has no column of geometries: name it geometry, geom or wkt');
  const { delimiter, column } = table;
  const text = decoded(bytes, encoding === null ? 'utf-8' : encodingRequested(encoding), 'the table');
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, { columns: true, delimiter, bom: true, skip_empty_lines: true, max_record_size: 0, info: true });
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
        return [[key, key === 'confidence' && value.trim() !== '' ? Number(value) : value]];
      }),
    );
    const knownAs = { kind: 'row', number: `line ${info.lines}` };
    try {
      const { geometry, crs } = geometryOf(cell, reader);
      reader.add({ feature: { type: 'Feature', properties, geometry }, at, crs, knownAs });
    } catch (error) {
      const message = `line ${info.lines}: neither WKT, WKB in hex nor GeoJSON: ${(error as Error).message}; correct it at its source`;
      reader.problems.add('geometry_type', `${at}/${column}`, message);
    }
  }
  if (rows.length === 0) noFeatures(reader, '');
}

function geometryOf(cell: string, reader: MapReader): { geometry: unknown; crs: DeclaredCrs } {
  if (cell.trim() === '') return { geometry: null, crs: null };
  if (cell.trimStart().startsWith('{')) return { geometry: parseJson(cell), crs: null };
  const bytes = hexBytes(cell);
  if (bytes === null) return fromWkt(cell);
  const { geometry, srid, dropped } = fromHex(bytes);
  reader.problems.count('height', dropped);
  return { geometry, crs: srid === null || srid === 4326 || srid === 0 ? null : `EPSG:${srid}` };
}
