import { isTable, tableOf } from './csv/table.js';
import type { Head } from './format.js';

/** A format that is not read here: what it is, how it is known, and how a map in it becomes one that is read. */
interface Foreign {
  label: string;
  remedy: string;
  known(head: Head): boolean;
  /** What such a file in an archive, beside a map, is; absent: another map, or a part of one. */
  beside?: Beside;
}

/** `noted`: it might hold what is on a map, and is named as left out; `plain`: it holds no areas, whoever packed it. */
export type Beside = 'noted' | 'plain';

const OGR = 'convert it with ogr2ogr -f GPKG map.gpkg FILE';
const UNPACK = 'unpack it, and import what is in it';
const NO_MAP = 'export the map itself, its areas, in a format that is (docs/importing.md)';

const starts =
  (...bytes: number[]) =>
  ({ bytes: head }: Head) =>
    bytes.every((byte, index) => head[index] === byte);
const ascii = (text: string, at = 0) => {
  const wanted = [...Buffer.from(text, 'latin1')];
  return ({ bytes }: Head) => wanted.every((byte, index) => bytes[at + index] === byte);
};
/** So much of a text is looked at, from its first letter. */
const LOOKED_AT = 4096;
const start = ({ text }: Head) => text.trimStart().slice(0, LOOKED_AT);
const like = (pattern: RegExp) => (head: Head) => pattern.test(start(head));
const PROLOG = /^<(?:\?[^>]*>|!--[\s\S]*?-->|!doctype[^>]*>)/i;

/** The root element of XML, behind its declaration, document type and comments. */
export function root(name: string): (head: Head) => boolean {
  const element = new RegExp(`^<(?:\\w+:)?${name}[\\s>/]`, 'i');
  return (head) => {
    let text = start(head);
    for (let found = PROLOG.exec(text); found; found = PROLOG.exec(text))
      text = text.slice(found[0].length).trimStart();
    return element.test(text);
  };
}

