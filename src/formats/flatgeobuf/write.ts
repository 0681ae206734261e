import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { around, type Box, boxOf, packedOrder } from '../boxes.js';
import type { WrittenLayer, WrittenRow } from '../format.js';
import type { PropertyType } from '../property-type.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { headerBytes } from './header.js';
import { indexBytes, NODE_SIZE } from './index-bytes.js';
import { buildFeature, ColumnType, GeometryType, magicbytes, parseGeometry } from './library.js';

const TYPES: Record<PropertyType, ColumnType> = {
  string: ColumnType.String,
  integer: ColumnType.Long,
  number: ColumnType.Double,
  boolean: ColumnType.Bool,
  date: ColumnType.DateTime,
  'date-time': ColumnType.DateTime,
};

/**
 * Rows as FlatGeobuf (EPSG:4326) with an index. The library's own `serialize` wants everything at once, takes the types of
 * columns from the first feature and writes no index, so its parts are put together here. The index stands before the
 * features and is known after them: they wait in a temporary file, their boxes in memory.
 */
export function writeFlatGeobuf(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  return inTemporaryFolder((folder) => written(join(folder, 'features'), layer, batches));
}

/** A feature in the temporary file. */
interface Feature {
  box: Box;
  at: number;
  length: number;
}

async function* written(
  path: string,
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  const columns = Object.entries(layer.columns).map(([name, [type, description]]) => ({
    ...{ name, type: TYPES[type], title: null, description, width: -1, precision: -1, scale: -1 },
    ...{ nullable: true, unique: false, primary_key: false },
  }));
  const file = await open(path, 'w+');
  try {
    const found = await spool(file, columns, batches);
    const order = layer.ordered
      ? null
      : packedOrder(
          found.map(({ box }) => box),
          NODE_SIZE,
        );
    const features = order ? order.map((index) => found[index] as Feature) : found;
    const boxes = features.map(({ box }) => box);
    yield magicbytes;
    yield headerBytes(
      { ...layer, count: features.length },
      {
        geometryType: GeometryType[layer.geometryType ?? 'Unknown'],
        columns,
        envelope: boxes.length > 0 ? around(boxes) : null,
        // An index over nothing is none.
        indexNodeSize: boxes.length > 0 ? NODE_SIZE : 0,
      },
    );
    if (boxes.length > 0) yield indexBytes(boxes, offsetsOf(features));
    if (order) yield* picked(file, features);
    else yield* createReadStream(path);
  } finally {
    await file.close();
  }
}

async function spool(
  file: FileHandle,
  columns: Parameters<typeof buildFeature>[2]['columns'],
  batches: AsyncIterable<readonly WrittenRow[]>,
): Promise<Feature[]> {
  const header = { columns } as Parameters<typeof buildFeature>[2];
  const found: Feature[] = [];
  let at = 0;
  for await (const rows of batches) {
    const pieces: Uint8Array[] = [];
    for (const { geometry, ...properties } of rows) {
      const parsed = JSON.parse(String(geometry));
      const bytes = buildFeature(partsOf(parsed), properties as never, header);
      found.push({ box: boxOf(parsed.coordinates), at, length: bytes.length });
      at += bytes.length;
      pieces.push(bytes);
    }
    await file.write(Buffer.concat(pieces));
  }
  return found;
}

/** Where each begins, counted from the first. */
function offsetsOf(features: readonly Feature[]): number[] {
  let at = 0;
  return features.map(({ length }) => {
    at += length;
    return at - length;
  });
}

async function* picked(file: FileHandle, features: readonly Feature[]): AsyncGenerator<Uint8Array> {
  for (const { at, length } of features) {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, at);
    yield bytes;
  }
}

/** GDAL requires the ends of a MultiLineString's lines also where there is one line; the library writes them for several. */
function partsOf(geometry: Parameters<typeof parseGeometry>[0]): ReturnType<typeof parseGeometry> {
  const parsed = parseGeometry(geometry);
  if (geometry.type === 'MultiLineString' && parsed.ends == null) parsed.ends = [(parsed.xy?.length ?? 0) / 2];
  return parsed;
}
