import type { BrokenInput } from './broken-inputs.js';
import { box, broken } from './good-input.js';

const COORDINATES = '/features/0/geometry/coordinates';

/** Valid polygons that share ground, or lie in another place: only measuring them together shows it. */
export function brokenGround(): BrokenInput[] {
  return [...overlaps(), ...elsewhere()].map((input) => ({ ...input, needs: 'database' }));
}

function overlaps(): BrokenInput[] {
  const shared = (name: string, at: string, value: unknown, expectAt: string): BrokenInput => {
    const input = broken(name, 'overlap', at, value, expectAt);
    return { ...input, expectProblem: { ...input.expectProblem, hasWhere: true } };
  };
  const more = (name: string, party: string | null, status: string, ring: [number, number][]) => {
    const feature = {
      type: 'Feature',
      properties: { party, status },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
    return shared(name, '/features/3', feature, '/features/[0-3]/geometry');
  };
  return [
    more('ground of two parties', 'opposition', 'controlled', box(36.7, 35.2, 36.9, 35.4)),
    more('an enclave without a hole for it', 'opposition', 'controlled', box(36.75, 35.25, 36.8, 35.3)),
    more('contested ground over controlled', null, 'contested', box(36.75, 35.25, 36.8, 35.3)),
    more('claimed ground over controlled', 'opposition', 'claimed', box(36.8, 35.25, 36.85, 35.3)),
    more('unknown ground under everything', null, 'unknown', box(36.7, 35.2, 37.1, 35.5)),
    more('an area across the border of two', 'opposition', 'controlled', box(36.85, 35.25, 36.93, 35.3)),
    more('an area across a corner', 'opposition', 'controlled', box(36.65, 35.15, 36.72, 35.22)),
    more('ten square metres in common', 'opposition', 'controlled', box(36.75, 35.1999, 36.7501, 35.20001)),
    shared(
      'a hole filled twice',
      '/features/0/geometry/coordinates',
      [box(36.95, 35.25, 37, 35.3)],
      '/features/[02]/geometry',
    ),
    shared(
      'borders ten metres across each other',
      `${COORDINATES}/0`,
      box(36.7, 35.2, 36.9001, 35.4),
      '/features/[01]/geometry',
    ),
    shared(
      'a hole forgotten',
      '/features/1/geometry/coordinates',
      [box(36.9, 35.2, 37.1, 35.4)],
      '/features/[12]/geometry',
    ),
  ];
}

function elsewhere(): BrokenInput[] {
  const moved = (
    name: string,
    move: (lon: number, lat: number) => [number, number],
    extra: object = {},
  ): BrokenInput => {
    const ring = box(36.7, 35.2, 36.9, 35.4).map(([lon, lat]) => move(lon, lat));
    const feature = {
      type: 'Feature',
      properties: { party: 'government' },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
    return broken(name, 'outside_theatre', '', { type: 'FeatureCollection', features: [feature], ...extra });
  };
  const second = '/features/2/geometry/coordinates/1';
  return [
    moved('latitude before longitude', (lon, lat) => [lat, lon]),
    moved('latitude before longitude, as EPSG:4326 defines it', (lon, lat) => [lat, lon], {
      crs: { type: 'name', properties: { name: 'EPSG:4326' } },
    }),
    moved('longitude west of Greenwich', (lon, lat) => [-lon, lat]),
    moved('latitude south of the equator', (lon, lat) => [lon, -lat]),
    moved('both signs lost and found', (lon, lat) => [-lon, -lat]),
    moved('another continent', (lon, lat) => [lon + 100, lat - 60]),
    moved('the country next door', (lon, lat) => [lon + 5, lat]),
    moved('just beyond the theatre', (lon, lat) => [lon, lat + 1.6]),
    moved('degrees in radians', (lon, lat) => [(lon * Math.PI) / 180, (lat * Math.PI) / 180]),
    moved('degrees divided by a hundred', (lon, lat) => [lon / 100, lat / 100]),
    moved('a longitude off by half the world', (lon, lat) => [lon - 180, lat]),
    moved('half the world', (lon, lat) => [lon > 36.8 ? 80 : -80, lat > 35.3 ? 80 : -80]),
    broken(
      'one area of three on another continent',
      'outside_theatre',
      `${COORDINATES}/0`,
      box(140, -30, 140.2, -29.8),
      '/features/0/geometry',
    ),
    broken(
      'one area of three with latitude first',
      'outside_theatre',
      `${COORDINATES}/0`,
      box(35.2, 36.7, 35.4, 36.9),
      '/features/0/geometry',
    ),
    broken(
      'one polygon of an area on another continent',
      'outside_theatre',
      `${second}/0`,
      box(140, -30, 140.2, -29.8),
      '',
    ),
  ];
}
