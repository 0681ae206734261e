import type { Format } from '../format.js';
import { readParquet } from './read.js';
import { writeParquet } from './write.js';

export const PARQUET: Format = {
  id: 'parquet',
  label: 'GeoParquet',
  extensions: ['parquet', 'geoparquet'],
  mediaTypes: ['application/vnd.apache.parquet'],
  reader: {
    sniff: ({ text }) => text.startsWith('PAR1'),
    async read(file, reader) {
      await readParquet(await file.all(), file.options, reader);
      return undefined;
    },
    reads: 'the primary column as WKB or GeoArrow, by its coordinate system; every usual compression',
  },
  writer: { geometry: 'wkb', write: writeParquet },
};
