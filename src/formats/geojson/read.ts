import { SalientError } from '../../errors.js';
import { crsInWords, type DeclaredCrs, readCrs } from '../../geometry/geojson-crs.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import { parseJson } from '../../geometry/json-limits.js';
import { type Chunks, tooLarge, unreadable } from '../byte-source.js';
import { decoded, encodingRequested } from '../encoding.js';
import type { OpenFile } from '../format.js';
import { checkOptions } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures, notGeoJson, readGeoJson } from '../snapshot-file.js';
import { membersAt } from './member.js';
import { refusePart } from './part.js';
import { collectionPieces, sequenceTexts } from './pieces.js';

/** Files up to this size are parsed whole: then a fault of syntax is reported by line and column. */
const WHOLE_LIMIT = 32 << 20;
const LF = 0x0a;
const RS = 0x1e;

/** What is in the head of a document of JSON that is not GeoJSON: those are read whole, whatever their size. */
const NOT_GEOJSON = /"type"\s*:\s*"(?:Topology|umap)"|"geometryType"\s*:|"spatialReference"\s*:|"osm3s"\s*:/;
/** Longer text is no string of JavaScript. */
const LONGEST_TEXT = 500e6;

/**
 * Reads GeoJSON of any size: one document, newline-delimited, or a text sequence (RFC 8142); and documents of JSON in the
 * other formats of the registry, which are known only once they are parsed. Returns what it was.
 */
export async function readGeoJsonFile(file: OpenFile, reader: MapReader): Promise<string> {
  const { bytes, text } = file.head;
  const { member = null, encoding = null } = file.options;
  if (member === null && encoding === null && (bytes[0] === RS || isLines(bytes))) {
    checkOptions(file.options, 'a GeoJSON sequence', ['member', 'encoding'], reader);
    await readSequence(bytes[0] === RS ? RS : LF, file.chunks, reader);
    return 'GeoJSON sequence';
  }
  const whole = member !== null || encoding !== null || NOT_GEOJSON.test(text);
  const parts: Uint8Array[] = [];
  let size = 0;
  const iterator = file.chunks[Symbol.asyncIterator]();
  for (let next = await iterator.next(); ; next = await iterator.next()) {
    if (next.done)
      return readDocument(parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts), file, reader);
    parts.push(next.value);
    size += next.value.length;
    if (whole && size > Math.min(LONGEST_TEXT, file.options.limits.unpackedBytes)) {
      throw tooLarge('a JSON document that must be parsed as a whole, of more than 500 MB');
    }
    if (!whole && size > WHOLE_LIMIT) break;
  }
  async function* all(): Chunks {
    while (parts.length > 0) yield parts.shift() as Uint8Array;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  checkOptions(file.options, 'GeoJSON', ['member', 'encoding'], reader);
  await readPieces(all(), reader);
  return 'GeoJSON';
}

function readDocument(bytes: Uint8Array, { options, formatOfJson }: OpenFile, reader: MapReader): string {
  const { encoding = null } = options;
  const document = parseJson(encoding === null ? bytes : decoded(bytes, encodingRequested(encoding), 'the document'));
  const labels = new Set<string>();
  const { member = null } = options;
  // What stands around the collection may say that there are more pages of it.
  if (member !== null && isObject(document)) refusePart(document, '', null);
  for (const { at, value } of member === null ? [{ at: '', value: document }] : membersAt(document, member)) {
    const other = isObject(value) ? formatOfJson(value) : undefined;
    if (!other?.reader?.readJson) {
      checkOptions(options, 'GeoJSON', ['member', 'encoding'], reader);
      readGeoJson(value, reader, at, member !== null);
      labels.add('GeoJSON');
      continue;
    }
    checkOptions(options, other.label, ['member', 'encoding', ...(other.reader.takes ?? [])], reader);
    other.reader.readJson(value as Record<string, unknown>, options, reader);
    reader.problems.counts.delete('winding');
    labels.add(other.label);
  }
  return [...labels].join(', ');
}

/** Is the first line a whole document, with another after it? */
function isLines(head: Uint8Array): boolean {
  const end = head.indexOf(LF);
  if (end <= 0 || !head.subarray(end).some((byte) => byte === 0x7b)) return false;
  try {
    const first: unknown = JSON.parse(
      Buffer.from(head.subarray(0, end))
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
    return isObject(first) && typeof first.type === 'string' && first.type !== 'FeatureCollection';
  } catch {
    return false;
  }
}

async function readSequence(separator: typeof LF | typeof RS, chunks: Chunks, reader: MapReader): Promise<void> {
  let number = 0;
  let texts = 0;
  for await (const text of sequenceTexts(chunks, separator)) {
    number++;
    if (!text.some((byte) => byte > 0x20) || reader.problems.full) continue;
    const at = `/features/${texts++}`;
    const root = parsePiece(text, separator === LF ? `line ${number}` : `record ${number - 1}`);
    if (isObject(root) && root.type === 'Feature') reader.add({ feature: root, at, crs: null });
    else readGeoJson(root, reader, at);
  }
  if (texts === 0) noFeatures(reader, '');
}

async function readPieces(chunks: Chunks, reader: MapReader): Promise<void> {
  let features = 0;
  let crs: DeclaredCrs = null;
  for await (const piece of collectionPieces(chunks)) {
    if ('feature' in piece) {
      const at = `/features/${features++}`;
      if (reader.problems.full) continue;
      reader.add({ feature: parsePiece(piece.feature, at), at, crs });
      continue;
    }
    const root = parsePiece(
      'opening' in piece ? piece.opening : piece.frame,
      'what is beside the features (a collection inside another document is read by --member)',
    );
    if (!isObject(root)) throw notGeoJson('', 'a GeoJSON object is expected');
    const stated = readCrs(root, '', null, reader.problems, reader.namesCrs);
    if ('opening' in piece) crs = stated;
    else if (root.type !== 'FeatureCollection') {
      throw notGeoJson('/type', 'a file of this size must be a FeatureCollection, or a feature a line');
    } else if (stated !== crs && reader.namesCrs) {
      if (stated !== null) reader.note(`the file declares ${crsInWords(stated)}: --crs holds instead`);
    } else if (stated !== crs) {
      reader.problems.add(
        'crs',
        '/crs',
        'crs stands behind the features: in a file of this size put it before them, or --crs names it',
      );
    }
    if ('frame' in piece && root.type === 'FeatureCollection') refusePart(root, '', features);
  }
  if (features === 0) noFeatures(reader, '/features');
}

function parsePiece(text: Uint8Array, where: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SalientError) throw unreadable(`${where}: ${error.message}`, error.problems[0]?.code);
    throw error;
  }
}
