import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { geoJson } from '../setup/map-files.js';
import { declared, json, METRES, readingInto, UTM_37, withPrj } from '../setup/projected-files.js';

const degrees = [{ properties: { party: 'a' }, polygons: [[box(44, 33, 45.3, 34)]] }];

onEachDatabase('numbers that are not in the system that is stated', (db) => {
  const { read, west } = readingInto(db);

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
    await expect(read(json(geoJson(METRES)), { crs: 'EPSG:4284' })).rejects.toThrow(
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
