import { SalientError } from '../errors.js';
import { type DeclaredCrs, readCrs } from '../geometry/geojson-crs.js';
import { isObject } from '../geometry/geojson-geometry.js';
import { parseJson } from '../geometry/json-limits.js';
import { type Chunks, unreadable } from './byte-source.js';
import { collectionPieces, sequenceTexts } from './json-pieces.js';
import type { MapReader } from './map-reader.js';
import { noFeatures, notGeoJson, readGeoJson } from './snapshot-file.js';

/** Files up to this size are parsed whole: then a fault of syntax is told by line and column. */
const WHOLE_LIMIT = 32 << 20;
const LF = 0x0a;
const RS = 0x1e;

/** Reads GeoJSON of any size: one document, newline-delimited, or a text sequence (RFC 8142). */
export async function readGeoJsonFile(head: Uint8Array, chunks: Chunks, reader: MapReader): Promise<string> {
  if (head[0] === RS || isLines(head)) {
    await readSequence(head[0] === RS ? RS : LF, chunks, reader);
    return 'GeoJSON sequence';
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  const iterator = chunks[Symbol.asyncIterator]();
  for (let next = await iterator.next(); ; next = await iterator.next()) {
    if (next.done) {
      readGeoJson(parseJson(parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)), reader);
      return 'GeoJSON';
    }
    parts.push(next.value);
    size += next.value.length;
    if (size > WHOLE_LIMIT) break;
  }
  async function* all(): Chunks {
    while (parts.length > 0) yield parts.shift() as Uint8Array;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  await readPieces(all(), reader);
  return 'GeoJSON';
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
      if (reader.problems.full) continue;
      const at = `/features/${features++}`;
      reader.add({ feature: parsePiece(piece.feature, at), at, crs });
      continue;
    }
    const root = parsePiece('opening' in piece ? piece.opening : piece.frame, 'beside the features');
    if (!isObject(root)) throw notGeoJson('', 'a GeoJSON object is expected');
    const said = readCrs(root, '', null, reader.problems);
    if ('opening' in piece) crs = said;
    else if (root.type !== 'FeatureCollection') {
      throw notGeoJson('/type', 'a file of this size must be a FeatureCollection, or a feature a line');
    } else if (said !== crs) {
      reader.problems.add('crs', '/crs', 'crs stands behind the features: in a file of this size put it before them');
    }
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
