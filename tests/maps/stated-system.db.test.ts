import { expect, it } from 'vitest';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { readHere } from '../../src/maps/read.js';
import { reprojectFile } from '../../src/maps/reproject.js';
import { parseDate } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { geoParquet } from '../setup/geo-parquet.js';
import { box } from '../setup/good-input.js';
import { flatGeobuf, geoJson, geoPackage, shapefile, zip } from '../setup/map-files.js';

const metres = [{ properties: { party: 'a' }, polygons: [[box(500_000, 3_650_000, 600_000, 3_750_000)]] }];
const declared = (name: string) => ({ crs: { type: 'name', properties: { name } } });
const withPrj = (areas: Parameters<typeof shapefile>[0], prj: string) =>
  zip({ ...shapefile(areas), 'control.prj': prj });
const json = (value: object) => Buffer.from(JSON.stringify(value));
const UTM_37 =
  'PROJCS["WGS_1984_UTM_Zone_37N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",39.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';
const projjson = (code: number) => ({ type: 'ProjectedCRS', name: 'declared', id: { authority: 'EPSG', code } });

onEachDatabase('a coordinate system that the importer names', (db) => {
  const read = async (source: Uint8Array, options: Partial<ImportOptions> = {}) => {
    const file = await readHere({
      source,
      options: { date: parseDate('2024-05-01'), knownParties: null, ...options },
      reading: { layer: null, limits: { unpackedBytes: 50e6 } },
      lenient: false,
    });
    return reprojectFile(await db(), file, options.crs !== undefined);
  };
  const west = async (source: Uint8Array, crs?: string) => {
    const { snapshots, notes } = await read(source, { crs });
    return [Number(snapshots[0]?.areas[0]?.parts[0]?.[0].toFixed(6)), notes.join('\n')] as const;
  };

  it.each([
    ['the .prj of a shapefile', withPrj(metres, UTM_37), '"WGS_1984_UTM_Zone_37N"'],
    ['the crs member of GeoJSON', json(geoJson(metres, declared('EPSG:32637'))), 'EPSG:32637'],
    ['GeoParquet', geoParquet(metres, { column: { crs: projjson(32637) } }), 'EPSG:32637'],
    ['a GeoPackage', geoPackage(metres, 32637), 'EPSG:32637'],
    ['FlatGeobuf', flatGeobuf(metres, 32637), 'EPSG:32637'],
  ])('holds against that of %s, and a note names both', async (_, file, name) => {
    expect((await west(file))[0]).toBe(39);
    const [lon, notes] = await west(file, 'EPSG:32638');
    expect(lon).toBe(45);
    expect(notes).toContain(`the file declares ${name}: --crs EPSG:32638 holds instead`);
    expect(notes).toContain('transformed from EPSG:32638');
  });

  it('and no word is said where the file declares the same', async () => {
    expect((await west(json(geoJson(metres, declared('EPSG:32638'))), 'EPSG:32638'))[1]).not.toContain('holds instead');
  });

  it.each([
    ['a .prj that is no well-known text', withPrj(metres, 'garbage')],
    ['one that is cut off', withPrj(metres, UTM_37.slice(0, 120))],
    ['a code that nobody knows', json(geoJson(metres, declared('EPSG:999999')))],
  ])('settles %s', async (_, file) => {
    await expect(read(file)).rejects.toThrow(
      /is not known here: --crs EPSG:n names it, .*ogr2ogr -s_srs EPSG:n -t_srs/,
    );
    expect((await west(file, 'EPSG:32638'))[0]).toBe(45);
  });
});
