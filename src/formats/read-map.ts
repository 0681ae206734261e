import { type Archive, foldersOf, openArchive } from './archive.js';
import { allBytes, type Chunks, type MapSource, openSource, unreadable } from './byte-source.js';
import { inUtf8, utf16Of } from './encoding.js';
import { archiveOf, foreignFormat } from './foreign.js';
import type { Format, OpenFile, ReadOptions } from './format.js';
import { chosenLayers } from './layers.js';
import type { MapReader } from './map-reader.js';
import { FORMATS, READ_EXTENSIONS } from './registry.js';
import { SHAPEFILE } from './shapefile/format.js';
import { isOwnNote } from './shapefile/write.js';

/**
 * Reads a map file of any format of the registry, by its content and never by its name; returns the format's label.
 * GeoJSON of any size is read in pieces; the other formats are held whole, within the limits.
 * @throws SalientError `invalid_body` or `too_large` when the file cannot be read, `invalid_parameter` for a layer that it
 *   has not; its faults are gathered by the reader
 */
export async function readMap(source: MapSource, reader: MapReader, options: ReadOptions): Promise<string> {
  const { head, chunks } = await openSource(source, options.limits);
  return readOpened(openFile(head, chunks, options, 0), reader);
}

function openFile(given: Uint8Array, coming: Chunks, asked: ReadOptions, archives: number): OpenFile {
  const label = utf16Of(given);
  const bytes = label === null ? given : Buffer.from(new TextDecoder(label).decode(given));
  const chunks = label === null ? coming : inUtf8(coming, label);
  // Its first bytes say more of the file than whoever sends it.
  const options = label === null ? asked : { ...asked, encoding: null };
  const text = Buffer.from(bytes.subarray(0, 1 << 16))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return {
    head: { bytes, text },
    chunks,
    options,
    archives,
    all: () => allBytes(chunks, options.limits, 'a file of this format'),
    formatOfJson: (root) => FORMATS.find(({ reader }) => reader?.sniffJson?.(root)),
  };
}

/** Publishers zip the KMZ or the shapefiles of a day; what is packed once more is no map. */
const MOST_ARCHIVES = 2;

async function readOpened(file: OpenFile, reader: MapReader): Promise<string> {
  const [a, b, c, d] = file.head.bytes;
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6))) {
    if (file.archives >= MOST_ARCHIVES) {
      throw unreadable('an archive inside an archive inside an archive: unpack it first', 'archive');
    }
    return readArchive(openArchive(await file.all(), file.options.limits), reader, file);
  }
  const foreign = foreignFormat(file.head);
  if (foreign !== null)
    throw unreadable(
      foreign,
      file.head.text.includes('\0') || file.head.text.includes('\ufffd') ? 'encoding' : 'syntax',
    );
  const format = FORMATS.find((one) => one.reader?.sniff?.(file.head)) ?? (FORMATS[0] as (typeof FORMATS)[0]);
  const label = await format.reader?.read?.(file, reader);
  if (!format.reader?.rightHandRule) reader.problems.counts.delete('winding');
  return label ?? format.label;
}

async function readArchive(archive: Archive, reader: MapReader, { options, archives }: OpenFile): Promise<string> {
  const { names } = archive;
  const foreign = archiveOf(names);
  if (foreign !== null) throw unreadable(foreign);
  const whole = FORMATS.find((format) => format.reader?.sniffArchive?.(names));
  if (whole?.reader?.readArchive) {
    noteOtherMaps(archive, whole, reader);
    const label = whole.reader.readArchive(archive, options, reader);
    if (!whole.reader.rightHandRule) reader.problems.counts.delete('winding');
    return label ?? whole.label;
  }
  const maps = mapsIn(names, reader, options.layer);
  if (maps.length === 0) {
    throw unreadable('the archive holds no map: a KMZ, a shapefile or files of a map are expected', 'archive');
  }
  const chosen = maps.length === 1 && options.layer === null ? maps : chosenLayers(maps, options.layer, 'maps');
  const labels = new Set<string>();
  for (const name of chosen) {
    const bytes = archive.read(name);
    async function* once(): Chunks {
      yield bytes;
    }
    const within = { ...options, layer: maps.length === 1 ? options.layer : null };
    const of = chosen.length > 1 ? reader.within(name, foldersOf(name)) : reader;
    labels.add(await readOpened(openFile(bytes, once(), within, archives + 1), of));
  }
  return `${[...labels].join(', ')} in a ZIP archive`;
}

/** Files of another format in an archive that is a map as a whole, such as a GeoJSON beside a shapefile: stated, and not read. */
function noteOtherMaps(archive: Archive, whole: Format, reader: MapReader): void {
  for (const name of archive.names) {
    const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
    const isOther = extension !== whole.id && [...READ_EXTENSIONS, 'shp'].includes(extension);
    const isOurs = extension === 'txt' && whole === SHAPEFILE && isOwnNote(archive.read(name));
    if (isOther && !isOurs && !ABOUT_A_MAP.test(name))
      reader.note(
        `${name} in the archive, beside the ${whole.label}, is not read: unpack it, and import what is the map`,
      );
  }
}

/** Names of files that publishers pack beside a map. */
const ABOUT_A_MAP =
  /(^|\/)(readme|licen[cs]e|copying|terms|attribution|metadata|datapackage|changelog)\b[^/]*\.(txt|json|csv)$/i;

/** The files of an archive that may be maps; those that by their names are about one are left out with a note, unless chosen. */
function mapsIn(names: readonly string[], reader: MapReader, layer: string | null): string[] {
  const readable = names.filter((name) => READ_EXTENSIONS.includes(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''));
  const maps = readable.filter((name) => !ABOUT_A_MAP.test(name));
  if (layer !== null || maps.length === 0 || maps.length === readable.length) return readable;
  for (const name of readable.filter((one) => !maps.includes(one)))
    reader.note(`${name} in the archive is taken for words about the map and not read; with --layer it is read`);
  return maps;
}
