import { expect, it } from 'vitest';
import { readHere } from '../../src/maps/read.js';
import { reprojectFile } from '../../src/maps/reproject.js';
import { parseDate } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { geoJson } from '../setup/map-files.js';

onEachDatabase('the coordinate system of a map, in its notes', (db) => {
  it.each([
    ['EPSG:32637', /from EPSG:32637 \(WGS 84 \/ UTM zone 37N\) to longitude, latitude/],
    // PostGIS has no well-known text of it, and so no name.
    ['EPSG:8857', /from EPSG:8857 to longitude, latitude/],
  ])('%s has its name where the database knows one', async (crs, says) => {
    const areas = [{ properties: { party: 'a' }, polygons: [[box(400_000, 1_000_000, 410_000, 1_010_000)]] }];
    const file = await readHere({
      source: Buffer.from(JSON.stringify(geoJson(areas, { crs: { type: 'name', properties: { name: crs } } }))),
      options: { date: parseDate('2024-05-01'), knownParties: null },
      reading: { layer: null, limits: { unpackedBytes: 1e6 } },
      lenient: false,
    });
    expect((await reprojectFile(await db(), file)).notes.join('\n')).toMatch(says);
  });
});
