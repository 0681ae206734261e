import parseDbf from 'parsedbf';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import { unreadable } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import { readShapes } from './shp-records.js';
import { noFeatures } from './snapshot-file.js';
import type { Archive } from './unzip.js';

/** Code pages of a table whose archive has no .cpg, by the byte that dBASE keeps for it. */
const CODE_PAGES: Record<number, string> = {
  3: 'windows-1252',
  38: 'ibm866',
  87: 'windows-1252',
  101: 'ibm866',
  125: 'windows-1255',
  126: 'windows-1256',
  200: 'windows-1250',
  201: 'windows-1251',
  202: 'windows-1254',
  203: 'windows-1253',
};

/** The layers of an archive: names of its .shp files without the ending. */
export function shapefileLayers(archive: Archive): string[] {
  return archive.names.filter((name) => /\.shp$/i.test(name)).map((name) => name.slice(0, -4));
}

/**
 * Reads one layer of a zipped shapefile: .shp (ground), .dbf (attributes, by the encoding of .cpg or the table itself)
 * and .prj (coordinate system). A shapefile without .prj declares none: its numbers must then be lon, lat.
 */
export function readShapefile(archive: Archive, layer: string, reader: MapReader): void {
  const part = (ending: string) => {
    const name = archive.names.find((entry) => entry.toLowerCase() === `${layer}.${ending}`.toLowerCase());
    return name === undefined ? null : archive.read(name);
  };
  const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes).replace(/\0/g, '').trim();
  const { shapes, dropped } = readShapes(part('shp') as Uint8Array);
  reader.problems.count('height', dropped);
  const table = part('dbf');
  const prj = text(part('prj'));
  const crs: DeclaredCrs = prj ? `WKT:${prj}` : null;
  const rows = table ? readTable(table, text(part('cpg'))) : [];
  if (table && rows.length !== shapes.length) {
    throw unreadable(`${layer}: ${shapes.length} shapes and ${rows.length} rows of attributes: is a part cut off?`);
  }
  const name = layer.split('/').at(-1) ?? layer;
  for (const [index, geometry] of shapes.entries()) {
    const feature = { type: 'Feature', properties: rows[index] ?? {}, geometry };
    reader.add({ feature, at: `/features/${index}`, crs, layer: name });
  }
  if (shapes.length === 0) noFeatures(reader, '');
}

function readTable(bytes: Uint8Array, cpg: string | null): Record<string, unknown>[] {
  const encoding = cpg ? encodingOf(cpg) : (CODE_PAGES[bytes[29] ?? 0] ?? 'utf-8');
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return parseDbf(view, encoding).map((row) =>
      Object.fromEntries(
        Object.entries(row).flatMap(([key, value]) => (isNothing(value) ? [] : [[key, plain(value)]])),
      ),
    );
  } catch (error) {
    throw unreadable(`the table of attributes (.dbf) cannot be read: ${(error as Error).message}; is it half a file?`);
  }
}

/** A label of the WHATWG for what stands in a .cpg: `UTF-8`, `1256`, `ANSI 1252`, `CP1251`, `88591`, `ISO 8859-6`. */
function encodingOf(cpg: string): string {
  const compact = cpg
    .toLowerCase()
    .replace(/^(ansi|oem)\s*/, '')
    .replace(/[\s_]/g, '');
  const windows = /^(?:cp|windows-?|ms)?(125\d|874)$/.exec(compact)?.[1];
  const iso = /^(?:iso-?)?8859-?(\d{1,2})$/.exec(compact)?.[1];
  const label = windows ? `windows-${windows}` : iso ? `iso-8859-${iso}` : compact === '65001' ? 'utf-8' : compact;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw unreadable(
      `the .cpg says ${JSON.stringify(cpg)}, an encoding that is not known here: convert it to UTF-8`,
      'encoding',
    );
  }
}

const isNothing = (value: unknown) => value === null || value === '' || Number.isNaN(value);

/** A day of dBASE was made local midnight by the library: taken apart in the same zone, it is the day again. */
function plain(value: unknown): unknown {
  if (!(value instanceof Date)) return value;
  if (Number.isNaN(value.getTime())) return null;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
}