const FOREIGN: readonly Foreign[] = [
  { label: 'a tar archive', remedy: UNPACK, known: ascii('ustar', 257) },
  { label: 'a 7z archive', remedy: UNPACK, known: starts(0x37, 0x7a, 0xbc, 0xaf) },
  { label: 'a RAR archive', remedy: UNPACK, known: ascii('Rar!') },
  { label: 'a bzip2 file', remedy: UNPACK, known: ascii('BZh') },
  { label: 'an xz file', remedy: UNPACK, known: starts(0xfd, 0x37, 0x7a, 0x58) },
  { label: 'a Zstandard file', remedy: UNPACK, known: starts(0x28, 0xb5, 0x2f, 0xfd) },
  {
    label: 'a pointer of Git LFS',
    remedy: 'fetch the file that it stands for (git lfs pull)',
    known: like(/^version https:\/\/git-lfs\.github\.com\//),
  },
  { label: 'the .tab of a MapInfo table', remedy: OGR, known: like(/^!table/i) },
  {
    label: 'MapInfo MIF',
    remedy: OGR,
    known: like(/^version\s+\d+\s*\r?\n[\s\S]{0,400}(charset|delimiter|coordsys|columns)/i),
  },
  {
    label: 'metadata of a map (ISO 19115, FGDC)',
    remedy: NO_MAP,
    known: (head) => ['M[DI]_Metadata', 'DS_DataSet', 'metadata'].some((name) => root(name)(head)),
    beside: 'plain',
  },
  {
    label: 'a style of a map (SLD)',
    remedy: NO_MAP,
    known: root('StyledLayerDescriptor'),
    beside: 'plain',
  },
  {
    label: 'a schema of XML',
    remedy: 'import the file that it describes',
    known: root('schema'),
    beside: 'plain',
  },
  {
    label: 'GML',
    remedy: OGR,
    known: (head) => root('FeatureCollection')(head) || /<[^<>]{0,2000}xmlns:gml=/.test(start(head)),
  },
  { label: 'GPX (tracks and waypoints)', beside: 'noted', remedy: NO_MAP, known: root('gpx') },
  { label: 'OpenStreetMap XML', remedy: 'export its areas as GeoJSON (osmtogeojson)', known: root('osm') },
  {
    label: 'an SVG drawing',
    beside: 'plain',
    remedy: 'draw its areas in QGIS: it has no places on earth',
    known: root('svg'),
  },
  { label: 'a QGIS project', beside: 'plain', remedy: 'export its layers as a GeoPackage', known: root('qgis') },
  {
    label: 'an RSS or Atom feed',
    beside: 'noted',
    remedy: NO_MAP,
    known: (head) => root('rss')(head) || root('feed')(head),
  },
  {
    label: 'an HTML page',
    beside: 'noted',
    remedy: 'a server sent a page instead of the map: fetch the file itself again',
    known: (head) => root('html')(head) || /^<!doctype html/i.test(start(head)),
  },
  { label: 'Apache Arrow (Feather)', remedy: 'write it as GeoParquet', known: ascii('ARROW1') },
  {
    label: 'PMTiles',
    remedy: 'tiles are cut and simplified: import the data they were made of',
    known: ascii('PMTiles'),
  },
  {
    label: 'a GeoTIFF or TIFF picture',
    beside: 'plain',
    remedy: NO_MAP,
    known: (head) => ascii('II*\0')(head) || ascii('MM\0*')(head),
  },
  { label: 'a PNG picture', beside: 'plain', remedy: NO_MAP, known: starts(0x89, 0x50, 0x4e, 0x47) },
  { label: 'a JPEG picture', beside: 'plain', remedy: NO_MAP, known: starts(0xff, 0xd8, 0xff) },
  { label: 'a GIF picture', beside: 'plain', remedy: NO_MAP, known: ascii('GIF8') },
  { label: 'a PDF document', beside: 'plain', remedy: NO_MAP, known: ascii('%PDF') },
  {
    label: 'HDF5 or netCDF',
    beside: 'noted',
    remedy: NO_MAP,
    known: (head) => ascii('\x89HDF')(head) || ascii('CDF')(head),
  },
  { label: 'OpenStreetMap PBF', remedy: 'export its areas as GeoJSON (osmium export)', known: ascii('OSMHeader', 6) },
  {
    label: 'a dBASE table alone (the .dbf of a shapefile?)',
    beside: 'noted',
    remedy: 'zip it with its .shp, .shx and .prj',
    known: ({ bytes }) =>
      [0x03, 0x30, 0x83, 0xf5].includes(bytes[0] ?? 0) &&
      (bytes[2] ?? 0) >= 1 &&
      (bytes[2] ?? 0) <= 12 &&
      (bytes[3] ?? 0) >= 1 &&
      (bytes[3] ?? 0) <= 31 &&
      bytes[(((bytes[9] ?? 0) << 8) | (bytes[8] ?? 0)) - 1] === 0x0d,
  },
  {
    label: 'a DXF drawing',
    remedy: 'it has no places on earth: georeference it in QGIS',
    known: like(/^0\s*\r?\n\s*SECTION/),
  },
  {
    beside: 'plain',
    label: 'the .prj of a shapefile alone',
    remedy: 'zip all its parts',
    known: like(/^(PROJCS|GEOGCS|PROJCRS|GEOGCRS)\s*\[/i),
  },
  {
    label: 'JavaScript around a map',
    remedy: 'leave the script out: what stands before the first { and behind the last }',
    known: like(/^(?:(?:var|let|const|export|window\.)\s*[\w.]*|[\w$.]+)\s*(?:=|\()\s*[{[]/),
  },
  {
    label: 'an old Excel or Word file',
    beside: 'noted',
    remedy: 'save the table as CSV in UTF-8',
    known: starts(0xd0, 0xcf, 0x11, 0xe0),
  },
  {
    label: 'a table without ground (no column of WKT, WKB or GeoJSON)',
    beside: 'noted',
    remedy:
      'give it a column wkt with POLYGON ((lon lat, …)); a table of points, such as places or posts, comes in by `salient places import` or `salient posts import`',
    known: (head) => !/^\W*?[[{<]/.test(head.text) && tableOf(head) === null && isTable(head.text),
  },
];

/** A file of a format that is known and not read here: the message, and what it is beside a map; null for any other file. */
export function foreignFormat(head: Head): { message: string; beside: Beside | undefined } | null {
  const found = FOREIGN.find(({ known }) => known(head));
  if (!found) return null;
  return { message: `this is ${found.label}, which is not read here: ${found.remedy}`, beside: found.beside };
}

/** The message for an archive that is of such a format as a whole, by the names of the files in it. */
export function archiveOf(names: readonly string[]): string | null {
  const some = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (some(/\.gdb\/|\.gdbtable$/i))
    return `this is an Esri file geodatabase in a ZIP archive, which is not read here: ${OGR}`;
  if (some(/^xl\//) || some(/^word\//)) return 'this is an Excel or Word file: save the table as CSV in UTF-8';
  if (some(/^META-INF\/manifest\.xml$/)) return 'this is an OpenDocument file: save the table as CSV in UTF-8';
  return null;
}

/** The same for one in which no file is a map that is read. */
export function mapless(names: readonly string[]): string | null {
  const some = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (some(/\.(tab|mif)$/i)) return `this is a MapInfo table in a ZIP archive, which is not read here: ${OGR}`;
  if (some(/\.qgs$/i)) return 'this is a QGIS project in a ZIP archive: export its layers as a GeoPackage';
  return null;
}
