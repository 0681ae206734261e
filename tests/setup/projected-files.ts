import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { readHere } from '../../src/maps/read.js';
import { reprojectFile } from '../../src/maps/reproject.js';
import { parseDate } from '../../src/model/dates.js';
import type { Db } from '../../src/store/pool.js';
import { box } from './good-input.js';
import { shapefile, zip } from './map-files.js';

/** One area of party `a`, 100 km square, in metres of a UTM zone. */
export const METRES = [{ properties: { party: 'a' }, polygons: [[box(500_000, 3_650_000, 600_000, 3_750_000)]] }];
export const UTM_37 =
  'PROJCS["WGS_1984_UTM_Zone_37N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",39.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';

/** The crs member of a GeoJSON. */
export const declared = (name: string) => ({ crs: { type: 'name', properties: { name } } });
export const withPrj = (areas: Parameters<typeof shapefile>[0], prj: string) =>
  zip({ ...shapefile(areas), 'control.prj': prj });
export const json = (value: object) => Buffer.from(JSON.stringify(value));

/** Reads files as an import does, as far as their coordinates are lon, lat. */
export function readingInto(db: () => Promise<Db>) {
  const read = async (source: Uint8Array, options: Partial<ImportOptions> = {}) => {
    const file = await readHere({
      source,
      options: { date: parseDate('2024-05-01'), knownParties: null, ...options },
      reading: { layer: null, limits: { unpackedBytes: 50e6 } },
      lenient: false,
    });
    return reprojectFile(await db(), file, options.crs !== undefined);
  };
  /** The longitude of the first corner, and the notes. */
  const west = async (source: Uint8Array, crs?: string) => {
    const { snapshots, notes } = await read(source, { crs });
    return [Number(snapshots[0]?.areas[0]?.parts[0]?.[0].toFixed(6)), notes.join('\n')] as const;
  };
  return { read, west };
}
