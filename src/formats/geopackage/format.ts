import type { Format } from '../format.js';
import { readGeoPackage } from './read.js';
import { writeGeoPackage } from './write.js';

export const GEOPACKAGE: Format = {
  id: 'gpkg',
  label: 'GeoPackage',
  extensions: ['gpkg'],
  mediaTypes: ['application/geopackage+sqlite3'],
  reader: {
    sniff: ({ text }) => text.startsWith('SQLite format 3\0'),
    async read(file, reader) {
      readGeoPackage(await file.all(), file.options.layer, reader);
      return undefined;
    },
    takes: ['layer'],
    reads: 'every feature layer, plain views too, or those that `--layer` names; the coordinate system of each layer',
  },
  writer: { geometry: 'wkb', write: writeGeoPackage },
};
