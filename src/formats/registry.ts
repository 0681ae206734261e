import { CSV } from './csv/format.js';
import { FLATGEOBUF } from './flatgeobuf/format.js';
import type { Format, FormatWriter } from './format.js';
import { GEOJSON } from './geojson/format.js';
import { GEOPACKAGE } from './geopackage/format.js';
import { ESRI_JSON } from './json/esri-json.js';
import { TOPOJSON } from './json/topojson.js';
import { UMAP } from './json/umap.js';
import { KML } from './kml/format.js';
import { PARQUET } from './parquet/format.js';
import { SHAPEFILE } from './shapefile/format.js';

/** All formats, in the order in which documents list them and a file of unclear content is tried. */
export const FORMATS: readonly Format[] = [
  GEOJSON,
  GEOPACKAGE,
  FLATGEOBUF,
  PARQUET,
  CSV,
  KML,
  SHAPEFILE,
  TOPOJSON,
  ESRI_JSON,
  UMAP,
];

/** A format that is written. */
export type WrittenFormat = Format & { writer: FormatWriter };

/** The formats that are written, by their id: the endings of files and the values of `f`. */
export const WRITTEN_FORMATS: ReadonlyMap<string, WrittenFormat> = new Map(
  FORMATS.flatMap((format) => (format.writer ? [[format.id, format as WrittenFormat]] : [])),
);

/** How a file of a written format ends, without the first dot. */
export const endingOf = ({ id, writer }: WrittenFormat): string => writer.ending ?? id;

/** Types of bodies that any format may have: the content decides what a file is. */
const ANY = ['application/octet-stream', 'application/gzip', 'application/zip'];

/** Media types, without parameters, that an import accepts. */
export const READ_MEDIA_TYPES: readonly string[] = [
  ...new Set([
    ...FORMATS.flatMap(({ reader, mediaTypes }) => (reader ? mediaTypes.map(withoutParameters) : [])),
    ...ANY,
  ]),
];

/** Endings of files that may be a map, without the dot. */
export const READ_EXTENSIONS: readonly string[] = FORMATS.flatMap(({ reader, extensions }) =>
  reader ? extensions : [],
);

/** The formats that are read, in words: for help and descriptions. */
export const READ_LABELS: string = FORMATS.flatMap(({ reader, label }) => (reader ? [label] : [])).join(', ');

function withoutParameters(mediaType: string): string {
  return mediaType.split(';')[0]?.trim() ?? mediaType;
}
