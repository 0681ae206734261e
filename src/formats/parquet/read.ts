import { type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SalientError } from '../../errors.js';
import { crsNamed, type DeclaredCrs } from '../../geometry/geojson-crs.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import { dateOfDayNumber } from '../../model/dates.js';
import { pointer, quote } from '../../model/problem-list.js';
import { tooLarge, unreadable } from '../byte-source.js';
import { cellGeometry } from '../csv/read.js';
import { fromHex, isGeometry, startsWkb } from '../csv/table.js';
import type { ReadOptions } from '../format.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';

/** The column with the ground, and how its values are written (GeoParquet 1.1, or a column of Parquet's type GEOMETRY). */
interface GroundColumn {
  name: string;
  /** `WKB`, or GeoArrow's nested lists. */
  encoding: string;
  crs: DeclaredCrs;
  /** Its metadata say that the system is unknown (`crs: null`); without `crs` they say lon, lat on WGS 84. */
  unknownCrs: boolean;
  /** Its edges are the shortest ways on the globe. */
  spherical: boolean;
}

/** Runs of equal values take no space: a file of a kilobyte may state a milliard rows. */
const MOST_ROWS = 5_000_000;

/** @throws SalientError `invalid_body` for Parquet without ground or damaged, `too_large` by what it states of itself */
export async function readParquet(bytes: Uint8Array, { limits }: ReadOptions, reader: MapReader): Promise<void> {
  try {
    const buffer = bytes.slice().buffer;
    const metadata = parquetMetadata(buffer, { geoparquet: false });
    const rows = Number(metadata.num_rows);
    const size = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (!(rows <= MOST_ROWS) || !(size <= limits.unpackedBytes)) {
      throw tooLarge(`Parquet that states ${rows} rows of ${Math.round(size / 1e6)} MB`);
    }
    const file = { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) };
    const options = { file, metadata, compressors, utf8: false, geoparquet: false, parsers: PARSERS };
    const records: Record<string, unknown>[] = await parquetReadObjects(options);
    const column = groundColumn(metadata) ?? columnByContent(records, reader);
    if (column === null) {
      throw unreadable(
        'this is Parquet without a column of geometries: write it as GeoParquet (geopandas, ogr2ogr, DuckDB)',
      );
    }
    reportColumn(column, reader);
    const local = localTimes(metadata);
    for (const [index, record] of records.entries()) {
      if (reader.problems.full) break;
      const at = `/features/${index}`;
      const properties = propertiesOf(record, column.name, local);
      const raw = { at, crs: column.crs, knownAs: { number: `row ${index + 1}` } };
      try {
        const { geometry, crs } = geometryOf(record[column.name], column, reader);
        reader.add({ ...raw, crs, feature: { type: 'Feature', properties, geometry } });
      } catch (error) {
        if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
        reader.unreadable({ ...raw, feature: { properties } }, error.message);
      }
    }
    if (records.length === 0) noFeatures(reader, '');
  } catch (error) {
    if (error instanceof SalientError) throw error;
    throw unreadable(
      `the Parquet cannot be read: ${(error as Error).message}; is it half a file? Fetch or export it again`,
      'archive',
    );
  }
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Days stay days; times are RFC 3339 in UTC, until `withoutZone` takes that from local ones; geometries stay bytes. */
const PARSERS = {
  dateFromDays: (days: number) => dateOfDayNumber(days),
  timestampFromMilliseconds: (time: bigint) => iso(Number(time)),
  timestampFromMicroseconds: (time: bigint) => iso(Number(time / 1000n)),
  timestampFromNanoseconds: (time: bigint) => iso(Number(time / 1_000_000n)),
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes,
};

/** The columns of local times, such as pandas writes of dates without a zone: not adjusted to UTC, or of the old INT96, which states none. */
function localTimes(metadata: FileMetaData): ReadonlySet<string> {
  const local = parquetSchema(metadata).children.filter(({ element: { type, logical_type: logical } }) =>
    logical?.type === 'TIMESTAMP' ? !logical.isAdjustedToUTC : type === 'INT96',
  );
  return new Set(local.map(({ element }) => element.name));
}

/** A local time as FlatGeobuf and GeoPackage have it: `2024-05-01T23:30:00`. */
const withoutZone = (utc: string) => utc.replace(/(\.000)?Z$/, '');

function groundColumn({ key_value_metadata, schema }: FileMetaData): GroundColumn | null {
  const text = key_value_metadata?.find(({ key }) => key === 'geo')?.value;
  const geo: unknown = text === undefined ? null : JSON.parse(text);
  if (isObject(geo) && isObject(geo.columns)) {
    const name = String(geo.primary_column ?? Object.keys(geo.columns)[0]);
    const column = Object.hasOwn(geo.columns, name) ? geo.columns[name] : null;
    if (isObject(column)) {
      const encoding = String(column.encoding ?? 'WKB');
      const spherical = column.edges === 'spherical';
      return { name, encoding, crs: crsOf(column.crs), unknownCrs: column.crs === null, spherical };
    }
  }
  const typed = schema.find(({ logical_type: type }) => type?.type === 'GEOMETRY' || type?.type === 'GEOGRAPHY');
  if (!typed) return null;
  const { type, crs } = typed.logical_type as { type: string; crs?: string };
  const spherical = type === 'GEOGRAPHY';
  return { name: typed.name, encoding: 'WKB', crs: crsOf(textCrs(crs)), unknownCrs: false, spherical };
}

