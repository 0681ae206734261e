import { type Archive, foldersOf, inMember, isGzip, isZip, openArchive } from './archive.js';
import { chosenMaps, membersOf } from './archive-members.js';
import {
  allBytes,
  type Chunks,
  type MapSource,
  openSource,
  type ReadLimits,
  tooLarge,
  unreadable,
} from './byte-source.js';
import { headOf, inUtf8 } from './encoding.js';
import { archiveOf, foreignFormat } from './foreign.js';
import type { Format, OpenFile, ReadOptions } from './format.js';
import { KML } from './kml/format.js';
import { checkOptions } from './layers.js';
import type { MapReader } from './map-reader.js';
import { FORMATS } from './registry.js';
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
  const within = { archives: 0, left: { bytes: options.limits.unpackedBytes } };
  return readOpened(openFile(head, chunks, options, within), reader);
}

/** A file, and what it is packed in. */
type Within = Pick<OpenFile, 'archives' | 'left'>;

function openFile(given: Uint8Array, coming: Chunks, asked: ReadOptions, within: Within): OpenFile {
  const { head, utf16 } = headOf(given);
  const chunks = utf16 === null ? coming : inUtf8(coming, utf16);
  // Its first bytes say more of the file than whoever sends it.
  const options = utf16 === null ? asked : { ...asked, encoding: null };
  return {
    head,
    chunks,
    options,
    ...within,
    all: () => allBytes(chunks, options.limits, 'a file of this format'),
    formatOfJson: (root) => FORMATS.find(({ reader }) => reader?.sniffJson?.(root)),
  };
}

/** Publishers zip the KMZ or the shapefiles of a day; what is packed once more is no map. */
const MOST_ARCHIVES = 2;

async function readOpened(file: OpenFile, reader: MapReader): Promise<string> {
  if (isZip(file.head.bytes)) {
    if (file.archives >= MOST_ARCHIVES) {
      throw unreadable('an archive inside an archive inside an archive: unpack it first', 'archive');
    }
    const archive = openArchive(await file.all(), file.options.limits);
    if (file.archives > 0) spend(file, archive.unpackedBytes);
    return readArchive(archive, reader, file);
  }
  const foreign = foreignFormat(file.head);
  if (foreign !== null)
    throw unreadable(
      foreign.message,
      file.head.text.includes('\0') || file.head.text.includes('\ufffd') ? 'encoding' : 'syntax',
    );
  const format = FORMATS.find((one) => one.reader?.sniff?.(file.head)) ?? (FORMATS[0] as (typeof FORMATS)[0]);
  checkOptions(file.options, format.label, format.reader?.takes ?? [], reader);
  const label = await format.reader?.read?.(file, reader);
  if (!format.reader?.rightHandRule) reader.problems.counts.delete('winding');
  return label ?? format.label;
}

/** What is packed inside an archive, all of it together, unpacks to no more than one file may. */
function spend({ left, options }: Pick<OpenFile, 'left' | 'options'>, bytes: number): void {
  left.bytes -= bytes;
  if (left.bytes < 0)
    throw tooLarge(`an archive whose packed files unpack to more than ${options.limits.unpackedBytes / 1e6} MB`);
}

async function readArchive(archive: Archive, reader: MapReader, file: OpenFile): Promise<string> {
  const { options } = file;
  const { names } = archive;
  const foreign = archiveOf(names);
  if (foreign !== null) throw unreadable(foreign);
  const whole = FORMATS.find((format) => format.reader?.sniffArchive?.(names));
  if (whole?.reader?.readArchive) {
    checkOptions(options, whole === KML ? 'KMZ' : whole.label, ['layer', 'encoding'], reader);
    noteOtherMaps(archive, whole, reader, options.limits);
    const label = whole.reader.readArchive(archive, options, reader);
    if (!whole.reader.rightHandRule) reader.problems.counts.delete('winding');
    return label ?? whole.label;
  }
  const { chosen, layer } = chosenMaps(membersOf(archive, options.limits), options.layer, reader);
  const labels = new Set<string>();
  for (const name of chosen) {
    const of = chosen.length > 1 ? reader.within(name, foldersOf(name)) : reader;
    const bytes = archive.read(name);
    const label = await inMember(name, chosen.length > 1, async () =>
      readOpened(await openMember(bytes, layer, file), of),
    );
    labels.add(label);
  }
  return `${[...labels].join(', ')} in a ZIP archive`;
}

/** A file of an archive; a gzip is unpacked on the way. */
async function openMember(bytes: Uint8Array, layer: string | null, file: OpenFile): Promise<OpenFile> {
  const { head, chunks } = await openSource(bytes, file.options.limits);
  async function* spent(): Chunks {
    for await (const chunk of chunks) {
      spend(file, chunk.length);
      yield chunk;
    }
  }
  const within = { archives: file.archives + 1, left: file.left };
  return openFile(head, isGzip(bytes) ? spent() : chunks, { ...file.options, layer }, within);
}

/** Maps in an archive that is a map as a whole, such as a GeoJSON beside a shapefile: stated, and not read. */
function noteOtherMaps(archive: Archive, whole: Format, reader: MapReader, limits: ReadLimits): void {
  for (const member of membersOf(archive, limits)) {
    const { name } = member;
    const isOf = whole === SHAPEFILE ? /\.shp$/i.test(name) : /\.kml$/i.test(name);
    const isTable = member.is === 'noted' && /\.(json|csv|tsv|txt|xlsx?|ods)$/i.test(name) && !ABOUT_A_MAP.test(name);
    if (isOf || !(member.is === 'map' || isTable)) continue;
    if (whole === SHAPEFILE && isOwnNote(archive.read(name))) continue;
    const unread = member.is === 'map' ? member.unread : null;
    reader.note(
      `${name} in the archive, beside the ${whole.label}, is not read: ${unread ?? 'unpack it, and import what is the map'}`,
    );
  }
}

/** Names of files that publishers pack beside a map. */
const ABOUT_A_MAP =
  /(^|\/)(readme|licen[cs]e|copying|terms|attribution|metadata|datapackage|changelog)\b[^/]*\.(txt|json|csv)$/i;
