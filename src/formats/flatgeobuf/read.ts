import { ByteBuffer } from 'flatbuffers';
import { crsNamed, type DeclaredCrs } from '../../geometry/geojson-crs.js';
import { unreadable } from '../byte-source.js';
import type { MapReader } from '../map-reader.js';
import { UNDECLARED_CRS } from '../reading-notes.js';
import { noFeatures } from '../snapshot-file.js';
import { calcTreeSize, deserialize, Feature, fromFeature, type Geometry, Header, parseProperties } from './library.js';

interface HeaderMeta {
  crs: { org: string | null; code: number; wkt: string | null } | null;
  featuresCount: number;
  indexNodeSize: number;
}

/** Magic bytes and the length of the header. */
const START = 12;

/** Reads FlatGeobuf; the coordinate system is the one in its header. */
export async function readFlatGeobuf(bytes: Uint8Array, reader: MapReader): Promise<void> {
  let crs: DeclaredCrs = null;
  let stated = 0;
  let features = 0;
  const headerEnd = checkedHeader(bytes);
  try {
    const options = {
      headerMetaFn(header: HeaderMeta) {
        stated = header.featuresCount;
        checkFeatures(bytes, headerEnd, header);
        const declared = crsOf(header);
        if (declared === undefined) reader.note(`the FlatGeobuf declares no coordinate system: ${UNDECLARED_CRS}`);
        crs = declared ?? null;
      },
    };
    for await (const feature of deserialize(bytes, { ...options, fromFeature: read })) {
      const { properties, geometry } = feature as ReturnType<typeof fromFeature>;
      const stated = Object.fromEntries(Object.entries(properties ?? {}).filter(([, value]) => value !== null));
      // As GDAL and QGIS number them.
      const knownAs = { number: `fid ${features}` };
      const raw = { feature: { type: 'Feature', properties: stated, geometry }, at: `/features/${features++}` };
      reader.add({ ...raw, crs, knownAs });
    }
  } catch (error) {
    throw damaged((error as Error).message);
  }
  if (stated > 0 && features !== stated) throw damaged(`it states ${stated} features and has ${features}`);
  if (features === 0) noFeatures(reader, '');
}

/** The library cannot read a feature without a geometry, which GDAL writes of a row without one. */
const read: typeof fromFeature = (id, feature, header) => {
  const geometry = feature.geometry();
  if (geometry !== null && (geometry.xyLength() > 0 || geometry.partsLength() > 0))
    return fromFeature(id, feature, header);
  const properties = parseProperties(feature, header.columns) as ReturnType<typeof fromFeature>['properties'];
  return { type: 'Feature', id, properties, geometry: null } as unknown as ReturnType<typeof fromFeature>;
};

/** By code where EPSG has one, else by the definition; undefined where none is declared. */
function crsOf({ crs }: HeaderMeta): DeclaredCrs | undefined {
  if (!crs) return undefined;
  const code = crs.code > 0 ? `${crs.org || 'EPSG'}:${crs.code}` : null;
  const named = code === null ? undefined : crsNamed(code);
  return named === undefined ? (crs.wkt ? `WKT:${crs.wkt}` : (code ?? undefined)) : named;
}

const damaged = (message: string) =>
  unreadable(`the FlatGeobuf cannot be read: ${message}; is it half a file? Fetch or export it again`, 'archive');

/** Where the header ends. Lengths beyond the end would make the library read for ever. */
function checkedHeader(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length >= START ? view.getUint32(8, true) : 0;
  if (length < 8 || START + length > bytes.length) throw damaged(`its header of ${length} bytes is not in it`);
  const header = Header.getSizePrefixedRootAsHeader(at(bytes, 8));
  // The library counts as far as these state; an index over no features is a tree that it climbs for ever.
  const endless = header.indexNodeSize() > 0 && header.featuresCount() === 0n;
  if (header.columnsLength() > length || endless) throw damaged('its header contradicts itself');
  return START + length;
}

/** Every feature must end where the next begins, the last at the end of the file. */
function checkFeatures(bytes: Uint8Array, headerEnd: number, { featuresCount, indexNodeSize }: HeaderMeta): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (featuresCount > bytes.length) throw new RangeError(`it states ${featuresCount} features`);
  const index = indexNodeSize > 0 && featuresCount > 0 ? calcTreeSize(featuresCount, indexNodeSize) : 0;
  for (let offset = headerEnd + index; offset !== bytes.length; ) {
    const length = offset + 4 <= bytes.length ? view.getUint32(offset, true) : 0;

    if (length < 8 || offset + 4 + length > bytes.length)
      throw new RangeError(`a feature at byte ${offset} is cut off`);
    checkGeometry(Feature.getSizePrefixedRootAsFeature(at(bytes, offset)).geometry(), length, 0);
    offset += 4 + length;
  }
}

function at(bytes: Uint8Array, offset: number): ByteBuffer {
  const buffer = new ByteBuffer(bytes);
  buffer.setPosition(offset);
  return buffer;
}

/** Parts and positions that the bytes of a feature cannot hold. */
function checkGeometry(geometry: Geometry | null, bytes: number, depth: number): void {
  if (geometry === null) return;
  const parts = geometry.partsLength();
  if (depth > 8 || 4 * parts > bytes || 8 * geometry.xyLength() > bytes || 4 * geometry.endsLength() > bytes) {
    throw new RangeError('a geometry larger than its feature');
  }
  for (let part = 0; part < parts; part++) checkGeometry(geometry.parts(part), bytes, depth + 1);
}
