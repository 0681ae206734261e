import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { fromWkb } from '../../geometry/wkb.js';
import { around, type Box, boxOf, NO_BOX } from '../boxes.js';
import type { WrittenLayer, WrittenRow } from '../format.js';
import { type PropertyType, toMilliseconds } from '../property-type.js';
import { CRS84_PROJJSON } from './crs84.js';

/** Of an element of the schema, the rest of which is its name. */
type Type = Omit<SchemaElement, 'name'>;

const TYPES: Record<PropertyType, Type> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE' },
  'date-time': { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/** A group of rows is written when it has so many rows, or so many bytes of geometry: what a reader takes at once. */
const GROUP = { rows: 50_000, bytes: 32e6 };

/**
 * Rows (geometries WKB as hex, longitude before latitude) as GeoParquet 1.1: the box of each row is a column of its own, so
 * that readers pass over groups that lie elsewhere. Without places it is plain Parquet. One group of rows is held at a time.
 */
export async function* writeParquet(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(layer), createdBy: 'salient' });
  const whole: Box[] = [];
  let group: WrittenRow[] = [];
  let size = 0;
  const write = () => {
    const boxes = group.map(({ geometry }) => boxOfWkb(geometry));
    whole.push(around(boxes.filter((box) => box !== null)));
    writer.write({ columnData: columnsOf(layer, group, boxes), rowGroupSize: Math.max(1, group.length) });
    group = [];
    size = 0;
    return taken(bytes);
  };
  for await (const rows of batches) {
    group.push(...rows);
    size += rows.reduce((sum, { geometry }) => sum + (geometry?.length ?? 0) / 2, 0);
    if (group.length >= GROUP.rows || size >= GROUP.bytes) yield write();
  }
  if (group.length > 0) yield write();
  writer.kvMetadata = metadataOf(layer, around(whole));
  writer.finish();
  yield taken(bytes);
}

/** What has been written since, which the writer then forgets; it goes on counting offsets. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}

function schemaOf({ columns, geometryType }: WrittenLayer): SchemaElement[] {
  const fields = Object.entries(columns).map(
    ([name, [type]]): SchemaElement => ({ name, ...TYPES[type], repetition_type: 'OPTIONAL' }),
  );
  if (geometryType === null) return [{ name: 'schema', num_children: fields.length }, ...fields];
  return [
    { name: 'schema', num_children: fields.length + 2 },
    ...fields,
    { name: 'geometry', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
    { name: 'bbox', repetition_type: 'OPTIONAL', num_children: SIDES.length },
    ...SIDES.map((name): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'REQUIRED' })),
  ];
}

function columnsOf(
  { columns, geometryType }: WrittenLayer,
  rows: readonly WrittenRow[],
  boxes: readonly (Box | null)[],
) {
  const fields = Object.entries(columns).map(([name, [type]]) => ({
    name,
    data: rows.map((row) => parquetValue(type, row[name])),
  }));
  if (geometryType === null) return fields;
  const geometries = rows.map(({ geometry }) => geometry && Uint8Array.from(Buffer.from(geometry, 'hex')));
  return [
    ...fields,
    // The least and the greatest of some bytes carry no meaning.
    { name: 'geometry', data: geometries, statistics: false },
    { name: 'bbox', data: boxes.map((box) => box && Object.fromEntries(SIDES.map((side, i) => [side, box[i]]))) },
  ];
}

function parquetValue(type: PropertyType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'integer') return BigInt(value as number);
  if (type === 'date-time') return new Date(toMilliseconds(value as string));
  return type === 'date' ? new Date(value as string) : value;
}

function boxOfWkb(hex: string | null): Box | null {
  if (hex === null) return null;
  const { geometry } = fromWkb(Buffer.from(hex, 'hex'));
  return 'coordinates' in geometry ? boxOf(geometry.coordinates) : NO_BOX;
}

function metadataOf({ title, description, licence, geometryType }: WrittenLayer, bbox: Box) {
  const stated = Object.entries({ title, description, licence }).map(([key, value]) => ({ key, value }));
  if (geometryType === null) return stated;
  const column = {
    encoding: 'WKB',
    geometry_types: [geometryType],
    crs: CRS84_PROJJSON,
    edges: 'planar',
    orientation: 'counterclockwise',
    ...(bbox[0] <= bbox[2] && { bbox }),
    covering: { bbox: Object.fromEntries(SIDES.map((side) => [side, ['bbox', side]])) },
  };
  const geo = { version: '1.1.0', primary_column: 'geometry', columns: { geometry: column } };
  return [{ key: 'geo', value: JSON.stringify(geo) }, ...stated];
}
