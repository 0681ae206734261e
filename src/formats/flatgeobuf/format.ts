import type { Format } from '../format.js';
import { readFlatGeobuf } from './read.js';
import { writeFlatGeobuf } from './write.js';

export const FLATGEOBUF: Format = {
  id: 'fgb',
  label: 'FlatGeobuf',
  extensions: ['fgb'],
  mediaTypes: ['application/flatgeobuf', 'application/vnd.flatgeobuf'],
  reader: {
    sniff: ({ bytes: [a, b, c] }) => a === 0x66 && b === 0x67 && c === 0x62,
    async read(file, reader) {
      await readFlatGeobuf(await file.all(), reader);
      return undefined;
    },
    reads: 'all features, by the coordinate system of its header',
  },
  writer: { geometry: 'geojson', onlyPlaced: true, write: writeFlatGeobuf },
};
