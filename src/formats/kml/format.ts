import type { Format } from '../format.js';
import { readKmz } from './kmz.js';
import { readKml } from './read.js';
import { writeKml } from './write.js';

export const KML: Format = {
  id: 'kml',
  label: 'KML',
  extensions: ['kml', 'kmz'],
  mediaTypes: ['application/vnd.google-earth.kml+xml', 'application/vnd.google-earth.kmz'],
  reader: {
    // UTF-16 with its mark is a document type of XML only here.
    sniff: ({ bytes: [a, b], text, bytes }) =>
      /^\s*</.test(text) || (((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) && bytes.includes(0x3c)),
    async read(file, reader) {
      readKml(await file.all(), reader, file.options.encoding);
      return undefined;
    },
    sniffArchive: (names) => names.some((name) => /\.kml$/i.test(name)),
    readArchive: readKmz,
    takes: ['encoding'],
    reads:
      'placemarks with folders, names and fill colours (also through StyleMap); files of the same KMZ that it links are a part of it; pictures and links elsewhere are left out and counted',
  },
  writer: { geometry: 'geojson', write: writeKml },
};
