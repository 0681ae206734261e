/** Field numbers of MVT 2.1: a tile's layers, and the name of a layer; both are length-delimited (wire type 2). */
const LAYER_TAG = (3 << 3) | 2;
const NAME_TAG = (1 << 3) | 2;

/**
 * The same tile with its layers named anew, so that tiles of several series can stand one after the other as one tile.
 * Nothing else is decoded: layers are copied but for their names.
 */
export function renameLayers(tile: Uint8Array, rename: (name: string) => string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < tile.length; ) {
    const field = readField(tile, at);
    at = field.end;
    if (field.tag !== LAYER_TAG) {
      parts.push(tile.subarray(field.start, field.end));
      continue;
    }
    const layer = renamed(tile.subarray(field.body, field.end), rename);
    parts.push(varint(LAYER_TAG), varint(layer.length), layer);
  }
  return Buffer.concat(parts);
}

function renamed(layer: Uint8Array, rename: (name: string) => string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < layer.length; ) {
    const field = readField(layer, at);
    at = field.end;
    if (field.tag !== NAME_TAG) {
      parts.push(layer.subarray(field.start, field.end));
      continue;
    }
    const name = Buffer.from(rename(Buffer.from(layer.subarray(field.body, field.end)).toString('utf8')));
    parts.push(varint(NAME_TAG), varint(name.length), name);
  }
  return Buffer.concat(parts);
}

/** A field at a position: its tag, where it starts, where its content starts, where it ends. */
function readField(bytes: Uint8Array, start: number) {
  const [tag, afterTag] = readVarint(bytes, start);
  const wire = tag & 7;
  if (wire === 0) {
    const [, end] = readVarint(bytes, afterTag);
    return { tag, start, body: afterTag, end };
  }
  if (wire !== 2) throw new RangeError(`a vector tile has no field of wire type ${wire}`);
  const [length, body] = readVarint(bytes, afterTag);
  return { tag, start, body, end: body + length };
}

function readVarint(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let at = from, shift = 1; ; at++, shift *= 128) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('a vector tile ends in the middle of a number');
    value += (byte & 127) * shift;
    if (byte < 128) return [value, at + 1];
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Uint8Array.from([...bytes, left]);
}
