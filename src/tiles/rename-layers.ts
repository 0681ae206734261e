import { PbfReader, PbfWriter } from 'pbf';

/** Numbers of fields in MVT 2.1, both bytes with their length before them: a tile's layers, and the name of a layer. */
const LAYER = 3;
const NAME = 1;
/** The wire type of such a field. */
const BYTES = 2;

/**
 * The same tile with its layers named anew, so that tiles of several series can stand one after the other as one tile.
 * Nothing else is decoded: layers are copied but for their names.
 */
export function renameLayers(tile: Uint8Array, rename: (name: string) => string): Uint8Array {
  return rewritten(tile, LAYER, (layer) =>
    rewritten(layer, NAME, (name) => Buffer.from(rename(Buffer.from(name).toString('utf8')))),
  );
}

/** The same message with the content of one field made anew; other fields are copied as they are. */
function rewritten(message: Uint8Array, field: number, change: (content: Uint8Array) => Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const reader = new PbfReader(message);
  while (reader.pos < message.length) {
    const start = reader.pos;
    const tag = reader.readVarint();
    if (tag !== ((field << 3) | BYTES)) {
      reader.skip(tag);
      parts.push(message.subarray(start, reader.pos));
      continue;
    }
    const content = change(reader.readBytes());
    const head = new PbfWriter();
    head.writeVarint(tag);
    head.writeVarint(content.length);
    parts.push(head.finish(), content);
  }
  return Buffer.concat(parts);
}
