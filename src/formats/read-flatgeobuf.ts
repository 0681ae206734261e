import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { crsNamed, type DeclaredCrs } from '../geometry/geojson-crs.js';
import { unreadable } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import { noFeatures } from './snapshot-file.js';

/** Reads FlatGeobuf; the coordinate system is the one in its header. */
export async function readFlatGeobuf(bytes: Uint8Array, reader: MapReader): Promise<void> {
  let crs: DeclaredCrs = null;
  let stated = 0;
  let features = 0;
  try {
    const options = {
      headerMetaFn(header: {
        crs: { org: string | null; code: number; wkt: string | null } | null;
        featuresCount: number;
      }) {
        stated = header.featuresCount;
        if (header.crs?.code) crs = crsNamed(`${header.crs.org || 'EPSG'}:${header.crs.code}`) ?? null;
        else if (header.crs?.wkt) crs = `WKT:${header.crs.wkt}`;
      },
    };
    for await (const { properties, geometry } of deserialize(bytes, options)) {
      const said = Object.fromEntries(Object.entries(properties ?? {}).filter(([, value]) => value !== null));
      reader.add({ feature: { type: 'Feature', properties: said, geometry }, at: `/features/${features++}`, crs });
    }
  } catch (error) {
    throw unreadable(`the FlatGeobuf cannot be read: ${(error as Error).message}; is it half a file?`, 'archive');
  }
  if (stated > 0 && features !== stated) {
    throw unreadable(`the FlatGeobuf states ${stated} features and has ${features}: is it half a file?`, 'archive');
  }
  if (features === 0) noFeatures(reader, '');
}
