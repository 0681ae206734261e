import { unreadable } from '../byte-source.js';
import type { Format } from '../format.js';
import { readShapefiles } from './read.js';
import { writeShapefile } from './write.js';

export const SHAPEFILE: Format = {
  id: 'shp',
  label: 'Shapefile',
  extensions: ['zip'],
  mediaTypes: ['application/vnd.shp+zip', 'application/vnd.shp', 'application/x-shapefile'],
  reader: {
    sniff: ({ bytes: [a, b, c, d] }) => a === 0 && b === 0 && c === 0x27 && d === 0x0a,
    async read() {
      throw unreadable('this is the .shp of a shapefile alone: zip it with its .dbf, .prj and .cpg', 'archive');
    },
    sniffArchive: (names) => names.some((name) => /\.shp$/i.test(name)),
    readArchive: readShapefiles,
    reads:
      'in a ZIP archive: .shp by its .shx, .dbf by .cpg or the table’s own code page (or `--encoding`), .prj; deleted records are left out; `--layer` where there are several',
  },
  // GDAL and QGIS open an archive of this ending as a shapefile.
  writer: { geometry: 'wkb', onlyPlaced: true, ending: 'shp.zip', write: writeShapefile },
};
