import { expect, it } from 'vitest';
import { readMap } from '../../src/formats/read-map.js';
import { surveyMaps } from '../../src/formats/suggest-mapping.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { box } from '../setup/good-input.js';
import { geoJson, kml } from '../setup/map-files.js';

const at = (west: number): Polygon[] => [[box(west, 35, west + 1, 36)]];

async function suggested(text: string, by: string | null = null) {
  const survey = surveyMaps();
  await readMap(new TextEncoder().encode(text), survey.reader('map'), READ_OPTIONS);
  return survey.suggestion(by);
}

it('colours are proposed as rules that a person fills in, with counts, ground and names', async () => {
  const areas = [
    { properties: { name: 'Regime', fill: '#ff0000' }, polygons: at(36) },
    { properties: { name: 'Old regime', fill: '#ff0000' }, polygons: at(37) },
    { properties: { name: 'Rebels', fill: '#00ff00' }, polygons: at(38) },
  ];
  const { by, mapping } = await suggested(kml(areas));
  expect(by).toBe('fill');
  expect(mapping.rules).toEqual([
    { when: { fill: '#ff0000' }, note: expect.stringMatching(/^2 areas, about 20[01]\d\d km²: Regime; Old regime$/) },
    { when: { fill: '#00ff00' }, note: expect.stringMatching(/^1 area, about 10[01]\d\d km²: Rebels$/) },
  ]);
});

it('a property that is called party is proposed with the ids that its names make', async () => {
  const areas = ['Government', 'contested'].map((party, i) => ({ properties: { party, n: i }, polygons: at(36 + i) }));
  const { by, mapping } = await suggested(JSON.stringify(geoJson(areas)));
  expect(by).toBe('property party');
  expect(mapping.rules).toMatchObject([
    { when: { property: { party: 'Government' } }, party: 'government' },
    { when: { property: { party: 'contested' } }, status: 'contested' },
  ]);
});

it('hidden folders and points are ignored by the proposal', async () => {
  const { mapping } = await suggested(
    kml([{ properties: { name: 'a', fill: '#ff0000' }, polygons: at(36) }]).replace(
      '</Document>',
      `<Folder><visibility>0</visibility><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document>`,
    ),
    'fill',
  );
  expect(mapping.rules[0]).toEqual({ when: { property: { visibility: 'false' } }, ignore: 'hidden by the publisher' });
  expect(mapping.ignore).toEqual({ geometry: ['Point'] });
  expect(mapping.rules.map(({ when }) => when.fill)).toContain('#ff0000');
});
