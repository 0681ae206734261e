import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { box } from '../setup/good-input.js';
import { geoJson, kml, shapefile, zip } from '../setup/map-files.js';
import { type Defect, FILLS, goodAreas, LATER, redrawn } from './defects.js';

const text = (areas = goodAreas()) => JSON.stringify(geoJson(areas));
const enclave = box(36.2, 35.2, 36.3, 35.3);
const hole = enclave.toReversed();
const west = (...holes: ReturnType<typeof box>[]): Polygon => [box(36, 35, 36.5, 36), hole, ...holes];
const refused = (problem: string) => ({ judgement: 'invalid_snapshot', problem }) as const;
const bowTie: Polygon = [
  [
    [36, 35],
    [36.5, 36],
    [36.5, 35],
    [36, 36],
    [36, 35],
  ],
];
const accept = { accept: 'the corpus' };

/** Border vertices every 100th of a degree, moved by up to 60 m each, by a rule that looks like chance. */
function jittered(): Polygon[][] {
  const border = Array.from(
    { length: 101 },
    (_, i) => [36.5 + 0.0006 * Math.sin(i * 12.9898), 35 + i / 100] as [number, number],
  );
  border[0] = [36.5, 35];
  border[100] = [36.5, 36];
  return [
    [[[[36, 35], ...border, [36, 36], [36, 35]], hole]],
    [[[...border.toReversed(), [37, 35], [37, 36], [36.5, 36]]], [enclave]],
  ] as Polygon[][];
}

/** The good map, its polygons as members of collections. */
function collected() {
  const map = geoJson(goodAreas());
  const features = map.features.map(({ geometry, ...feature }) => {
    const { coordinates } = geometry as unknown as { coordinates: Polygon[] };
    const geometries = coordinates.map((rings) => ({ type: 'Polygon', coordinates: rings }));
    return { ...feature, geometry: { type: 'GeometryCollection', geometries } };
  });
  return { ...map, features };
}

