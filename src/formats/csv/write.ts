import { stringify } from 'csv-stringify/sync';
import type { WrittenLayer, WrittenRow } from '../format.js';

/**
 * Rows as CSV (RFC 4180, UTF-8): of points the columns `lon` and `lat`, another geometry as WKT in the last column `wkt`
 * (EPSG:4326, lon lat). Text that a
 * spreadsheet would take for a formula is escaped, which is undone by nobody: our own texts begin with none of these.
 */
export async function* writeCsv(
  { columns, geometryType }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<string> {
  const names = Object.keys(columns);
  const place = { Point: ['lon', 'lat'] }[String(geometryType)] ?? (geometryType === null ? [] : ['wkt']);
  const placed = (wkt: string | null) => (geometryType === 'Point' ? lonLat(wkt) : geometryType === null ? [] : [wkt]);
  yield stringify([[...names, ...place]], { record_delimiter: 'windows' });
  for await (const rows of batches) {
    yield stringify(
      rows.map((row) => [...names.map((name) => row[name]), ...placed(row.geometry)]),
      { record_delimiter: 'windows', escape_formulas: true, cast: { boolean: String } },
    );
  }
}

/** `POINT(36.1 35.2)` as two texts, as exact as it is written. */
function lonLat(wkt: string | null): (string | null)[] {
  const [, lon = null, lat = null] = /^POINT ?\((\S+) (\S+)\)$/.exec(wkt ?? '') ?? [];
  return [lon, lat];
}
