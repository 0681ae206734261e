import { type Chunks, tooLarge } from '../byte-source.js';

const [LF, RS, QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, OPEN_BRACE, CLOSE_BRACE] = [
  0x0a, 0x1e, 0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** Everything of a collection that is not a feature; beyond this it is no GeoJSON. */
const FRAME_LIMIT = 1 << 20;

/** The texts of a sequence: between record separators (RFC 8142) when it begins with one, else its lines. */
export async function* sequenceTexts(chunks: Chunks, separator: typeof LF | typeof RS): Chunks {
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
  yield Buffer.concat(parts);
}

/** A feature; before them the collection as far as it was read then, at the end all of it, both without features. */
export type CollectionPiece = { feature: Uint8Array } | { opening: Uint8Array } | { frame: Uint8Array };

/**
 * Cuts a FeatureCollection of any size into its features without holding more than one of them. Only brackets and
 * strings are looked at; every piece is checked by the JSON parser afterwards.
 * @throws SalientError `too_large` when what is not a feature has more than a megabyte
 */
export async function* collectionPieces(chunks: Chunks): AsyncGenerator<CollectionPiece> {
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Text of the last string at the outermost level: the key of what follows. */
  let key: number[] | null = null;
  let inFeatures = false;
  let piece: Uint8Array[] = [];
  const frame: number[] = [];
  for await (const chunk of chunks) {
    let start = inFeatures ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (!inFeatures) {
        frame.push(byte);
        if (frame.length > FRAME_LIMIT)
          throw tooLarge(
            'no array of features within the first megabyte, in a document too large to be parsed as a whole',
          );
      }
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        if (!inFeatures && depth === 1 && inString) key?.push(byte);
        continue;
      }
      if (byte === QUOTE) {
        inString = true;
        if (!inFeatures && depth === 1) key = [];
      } else if (byte === OPEN || byte === OPEN_BRACE) {
        depth++;
        if (!inFeatures && byte === OPEN && depth === 2 && key && Buffer.from(key).toString() === 'features') {
          inFeatures = true;
          start = i + 1;
          yield { opening: Uint8Array.from([...frame, CLOSE, CLOSE_BRACE]) };
        }
      } else if (byte === CLOSE || byte === CLOSE_BRACE) {
        depth--;
        if (inFeatures && depth === 1) {
          piece.push(chunk.subarray(start, i));
          yield* whole(piece);
          piece = [];
          inFeatures = false;
          start = -1;
          frame.push(byte);
        }
      } else if (byte === COMMA && inFeatures && depth === 2) {
        piece.push(chunk.subarray(start, i));
        yield* whole(piece);
        piece = [];
        start = i + 1;
      }
    }
    if (inFeatures) piece.push(chunk.subarray(start));
  }
  // The end of the file inside a feature: what there is of it goes to the parser, which reports it.
  if (inFeatures) yield { feature: Buffer.concat(piece) };
  yield { frame: Uint8Array.from(frame) };
}

function* whole(parts: readonly Uint8Array[]): Generator<CollectionPiece> {
  const bytes = Buffer.concat(parts);
  if (bytes.some((byte) => byte > 0x20)) yield { feature: bytes };
}