/** What the metadata say of the ground that is not read as it is meant, or not known. */
function reportColumn({ name, unknownCrs, spherical }: GroundColumn, reader: MapReader): void {
  if (unknownCrs && !reader.namesCrs) {
    const message = `crs: null of column ${quote(name)} says that the coordinate system is unknown: --crs names it (EPSG:4326 if the numbers are longitude, latitude of WGS 84)`;
    reader.problems.add('crs', pointer(pointer('/columns', name), 'crs'), message);
  }
  if (spherical)
    reader.note(
      `edges of column ${quote(name)} are the shortest ways on the globe (spherical): they are read as straight in longitude, latitude; give long ones vertices before (PostGIS: ST_Segmentize of the geography)`,
    );
}

/** Parquet's own type has PROJJSON as text, `EPSG:n`, or nothing for OGC:CRS84. */
function textCrs(crs: string | undefined): unknown {
  return crs?.trimStart().startsWith('{') ? JSON.parse(crs) : crs;
}

function crsOf(crs: unknown): DeclaredCrs {
  if (crs === undefined || crs === null) return null;
  const id = isObject(crs) && isObject(crs.id) ? `${String(crs.id.authority)}:${String(crs.id.code)}` : null;
  const named = typeof crs === 'string' ? crsNamed(crs) : id === null ? undefined : crsNamed(id);
  return named === undefined ? `WKT:${typeof crs === 'string' ? crs : JSON.stringify(crs)}` : named;
}

/** Rows that are looked at for a geometry where nothing states which column has it. */
const LOOKED_AT = 20;

/** The first column that holds WKB, or WKT, hex or GeoJSON as text: what pandas, Spark and `COPY` write without metadata. */
function columnByContent(records: readonly Record<string, unknown>[], reader: MapReader): GroundColumn | null {
  const holds = (value: unknown) =>
    value instanceof Uint8Array
      ? value.length >= 9 && value[0] !== undefined && value[0] <= 1 && startsWkb(value)
      : typeof value === 'string' && isGeometry(value);
  const rows = records.slice(0, LOOKED_AT);
  const name = Object.keys(records[0] ?? {}).find((key) => rows.some((record) => holds(record[key])));
  if (name === undefined) return null;
  reader.note(
    `Parquet without metadata of GeoParquet: column ${quote(name)} holds geometries; where neither an SRID nor --crs says something else, its numbers are longitude, latitude of WGS 84`,
  );
  return { name, encoding: 'WKB', crs: null, unknownCrs: false, spherical: false };
}

/** @throws RangeError or SyntaxError where it is none that is read */
function geometryOf(
  value: unknown,
  { encoding, crs }: GroundColumn,
  reader: MapReader,
): { geometry: unknown; crs: DeclaredCrs } {
  if (value === null || value === undefined) return { geometry: null, crs };
  if (value instanceof Uint8Array) {
    const { geometry, srid, dropped } = fromHex(value);
    reader.problems.count('height', dropped);
    return { geometry, crs: crs ?? (srid === null || srid === 4326 || srid === 0 ? null : `EPSG:${srid}`) };
  }
  if (typeof value === 'string') return cellGeometry(value, reader);
  const coordinates = positions(value);
  if (/^polygon$/i.test(encoding)) return { geometry: { type: 'Polygon', coordinates }, crs };
  if (/^multipolygon$/i.test(encoding)) return { geometry: { type: 'MultiPolygon', coordinates }, crs };
  return { geometry: { type: encoding, coordinates: [] }, crs };
}

/** GeoArrow has positions as structures of x and y, or as lists. */
function positions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(positions);
  return isObject(value) && 'x' in value && 'y' in value ? [value.x, value.y] : value;
}

/** Values that a rule could select by: no geometries, no bounding boxes, no bytes; large numbers as they are written. */
function propertiesOf(
  record: Record<string, unknown>,
  ground: string,
  local: ReadonlySet<string>,
): Record<string, unknown> {
  const entries = Object.entries(record).flatMap(([key, value]) => {
    if (key === ground || value === null || value === undefined || typeof value === 'object') return [];
    if (local.has(key)) return [[key, withoutZone(String(value))]];
    if (typeof value !== 'bigint') return [[key, value]];
    const number = Number(value);
    return [[key, Number.isSafeInteger(number) ? number : String(value)]];
  });
  return Object.fromEntries(entries);
}
