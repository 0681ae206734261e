import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { geoParquet } from '../setup/geo-parquet.js';
import { flatGeobuf, geoJson, geoPackage } from '../setup/map-files.js';
import { declared, json, METRES, readingInto, UTM_37, withPrj } from '../setup/projected-files.js';

const projjson = (code: number) => ({ type: 'ProjectedCRS', name: 'declared', id: { authority: 'EPSG', code } });

onEachDatabase('a coordinate system that the importer names', (db) => {
  const { read, west } = readingInto(db);

  it.each([
    ['the .prj of a shapefile', withPrj(METRES, UTM_37), '"WGS_1984_UTM_Zone_37N"'],
    ['the crs member of GeoJSON', json(geoJson(METRES, declared('EPSG:32637'))), 'EPSG:32637'],
    ['GeoParquet', geoParquet(METRES, { column: { crs: projjson(32637) } }), 'EPSG:32637'],
    ['a GeoPackage', geoPackage(METRES, 32637), 'EPSG:32637'],
    ['FlatGeobuf', flatGeobuf(METRES, 32637), 'EPSG:32637'],
  ])('holds against that of %s, and a note names both', async (_, file, name) => {
    expect((await west(file))[0]).toBe(39);
    const [lon, notes] = await west(file, 'EPSG:32638');
    expect(lon).toBe(45);
    expect(notes).toContain(`the file declares ${name}: --crs EPSG:32638 holds instead`);
    expect(notes).toContain('transformed from EPSG:32638');
  });

  it('and no word is said where the file declares the same', async () => {
    expect((await west(json(geoJson(METRES, declared('EPSG:32638'))), 'EPSG:32638'))[1]).not.toContain('holds instead');
  });

  it.each([
    ['a .prj that is no well-known text', withPrj(METRES, 'garbage')],
    ['one that is cut off', withPrj(METRES, UTM_37.slice(0, 120))],
    ['a code that nobody knows', json(geoJson(METRES, declared('EPSG:999999')))],
  ])('settles %s', async (_, file) => {
    await expect(read(file)).rejects.toThrow(
      /is not known here: --crs EPSG:n names it, .*ogr2ogr -s_srs EPSG:n -t_srs/,
    );
    expect((await west(file, 'EPSG:32638'))[0]).toBe(45);
  });
});
