import { magicbytes } from 'flatgeobuf/lib/mjs/constants.js';
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { GeometryType } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js';
import { buildFeature } from 'flatgeobuf/lib/mjs/generic/feature.js';
import { buildHeader } from 'flatgeobuf/lib/mjs/generic/featurecollection.js';
import { parseGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
import type { WrittenLayer, WrittenRow } from '../format.js';
import type { PropertyType } from '../property-type.js';

const TYPES: Record<PropertyType, ColumnType> = {
  string: ColumnType.String,
  integer: ColumnType.Long,
  number: ColumnType.Double,
  boolean: ColumnType.Bool,
  date: ColumnType.DateTime,
  'date-time': ColumnType.DateTime,
};

/**
 * Rows as FlatGeobuf (EPSG:4326), feature by feature. The library's own `serialize` wants everything at once and
 * takes the types of columns from the first feature, so its parts are put together here; without an index, which could
 * only be written first and known last.
 */
export async function* writeFlatGeobuf(
  { title, description: about, columns, count, geometryType }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  const header = {
    geometryType: GeometryType[geometryType ?? 'Unknown'],
    columns: Object.entries(columns).map(([name, [type, description]]) => ({
      ...{ name, type: TYPES[type], title: null, description, width: -1, precision: -1, scale: -1 },
      ...{ nullable: true, unique: false, primary_key: false },
    })),
    envelope: null,
    featuresCount: count,
    indexNodeSize: 0,
    crs: null,
    title,
    description: about,
    metadata: null,
  };
  yield magicbytes;
  yield buildHeader(header, 4326);
  for await (const rows of batches) {
    const features = rows.map(({ geometry, ...properties }) =>
      buildFeature(partsOf(JSON.parse(String(geometry))), properties as never, header),
    );
    yield Buffer.concat(features);
  }
}

/** GDAL wants to be told where the lines of a MultiLineString end also where there is one; the library tells of several. */
function partsOf(geometry: Parameters<typeof parseGeometry>[0]): ReturnType<typeof parseGeometry> {
  const parsed = parseGeometry(geometry);
  if (geometry.type === 'MultiLineString' && parsed.ends == null) parsed.ends = [(parsed.xy?.length ?? 0) / 2];
  return parsed;
}
