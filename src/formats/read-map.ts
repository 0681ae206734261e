import { allBytes, type Chunks, type MapSource, openSource, type ReadLimits, unreadable } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import { geometryColumn, readCsv } from './read-csv.js';
import { readFlatGeobuf } from './read-flatgeobuf.js';
import { readGeoJsonFile } from './read-geojson.js';
import { readGeoPackage, unknownLayer } from './read-geopackage.js';
import { readKml } from './read-kml.js';
import { readShapefile, shapefileLayers } from './read-shapefile.js';
import { type Archive, openArchive } from './unzip.js';

export interface ReadOptions {
  /** One layer of a file that has several; null: all of a GeoPackage, the only one of an archive. */
  layer: string | null;
  limits: ReadLimits;
}

/**
 * Reads a map file of any format that is known, by its content and never by its name; returns the format's name.
 * GeoJSON of any size is read in pieces; the other formats are held whole, within the limits.
 * @throws SalientError `invalid_body` or `too_large` when the file cannot be read; what it says wrongly is gathered by
 *   the reader
 */
export async function readMap(source: MapSource, reader: MapReader, options: ReadOptions): Promise<string> {
  const { head, chunks } = await openSource(source, options.limits);
  return readChunks(head, chunks, reader, options, false);
}

async function readChunks(
  head: Uint8Array,
  chunks: Chunks,
  reader: MapReader,
  { layer, limits }: ReadOptions,
  inArchive: boolean,
): Promise<string> {
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  const text = Buffer.from(head.subarray(0, 4096))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) {
    if (inArchive) throw unreadable('an archive inside an archive: unpack it first', 'archive');
    return readArchive(openArchive(await allBytes(chunks, limits, 'an archive'), limits), reader, { layer, limits });
  }
  if (text.startsWith('SQLite format 3\0')) {
    readGeoPackage(await allBytes(chunks, limits, 'a GeoPackage'), layer, reader);
    return 'GeoPackage';
  }
  if (starts(0x66, 0x67, 0x62)) {
    await readFlatGeobuf(await allBytes(chunks, limits, 'FlatGeobuf'), reader);
    return 'FlatGeobuf';
  }
  if (starts(0x00, 0x00, 0x27, 0x0a)) {
    throw unreadable('this is the .shp of a shapefile alone: zip it with its .dbf, .prj and .cpg', 'archive');
  }
  if (/^\s*</.test(text) || ((starts(0xff, 0xfe) || starts(0xfe, 0xff)) && head.includes(0x3c))) {
    readKml(await allBytes(chunks, limits, 'KML'), reader);
    return 'KML';
  }
  const column = head[0] === 0x1e || /^\s*[[{]/.test(text) ? null : geometryColumn(text);
  if (column !== null) {
    readCsv(await allBytes(chunks, limits, 'CSV'), column, reader);
    return 'CSV';
  }
  return readGeoJsonFile(head, chunks, reader);
}

async function readArchive(archive: Archive, reader: MapReader, options: ReadOptions): Promise<string> {
  const { names } = archive;
  const kml = rootOfKmz(names, options.layer);
  if (kml !== undefined) {
    const folder = kml.slice(0, kml.lastIndexOf('/') + 1);
    readKml(archive.read(kml), reader, (path) => {
      const found = names.find((name) => name === folder + path || name === folder + decoded(path));
      return found === undefined || found === kml || !/\.kml$/i.test(found) ? null : archive.read(found);
    });
    return 'KMZ';
  }
  const layers = shapefileLayers(archive);
  const layer =
    options.layer === null
      ? layers[0]
      : layers.find((name) => name === options.layer || name.endsWith(`/${options.layer}`));
  if (layers.length > 0) {
    if (layer === undefined) throw unknownLayer(String(options.layer), layers);
    if (options.layer === null && layers.length > 1) {
      throw unreadable(`the archive holds ${layers.length} layers (${layers.join(', ')}): say which (layer)`, 'layer');
    }
    readShapefile(archive, layer, reader);
    return 'Shapefile';
  }
  const maps = names.filter((name) => /\.(geojson|geojsonl|geojsons|ndjson|json|gpkg|fgb|csv)$/i.test(name));
  if (maps.length !== 1) {
    const found = maps.length === 0 ? 'no map' : `${maps.length} maps (${maps.slice(0, 5).join(', ')})`;
    throw unreadable(`the archive holds ${found}: a KMZ, a shapefile or one map is expected`, 'archive');
  }
  const bytes = archive.read(maps[0] as string);
  async function* once(): Chunks {
    yield bytes;
  }
  const format = await readChunks(bytes, once(), reader, options, true);
  return `${format} in a ZIP archive`;
}

/** The document that a KMZ opens with: doc.kml, or the only one. Of several maps beside each other none is chosen unasked. */
function rootOfKmz(names: readonly string[], layer: string | null): string | undefined {
  const documents = names.filter((name) => /\.kml$/i.test(name));
  const asked = layer === null ? undefined : documents.find((name) => name === layer || name.endsWith(`/${layer}`));
  const root = asked ?? documents.find((name) => /(^|\/)doc\.kml$/i.test(name));
  if (root === undefined && documents.length > 1) {
    const some = documents.slice(0, 5).join(', ');
    throw unreadable(`the archive holds ${documents.length} KML files (${some}): say which (layer)`, 'layer');
  }
  return root ?? documents[0];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
