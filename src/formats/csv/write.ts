import { stringify } from 'csv-stringify/sync';
import type { WrittenLayer, WrittenRow } from '../format.js';

/**
 * Rows as CSV (RFC 4180, UTF-8), the geometry as WKT in the last column `wkt` (EPSG:4326, lon lat). Text that a
 * spreadsheet would take for a formula is escaped, which is undone by nobody: our own texts begin with none of these.
 */
export async function* writeCsv(
  { columns }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<string> {
  const names = Object.keys(columns);
  yield stringify([[...names, 'wkt']], { record_delimiter: 'windows' });
  for await (const rows of batches) {
    yield stringify(
      rows.map((row) => [...names.map((name) => row[name]), row.geometry]),
      { record_delimiter: 'windows', escape_formulas: true, cast: { boolean: String } },
    );
  }
}