/** What is wrong, or looks wrong, with the ground itself. */
export const GROUND_DEFECTS: Defect[] = [
  { name: 'a bow-tie', file: text(redrawn(0, [bowTie])), expect: refused('invalid_polygon') },
  {
    name: 'a bow-tie, to be repaired',
    file: text(redrawn(0, [bowTie])),
    date: LATER,
    query: { ...accept, repair: 'true', overlaps: 'contested' },
    expect: { judgement: 'stored', says: /made valid: .* km² before, .* km² after/ },
  },
  {
    name: 'a hole outside its shell',
    file: text(redrawn(0, [west(box(36.6, 35.6, 36.7, 35.7).reverse())])),
    expect: refused('invalid_polygon'),
  },
  {
    name: 'a hole outside its shell, in a shapefile',
    file: zip(shapefile(redrawn(0, [west(box(36.6, 35.6, 36.7, 35.7).reverse())]))),
    expect: refused('invalid_polygon'),
  },
  {
    name: 'an interior cut in two by its holes',
    file: text(
      redrawn(0, [
        [
          box(36, 35, 36.5, 36),
          [
            [36, 35.5],
            [36.25, 35.6],
            [36.5, 35.5],
            [36.25, 35.4],
            [36, 35.5],
          ],
        ],
      ]),
    ),
    expect: refused('invalid_polygon'),
  },
  {
    name: 'a ring that is not closed',
    file: text(redrawn(0, [[box(36, 35, 36.5, 36).slice(0, 4)]])),
    expect: refused('ring_open'),
  },
  {
    name: 'an area of no width',
    file: text(
      redrawn(0, [
        [
          [
            [36, 35],
            [36.5, 36],
            [36, 35],
            [36, 35],
          ],
        ],
      ]),
    ),
    expect: refused('ring_flat'),
  },
  {
    name: 'positions repeated',
    file: text(
      redrawn(
        0,
        [west()].map(([shell = [], ...rest]) => [[shell[0] as [number, number], ...shell], ...rest]),
      ),
    ),
    date: LATER,
    query: accept,
    expect: { judgement: 'stored' },
  },
  { name: 'a GeometryCollection of polygons', file: JSON.stringify(collected()), expect: { judgement: 'same' } },
  {
    name: 'a GeometryCollection inside another',
    file: text([]).replace(
      '[]',
      '[{"type":"Feature","properties":{"party":"government"},"geometry":{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}}]',
    ),
    expect: refused('geometry_type'),
  },
  {
    name: 'an area with a point in its collection',
    file: text([]).replace(
      '[]',
      '[{"type":"Feature","properties":{"party":"government"},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[36,35]}]}}]',
    ),
    expect: refused('geometry_type'),
  },
  { name: 'no features', file: text([]), expect: refused('empty') },
  {
    name: 'districts that overlap',
    file: text(redrawn(1, [[box(36.45, 35, 37, 36)], [enclave]])),
    expect: refused('overlap'),
  },
  {
    name: 'districts that overlap, by priority',
    file: text(redrawn(1, [[box(36.45, 35, 37, 36)], [enclave]])),
    mapped: true,
    date: LATER,
    query: { ...accept, overlaps: 'priority' },
    expect: { judgement: 'stored', says: /km² of government and opposition overlapped: given by priority/ },
  },
  {
    name: 'districts that overlap, as contested ground',
    file: text(redrawn(1, [[box(36.4, 35, 37, 36)], [enclave]])),
    date: LATER,
    query: { ...accept, overlaps: 'contested' },
    expect: { judgement: 'stored', says: /km² of government and opposition overlapped: made contested/ },
  },
  {
    name: 'an enclave drawn twice, its hole forgotten',
    file: text(redrawn(0, [[box(36, 35, 36.5, 36)]])),
    expect: refused('overlap'),
  },
  {
    name: 'one area twice',
    file: text([...goodAreas(), ...goodAreas().slice(0, 1)]),
    date: LATER,
    query: { ...accept },
    expect: { judgement: 'stored', says: /overlapped itself: counted once/ },
  },
  {
    name: 'a gap along the front',
    file: text(redrawn(1, [[box(36.5005, 35, 37, 36)], [enclave]])),
    date: LATER,
    query: { ...accept, 'gap-width': '100' },
    expect: { judgement: 'stored', says: /1 gap is nowhere wider than 100 m/ },
  },
  {
    name: 'most of the ground beyond the theatre',
    file: text(redrawn(1, [[box(36.5, 35, 38, 36)], [enclave]])),
    expect: refused('outside_theatre'),
  },
  {
    name: 'ground beyond the theatre, to be cut off',
    file: text(redrawn(1, [[box(36.5, 35, 38, 36)], [enclave]])),
    date: LATER,
    query: { ...accept, outside: 'clip' },
    expect: { judgement: 'stored', says: /cut off at the theatre: .* km² before, .* km² after/ },
  },
  {
    name: 'an area on another continent',
    file: text([...goodAreas(), { properties: { party: 'government' }, polygons: [[box(-60, -20, -59, -19)]] }]),
    expect: refused('outside_theatre'),
  },
  {
    name: 'the right colour on another continent',
    file: kml([
      ...goodAreas(),
      { properties: { name: '', fill: FILLS.government }, polygons: [[box(-60, -20, -59, -19)]] },
    ]),
    mapped: true,
    expect: { judgement: 'same' },
  },
  {
    name: 'a polygon of a whole other country, valid in itself',
    file: text(redrawn(0, [[box(36, 35, 36.5, 36), hole], [box(20, 10, 25, 15)]])),
    expect: refused('outside_theatre'),
  },
  {
    name: 'a silent loss of a third of the theatre',
    file: text(
      goodAreas(36.35).map((area, i) =>
        i === 0 ? area : { ...area, polygons: [[box(36.35, 35, 37, 36)], [enclave]] as Polygon[] },
      ),
    ),
    date: '2020-03-02',
    expect: { judgement: 'held', problem: 'out_of_proportion' },
  },
  {
    name: 'an area that vanished overnight',
    file: text(goodAreas().slice(0, 1)),
    date: '2020-03-02',
    expect: { judgement: 'held', problem: 'out_of_proportion' },
  },
  {
    name: 'a border redrawn by up to 60 m with nothing moved',
    file: text(goodAreas().map((area, i) => ({ ...area, polygons: jittered()[i] as Polygon[] }))),
    date: '2020-03-02',
    expect: { judgement: 'stored' },
  },
  {
    name: 'a polygon across the antimeridian, not cut',
    file: text(redrawn(0, [[box(-179, 35, 179, 36)]])),
    expect: refused('antimeridian'),
  },
  {
    name: 'two halves at the antimeridian, cut as RFC 7946 wants, and far away',
    file: text(redrawn(0, [[box(179, 35, 180, 36)], [box(-180, 35, -179, 36)]])),
    expect: refused('outside_theatre'),
  },
  {
    name: 'a longitude beyond 180',
    file: text(redrawn(0, [[box(181, 35, 182, 36)]])),
    expect: refused('out_of_range'),
  },
  {
    name: 'a year with a day missing',
    file: text(),
    date: '2020-12-01',
    query: accept,
    expect: { judgement: 'stored' },
  },
];
