import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { toWkb } from '../../src/geometry/wkb.js';
import type { DrawnArea } from './map-files.js';

/** How a column of times states its zone: as instants, as local times (pandas without a zone), or as the old INT96. */
export type Times = 'instants' | 'local' | 'INT96';

interface Ways {
  /** A column `day` of this time, in milliseconds since 1970, for every row. */
  day?: { time: number; as: Times };
  /** Members of the geometry's column in the metadata of GeoParquet (`crs`, `edges`); null: no metadata. */
  column?: Record<string, unknown> | null;
  /** Parquet's own type of the geometry's column. */
  type?: 'GEOMETRY' | 'GEOGRAPHY';
}

/** GeoParquet of areas with the properties of the first as columns of text. */
export function geoParquet(areas: readonly DrawnArea[], { day, column = {}, type }: Ways = {}): Uint8Array {
  const names = Object.keys(areas[0]?.properties ?? {});
  const geometry = type === undefined ? {} : { logical_type: { type } };
  const schema: SchemaElement[] = [
    { name: 'schema', num_children: names.length + (day ? 2 : 1) },
    ...names.map((name): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8' })),
    ...(day ? [timeElement(day.as)] : []),
    { name: 'geometry', type: 'BYTE_ARRAY', ...geometry } as SchemaElement,
  ];
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema });
  writer.write({
    columnData: [
      ...names.map((name) => ({ name, data: areas.map(({ properties }) => String(properties[name])) })),
      ...(day ? [{ name: 'day', data: areas.map(() => timeValue(day)), statistics: false }] : []),
      { name: 'geometry', data: areas.map(({ polygons }) => groundOf(polygons, type)), statistics: false },
    ],
  });
  if (column !== null) {
    const geo = {
      version: '1.1.0',
      primary_column: 'geometry',
      columns: { geometry: { encoding: 'WKB', geometry_types: ['MultiPolygon'], ...column } },
    };
    writer.kvMetadata = [{ key: 'geo', value: JSON.stringify(geo) }];
  }
  if (day?.as === 'INT96') asInt96(writer, names.length);
  writer.finish();
  return bytes.getBytes().slice();
}

function timeElement(as: Times): SchemaElement {
  if (as === 'INT96') return { name: 'day', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12 };
  return {
    name: 'day',
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: as === 'instants', unit: 'MICROS' },
  };
}

/** The writer makes WKB of its own of what stands in a column of Parquet's own type. */
const groundOf = (coordinates: readonly Polygon[], type: Ways['type']): unknown =>
  type === undefined ? Uint8Array.from(toWkb(coordinates)) : { type: 'MultiPolygon', coordinates };

/** INT96 has the nanoseconds of the day, then the number of the Julian day. */
function timeValue({ time, as }: { time: number; as: Times }): unknown {
  if (as !== 'INT96') return BigInt(time) * 1000n;
  const days = Math.floor(time / 86_400_000);
  const bytes = Buffer.alloc(12);
  bytes.writeBigInt64LE(BigInt(time - days * 86_400_000) * 1_000_000n, 0);
  bytes.writeInt32LE(days + 2_440_588, 8);
  return Uint8Array.from(bytes);
}

/** The writer has no INT96: its bytes are those of a column of twelve bytes under another name. */
function asInt96({ schema, row_groups: groups }: ParquetWriter, column: number): void {
  Object.assign(schema[column + 1] as SchemaElement, { type: 'INT96', type_length: undefined });
  for (const group of groups) Object.assign(group.columns[column]?.meta_data ?? {}, { type: 'INT96' });
}
