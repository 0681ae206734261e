import type { Format } from '../format.js';
import { readCsv } from './read.js';
import { tableOf } from './table.js';
import { writeCsv } from './write.js';

export const CSV: Format = {
  id: 'csv',
  label: 'CSV',
  extensions: ['csv', 'tsv', 'txt'],
  mediaTypes: ['text/csv; charset=utf-8'],
  reader: {
    sniff: (head) => tableOf(head) !== null,
    async read(file, reader) {
      readCsv(await file.all(), file.head, file.options.encoding ?? null, reader);
      return undefined;
    },
    takes: ['encoding'],
    reads:
      'a table (comma, semicolon, tab or pipe) with a column of WKT, WKB or EWKB in hex as `COPY` writes it, or GeoJSON; the column is known by its content',
  },
  writer: { geometry: 'wkt', write: writeCsv },
};
