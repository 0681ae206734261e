import type { BrokenInput } from './broken-inputs.js';
import { box, broken, goodFile } from './good-input.js';

const FEATURE = '/features/0';
const GEOMETRY = '/features/0/geometry';
const COORDINATES = '/features/0/geometry/coordinates';

/** JSON, but not the GeoJSON of areas: nulls, wrong types, empty collections, other geometries. */
export function brokenStructure(): BrokenInput[] {
  return [...nulls(), ...wrongTypes(), ...empty(), ...otherGeometries()];
}

function nulls(): BrokenInput[] {
  return [
    broken('null for the document', 'not_geojson', '', null),
    broken('null for the type', 'not_geojson', '/type', null),
    broken('null for the features', 'not_geojson', '/features', null),
    broken('null for a feature', 'feature', '/features/1', null),
    broken("null for a feature's type", 'feature', '/features/1/type', null, '/features/1'),
    broken('null for the properties', 'party', '/features/1/properties', null, '/features/1/properties/party'),
    broken('null for a geometry', 'geometry_missing', GEOMETRY, null),
    broken("null for a geometry's type", 'geometry_type', `${GEOMETRY}/type`, null),
    broken('null for the coordinates', 'coordinates', COORDINATES, null),
    broken('null for a polygon of several', 'coordinates', '/features/2/geometry/coordinates/1', null),
    broken('null for a shell', 'coordinates', `${COORDINATES}/0`, null),
    broken('null for a hole', 'coordinates', '/features/1/geometry/coordinates/1', null),
    broken('null for a position', 'position', `${COORDINATES}/0/2`, null),
    broken(
      'null for every position',
      'position',
      `${COORDINATES}/0`,
      [null, null, null, null, null],
      `${COORDINATES}/0/0`,
    ),
    broken('null for a longitude', 'position', `${COORDINATES}/0/2/0`, null, `${COORDINATES}/0/2`),
    broken('null for a latitude', 'position', `${COORDINATES}/0/2/1`, null, `${COORDINATES}/0/2`),
    broken('null for a height', 'position', `${COORDINATES}/0/2/2`, null, `${COORDINATES}/0/2`),
    broken(
      'null for the geometries of a collection',
      'coordinates',
      GEOMETRY,
      { type: 'GeometryCollection', geometries: null },
      `${GEOMETRY}/geometries`,
    ),
    broken(
      'null for a geometry of a collection',
      'geometry_missing',
      GEOMETRY,
      { type: 'GeometryCollection', geometries: [null] },
      `${GEOMETRY}/geometries/0`,
    ),
  ];
}

function wrongTypes(): BrokenInput[] {
  const position = `${COORDINATES}/0/2`;
  return [
    broken('a number for the document', 'not_geojson', '', 42),
    broken('true for the document', 'not_geojson', '', true),
    broken('JSON inside a JSON string', 'not_geojson', '', JSON.stringify(goodFile())),
    broken('a bare array of features', 'not_geojson', '', goodFile().features),
    broken('an object for the features', 'not_geojson', '/features', {}),
    broken('a string for the features', 'not_geojson', '/features', 'none'),
    broken('a number for the type', 'not_geojson', '/type', 1),
    broken('a string for a feature', 'feature', FEATURE, 'feature'),
    broken('a number for a feature', 'feature', FEATURE, 7),
    broken('an array for a feature', 'feature', FEATURE, []),
    broken('a type in lower case', 'feature', `${FEATURE}/type`, 'feature', FEATURE),
    broken('a geometry where a feature belongs', 'feature', FEATURE, {
      type: 'Polygon',
      coordinates: [box(36.7, 35.2, 36.9, 35.4)],
    }),
    broken('a collection among the features', 'feature', FEATURE, goodFile()),
    broken('properties as an array', 'properties', `${FEATURE}/properties`, ['government']),
    broken('properties as a string', 'properties', `${FEATURE}/properties`, 'party=government'),
    broken('a geometry as WKT', 'geometry_type', GEOMETRY, 'POLYGON((36.7 35.2, 36.9 35.2, 36.9 35.4, 36.7 35.2))'),
    broken('a geometry as an array', 'geometry_type', GEOMETRY, [box(36.7, 35.2, 36.9, 35.4)]),
    broken('coordinates as a string', 'coordinates', COORDINATES, '36.7,35.2 36.9,35.2'),
    broken('coordinates as an object', 'coordinates', COORDINATES, { 0: box(36.7, 35.2, 36.9, 35.4) }),
    broken('a ring as an object', 'coordinates', `${COORDINATES}/0`, { positions: [] }),
    broken('a position as a string', 'position', position, '36.9,35.4'),
    broken('a position as an object', 'position', position, { lon: 36.9, lat: 35.4 }),
    broken(
      'positions laid out flat',
      'position',
      `${COORDINATES}/0`,
      box(36.7, 35.2, 36.9, 35.4).flat(),
      `${COORDINATES}/0/0`,
    ),
    broken('a longitude as a string', 'position', `${position}/0`, '36.9', position),
    broken('a latitude in degrees and minutes', 'position', `${position}/1`, '35°24′N', position),
    broken('a longitude that is true', 'position', `${position}/0`, true, position),
    broken('a latitude in an array', 'position', `${position}/1`, [35.4], position),
    broken('a height as a string', 'position', `${position}/2`, '412 m', position),
    broken(
      'a polygon nested like a multipolygon',
      'position',
      COORDINATES,
      [[box(36.7, 35.2, 36.9, 35.4)]],
      `${COORDINATES}/0/0`,
    ),
    broken(
      'a multipolygon nested like a polygon',
      'position',
      `${GEOMETRY}/type`,
      'MultiPolygon',
      `${COORDINATES}/0/0/0`,
    ),
  ];
}

