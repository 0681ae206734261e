import type { Format } from '../format.js';
import { readGeoJsonFile } from './read.js';
import { writeGeoJson } from './write.js';

export const GEOJSON: Format = {
  id: 'geojson',
  label: 'GeoJSON',
  extensions: ['geojson', 'json', 'geojsonl', 'geojsons', 'ndjson'],
  mediaTypes: ['application/geo+json', 'application/json', 'application/geo+json-seq', 'application/x-ndjson'],
  reader: {
    sniff: ({ bytes, text }) => bytes[0] === 0x1e || /^\s*[[{]/.test(text),
    read: readGeoJsonFile,
    rightHandRule: true,
    takes: ['layer', 'member', 'encoding'],
    reads:
      'FeatureCollection, Feature, bare polygons; a feature a line, or with record separators (RFC 8142); of any size; a collection inside another document by `--member`',
  },
  writer: { geometry: 'geojson', write: writeGeoJson },
};
