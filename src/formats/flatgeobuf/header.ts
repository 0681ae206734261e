import { Builder } from 'flatbuffers';
import type { Box } from '../boxes.js';
import type { WrittenLayer } from '../format.js';
import { Column, type ColumnType, Crs, type GeometryType, Header } from './library.js';

interface HeaderOf {
  geometryType: GeometryType;
  columns: readonly { name: string; type: ColumnType; description: string | null }[];
  envelope: Box | null;
  indexNodeSize: number;
}

/** The header of a file (EPSG:4326). The library's own names every layer `L1` and leaves out its metadata. */
export function headerBytes(
  { name, title, description, licence, count }: WrittenLayer,
  { geometryType, columns, envelope, indexNodeSize }: HeaderOf,
): Uint8Array {
  const builder = new Builder();
  const text = (value: string) => builder.createString(value);
  const columnAt = columns.map((column) => {
    const [named, described] = [text(column.name), text(column.description ?? '')];
    Column.startColumn(builder);
    Column.addName(builder, named);
    Column.addType(builder, column.type);
    Column.addDescription(builder, described);
    return Column.endColumn(builder);
  });
  const columnsAt = Header.createColumnsVector(builder, columnAt);
  const [org, crsName] = [text('EPSG'), text('WGS 84')];
  const crs = Crs.createCrs(builder, org, 4326, crsName, 0, 0, 0);
  const envelopeAt = envelope && Header.createEnvelopeVector(builder, [...envelope]);
  const [nameAt, titleAt, aboutAt] = [text(name), text(title), text(description)];
  const metadata = text(JSON.stringify({ title, description, licence }));
  Header.startHeader(builder);
  Header.addName(builder, nameAt);
  if (envelopeAt !== null) Header.addEnvelope(builder, envelopeAt);
  Header.addGeometryType(builder, geometryType);
  Header.addColumns(builder, columnsAt);
  Header.addFeaturesCount(builder, BigInt(count));
  Header.addIndexNodeSize(builder, indexNodeSize);
  Header.addCrs(builder, crs);
  Header.addTitle(builder, titleAt);
  Header.addDescription(builder, aboutAt);
  Header.addMetadata(builder, metadata);
  builder.finishSizePrefixed(Header.endHeader(builder));
  return builder.asUint8Array();
}