function empty(): BrokenInput[] {
  return [
    broken('an empty object', 'not_geojson', '', {}, '/type'),
    broken('no member features', 'not_geojson', '/features', undefined),
    broken('no member type', 'not_geojson', '/type', undefined),
    broken('no features', 'empty', '/features', []),
    broken('a feature without geometry', 'geometry_missing', GEOMETRY, undefined),
    broken('a geometry without coordinates', 'coordinates', COORDINATES, undefined),
    broken('an empty geometry', 'geometry_type', GEOMETRY, {}, `${GEOMETRY}/type`),
    broken('a polygon without rings', 'empty', COORDINATES, []),
    broken('a multipolygon without polygons', 'empty', '/features/2/geometry/coordinates', []),
    broken('an empty polygon among others', 'empty', '/features/2/geometry/coordinates/1', []),
    broken('a shell without positions', 'ring_short', `${COORDINATES}/0`, []),
    broken('a hole without positions', 'ring_short', '/features/1/geometry/coordinates/1', []),
    broken('an empty position', 'position', `${COORDINATES}/0/2`, []),
    broken(
      'a collection without geometries',
      'empty',
      GEOMETRY,
      { type: 'GeometryCollection', geometries: [] },
      `${GEOMETRY}/geometries`,
    ),
  ];
}

function otherGeometries(): BrokenInput[] {
  const line = box(36.7, 35.2, 36.9, 35.4);
  const point = { type: 'Point', coordinates: [36.8, 35.3] };
  const polygon = { type: 'Polygon', coordinates: [line] };
  const collection = (...geometries: unknown[]) => ({ type: 'GeometryCollection', geometries });
  const type = `${GEOMETRY}/type`;
  return [
    broken('a point', 'geometry_type', GEOMETRY, point, type),
    broken('a multipoint', 'geometry_type', GEOMETRY, { type: 'MultiPoint', coordinates: line }, type),
    broken('a front line', 'geometry_type', GEOMETRY, { type: 'LineString', coordinates: line }, type),
    broken('several lines', 'geometry_type', GEOMETRY, { type: 'MultiLineString', coordinates: [line] }, type),
    broken('a circle', 'geometry_type', GEOMETRY, { type: 'Circle', coordinates: [36.8, 35.3], radius: 5000 }, type),
    broken('a polygon in lower case', 'geometry_type', type, 'polygon'),
    broken('rings as Esri has them', 'geometry_type', GEOMETRY, { rings: [line] }, type),
    broken(
      'a feature for a geometry',
      'geometry_type',
      GEOMETRY,
      { type: 'Feature', properties: {}, geometry: polygon },
      type,
    ),
    broken(
      'a polygon and a point together',
      'geometry_type',
      GEOMETRY,
      collection(polygon, point),
      `${GEOMETRY}/geometries/1/type`,
    ),
    broken(
      'a collection in a collection',
      'geometry_type',
      GEOMETRY,
      collection(collection(polygon)),
      `${GEOMETRY}/geometries/0/type`,
    ),
    broken('a point for the document', 'geometry_type', '', point, '/type'),
    broken('TopoJSON', 'not_geojson', '', { type: 'Topology', objects: {}, arcs: [] }, '/type'),
    broken('an OSM answer', 'not_geojson', '', { version: 0.6, generator: 'Overpass API', elements: [] }, '/type'),
  ].map((input) =>
    input.name === 'a point for the document' ? { ...input, query: 'date=2020-01-15&party=government' } : input,
  );
}
