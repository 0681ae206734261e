import { parse } from 'csv-parse/sync';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import { unreadable } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import { noFeatures } from './snapshot-file.js';
import { fromWkt } from './wkt.js';

const GEOMETRY_COLUMNS = ['wkt', 'geometry', 'geom', 'the_geom', 'wkt_geom'];

/** The column of a table that holds the ground, or null: then it is no map. */
export function geometryColumn(head: string): string | null {
  const header = head.replace(/^\uFEFF/, '').split(/\r?\n/)[0] ?? '';
  const names = header.split(/[,;\t]/).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  return names.find((name) => GEOMETRY_COLUMNS.includes(name.toLowerCase())) ?? null;
}

/** Reads a table with a column of WKT (RFC 4180; comma, semicolon or tab). Empty fields are absent. */
export function readCsv(bytes: Uint8Array, column: string, reader: MapReader): void {
  let rows: Record<string, string>[];
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const header = text.split(/\r?\n/)[0] ?? '';
    const delimiter = [',', ';', '\t'].find((one) => header.includes(one)) ?? ',';
    rows = parse(text, { columns: true, delimiter, bom: true, skip_empty_lines: true, max_record_size: 0 });
  } catch (error) {
    throw unreadable(`the table cannot be read: ${(error as Error).message}`);
  }
  for (const [index, row] of rows.entries()) {
    const at = `/features/${index}`;
    const { [column]: wkt = '', ...rest } = row;
    const properties = Object.fromEntries(
      Object.entries(rest).flatMap(([key, value]) => {
        if (value === '') return [];
        return [[key, key === 'confidence' && value.trim() !== '' ? Number(value) : value]];
      }),
    );
    let crs: DeclaredCrs = null;
    let geometry: unknown = null;
    try {
      if (wkt !== '') ({ geometry, crs } = fromWkt(wkt));
    } catch (error) {
      reader.problems.add('geometry_type', `${at}/${column}`, `not WKT: ${(error as Error).message}`);
      continue;
    }
    reader.add({ feature: { type: 'Feature', properties, geometry }, at, crs });
  }
  if (rows.length === 0) noFeatures(reader, '');
}
