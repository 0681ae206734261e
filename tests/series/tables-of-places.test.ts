import { describe, expect, it } from 'vitest';
import { ProblemList } from '../../src/model/problem-list.js';
import { amendPlaces, amendRoutes } from '../../src/series/bundle/reference-rows.js';
import { referenceRecords } from '../../src/series/reference/reference-records.js';

const FRAME = {
  current: { parties: [], sides: [], places: [], posts: [], routes: [] },
  ...{ source: 'https://example.org', operator: null, since: null },
} as unknown as Parameters<typeof amendPlaces>[1];

function placesOf(table: string) {
  const problems = new ProblemList();
  const { places } = amendPlaces(referenceRecords(Buffer.from(table)), FRAME, problems);
  const found = (places as { id: string; lon: number; lat: number }[]).map(({ id, lon, lat }) => ({ id, lon, lat }));
  return { places: found, problems: problems.all.map(({ at, message }) => `${at}: ${message}`) };
}

const SARAQIB = { id: 'saraqib', lon: 36.8, lat: 35.86 };
const MOREK = { id: 'morek', lon: 36.69, lat: 35.38 };

describe('tables of places, as people write them', () => {
  it.each([
    ['commas', 'name,lon,lat\nSaraqib,36.80,35.86\nMorek,36.69,35.38\n'],
    ['semicolons and decimal commas', 'name;lon;lat\nSaraqib;36,80;35,86\nMorek;36,69;35,38\n'],
    ['tabs', 'name\tlat\tlon\nSaraqib\t35.86\t36.8\nMorek\t35.38\t36.69\n'],
    ['the separator in the first line', 'sep=;\r\nname;lon;lat\r\nSaraqib;36.80;35.86\r\nMorek;36.69;35.38\r\n'],
    ['rows of nothing but separators', 'name;lon;lat\nSaraqib;36.80;35.86\nMorek;36.69;35.38\n;;\n'],
    ['whole names', 'name,Latitude,Longitude\nSaraqib,35.86,36.8\nMorek,35.38,36.69\n'],
    ['x and y', 'X,Y,name\n36.8,35.86,Saraqib\n36.69,35.38,Morek\n'],
    ['well-known text', 'name;wkt\nSaraqib;POINT (36.8 35.86)\nMorek;POINT Z(36.69 35.38 500)\n'],
    [
      'well-known text with its system',
      'name,geom\nSaraqib,SRID=4326;POINT(36.8 35.86)\nMorek,Point Z (36.69 35.38 500)\n',
    ],
  ])('%s: the same places', (_, table) => {
    expect(placesOf(table)).toEqual({ places: [SARAQIB, MOREK], problems: [] });
  });

  it('lists keep their semicolons beside commas, and within quotes beside semicolons', () => {
    for (const table of ['name,aliases,lon,lat\nA,B;C,36,35\n', 'name;aliases;lon;lat\nA;"B;C";36;35\n']) {
      expect(referenceRecords(Buffer.from(table))[0]?.values.aliases).toBe('B;C');
    }
  });

  it.each([
    ['name;lon;lat\nA;36,8,1;35\n', /line 2.*is not a number/],
    ['name,lon,lat\nA,"36,8",35\n', /is not a number from -180 to 180/],
    ['name;wkt\nA;POLYGON((0 0,1 0,1 1,0 0))\n', /a Point is expected, not a .*POLYGON/],
    ['name;wkt\nA;"SRID=32637;POINT(1 2)"\n', /SRID 32637.*EPSG:4326/],
    ['name;x\nA;36\n', /a Point, lon and lat, or the name of a place is needed/],
  ])('what is no position is refused at its line: %j', (table, says) => {
    const { places, problems } = placesOf(table);
    expect(places).toEqual([]);
    expect(problems.join('\n')).toMatch(says);
  });

  it('a line of well-known text is a route', () => {
    const problems = new ProblemList();
    const records = referenceRecords(Buffer.from('id;wkt\nM5;LINESTRING (36 35, 36.5 35.5)\n'));
    expect(amendRoutes(records, FRAME, problems).routes).toMatchObject([
      { id: 'M5', geometry: { coordinates: [[36, 35], [36.5, 35.5]] } }, // biome-ignore format: one line
    ]);
    expect(problems.all).toEqual([]);
  });
});
