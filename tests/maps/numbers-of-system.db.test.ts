import { expect, it } from 'vitest';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { readHere } from '../../src/maps/read.js';
import { reprojectFile } from '../../src/maps/reproject.js';
import { parseDate } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { geoJson, shapefile, zip } from '../setup/map-files.js';

const metres = [{ properties: { party: 'a' }, polygons: [[box(500_000, 3_650_000, 600_000, 3_750_000)]] }];
const degrees = [{ properties: { party: 'a' }, polygons: [[box(44, 33, 45.3, 34)]] }];
const declared = (name: string) => ({ crs: { type: 'name', properties: { name } } });
const withPrj = (areas: Parameters<typeof shapefile>[0], prj: string) =>
  zip({ ...shapefile(areas), 'control.prj': prj });
const json = (value: object) => Buffer.from(JSON.stringify(value));
const UTM_37 =
  'PROJCS["WGS_1984_UTM_Zone_37N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",39.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';

onEachDatabase('numbers that are not in the system that is stated', (db) => {
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
    'EPSG:32719',
    'EPSG:32638',
    'EPSG:3857',
    'EPSG:5361',
    'EPSG:2193',
    'EPSG:3031',
    'ESRI:102033',
    'EPSG:2263',
    'EPSG:28404',
  ])('degrees that are said to be of %s are refused by a word that settles it', async (crs) => {
    const stated = json(geoJson(degrees, crs.startsWith('EPSG') ? declared(crs) : {}));
    const says =
      /its numbers \(44, 33, 45\.3, 34\) are degrees: .*which (the file declares|--crs names), counts in metres.*--crs EPSG:4326/;
    await expect(read(stated, crs.startsWith('EPSG') ? {} : { crs })).rejects.toThrow(says);
    expect((await west(stated, 'EPSG:4326'))[0]).toBe(44);
    await expect(read(json(geoJson(degrees)), { crs })).rejects.toThrow(/--crs names, counts in metres/);
  });

  it('degrees of another datum are degrees, by a code of whatever authority', async () => {
    for (const crs of ['EPSG:4284', 'ESRI:104115'])
      expect((await west(json(geoJson(degrees)), crs))[0]).toBeCloseTo(44, 2);
    await expect(read(json(geoJson(metres)), { crs: 'EPSG:4284' })).rejects.toThrow(
      /are no degrees: EPSG:4284 \(Pulkovo 1942\), which --crs names, counts in degrees; --crs EPSG:n/,
    );
  });

  it('and so are kilometres no degrees', async () => {
    const km = UTM_37.replace('500000.0', '500.0').replace('UNIT["Meter",1.0]', 'UNIT["Kilometer",1000.0]');
    const areas = [{ properties: { party: 'a' }, polygons: [[box(250, 80, 350, 90)]] }];
    expect((await west(withPrj(areas, km)))[0]).toBeCloseTo(36.75, 1);
  });

  it.each(['EPSG:32638', 'EPSG:3035', 'EPSG:2056', 'EPSG:27700', 'ESRI:102033'])(
    'numbers far beyond %s are refused, and are no place that its formulas give',
    async (crs) => {
      const far = json(geoJson([{ properties: { party: 'a' }, polygons: [[box(44e6, 33e6, 45e6, 34e6)]] }]));
      await expect(read(far, { crs })).rejects.toThrow(
        /are no places of the system: .*does not reach so far; --crs EPSG:n/,
      );
    },
  );
});
