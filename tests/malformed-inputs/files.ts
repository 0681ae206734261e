import { gzipSync } from 'node:zlib';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage, shapefile, zip } from '../setup/map-files.js';
import { DAY, type Defect, goodAreas, LATER, redrawn } from './defects.js';

const text = (areas = goodAreas(), more: Record<string, unknown> = {}) => JSON.stringify(geoJson(areas, more));
const good = () => text();
const utm = [
  { properties: { party: 'government' }, polygons: [[box(235000, 3880000, 270000, 3980000)]] as Polygon[] },
  { properties: { party: 'opposition' }, polygons: [[box(270000, 3880000, 310000, 3980000)]] as Polygon[] },
];
const UTM_37N =
  'PROJCS["WGS_1984_UTM_Zone_37N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0]]';
const crs = (name: string) => ({ crs: { type: 'name', properties: { name } } });
const swapped = () =>
  JSON.stringify(JSON.parse(good(), (_, v) => (Array.isArray(v) && typeof v[0] === 'number' ? [v[1], v[0]] : v)));
const raised = (extra: number[]) =>
  JSON.stringify(JSON.parse(good(), (_, v) => (Array.isArray(v) && typeof v[0] === 'number' ? [...v, ...extra] : v)));
const backwards = () =>
  goodAreas().map((area) => ({
    ...area,
    polygons: area.polygons.map((rings) => rings.map((ring) => ring.toReversed())),
  }));
const transformed = { judgement: 'stored', says: /transformed from EPSG:32637/ } as const;
const later = { date: LATER, query: { accept: 'another hand' } };

/** An archive that says it unpacks to two gigabytes. */
function bomb(): Uint8Array {
  const bytes = Buffer.from(zip({ 'map.geojson': good() }));
  bytes.writeUInt32LE(2e9, bytes.indexOf('PK\u0001\u0002', 0, 'latin1') + 24);
  return bytes;
}

/** What goes wrong on the way into a file and out of it: formats, packing, encodings, coordinate systems, cuts. */
export const FILE_DEFECTS: Defect[] = [
  {
    name: 'heights in every position',
    file: raised([0]),
    expect: { judgement: 'same', says: /heights of \d+ positions dropped/ },
  },
  {
    name: 'heights and measures in GeoJSON, which has no measures',
    file: raised([0, 7]),
    expect: { judgement: 'same', says: /heights of \d+ positions dropped/ },
  },
  {
    name: 'positions of five numbers',
    file: raised([0, 7, 9]),
    expect: { judgement: 'invalid_snapshot', problem: 'position' },
  },
  {
    name: 'rings wound the wrong way round',
    file: text(backwards()),
    expect: { judgement: 'same', says: /rings turned: RFC 7946/ },
  },
  { name: 'a byte order mark', file: `\uFEFF${good()}`, expect: { judgement: 'same' } },
  { name: 'gzip that nobody mentioned', file: gzipSync(good()), expect: { judgement: 'same' } },
  {
    name: 'a feature a line, Windows line ends',
    file: geoJson(goodAreas())
      .features.map((f) => JSON.stringify(f))
      .join('\r\n'),
    expect: { judgement: 'same' },
  },
  {
    name: 'a text sequence with record separators',
    file: geoJson(goodAreas())
      .features.map((f) => `\u001e${JSON.stringify(f)}\n`)
      .join(''),
    expect: { judgement: 'same' },
  },
  {
    name: 'a line of a sequence cut off',
    file: geoJson(goodAreas())
      .features.map((f) => JSON.stringify(f))
      .join('\n')
      .slice(0, -40),
    expect: { judgement: 'invalid_body', problem: 'syntax' },
  },
  {
    name: 'a map inside a ZIP archive beside what macOS adds',
    file: zip({ 'map.geojson': good(), '__MACOSX/._map.geojson': 'x' }),
    expect: { judgement: 'same' },
  },
  {
    name: 'a file cut in half',
    file: good().slice(0, good().length / 2),
    expect: { judgement: 'invalid_body', problem: 'syntax', says: /half a file/ },
  },
  {
    name: 'an archive cut in half',
    file: zip({ 'map.geojson': good() }).subarray(0, 150),
    expect: { judgement: 'invalid_body', problem: 'archive' },
  },
  { name: 'a ZIP bomb', file: bomb(), expect: { judgement: 'too_large' } },
  {
    name: 'an archive whose file wants out of it',
    file: zip({ '../map.geojson': good() }),
    expect: { judgement: 'invalid_body', problem: 'archive' },
  },
  {
    name: 'KML with entities that expand',
    file: `<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">]><kml>&a;</kml>`,
    expect: { judgement: 'invalid_body', problem: 'syntax' },
  },
  {
    name: 'an error page instead of a map',
    file: '<html><body>502 Bad Gateway</body></html>',
    expect: { judgement: 'invalid_body', problem: 'syntax' },
  },
  { name: 'a shapefile without .cpg, in UTF-8', file: zip(shapefile(goodAreas())), expect: { judgement: 'same' } },
  {
    name: 'a shapefile with heights',
    file: zip(shapefile(goodAreas(), 'control', 'utf8', 300)),
    expect: { judgement: 'same', says: /heights of \d+ positions dropped/ },
  },
  {
    name: 'a .shp without the rest of the shapefile',
    file: shapefile(goodAreas())['control.shp'] as Uint8Array,
    expect: { judgement: 'invalid_body', problem: 'archive', says: /zip it/ },
  },
  {
    name: 'an archive of two layers',
    file: zip({ ...shapefile(goodAreas(), 'a'), ...shapefile(goodAreas(), 'b') }),
    expect: { judgement: 'invalid_body', problem: 'layer', says: /say which/ },
  },
  {
    name: 'one layer of two, named',
    file: zip({ ...shapefile(goodAreas(), 'a'), ...shapefile(redrawn(0, [[box(1, 1, 2, 2)]]), 'b') }),
    query: { layer: 'a' },
    expect: { judgement: 'same' },
  },
  { name: 'a GeoPackage', file: geoPackage(goodAreas()), expect: { judgement: 'same' } },
  { name: 'FlatGeobuf', file: flatGeobuf(goodAreas()), expect: { judgement: 'same' } },
  { name: 'a table with a column of WKT', file: csv(goodAreas()), expect: { judgement: 'same' } },
  {
    name: 'latitude before longitude',
    file: swapped(),
    expect: { judgement: 'invalid_snapshot', problem: 'outside_theatre', says: /swapped/ },
  },
  {
    name: 'a crs member that says EPSG:32637, and means it',
    file: text(utm, crs('urn:ogc:def:crs:EPSG::32637')),
    ...later,
    expect: transformed,
  },
  {
    name: 'a crs member that says EPSG:32637 over degrees',
    file: text(goodAreas(), crs('EPSG:32637')),
    expect: { judgement: 'invalid_snapshot', problem: 'crs', says: /are degrees.*--crs EPSG:4326/ },
  },
  {
    name: 'what an ArcGIS server sends unasked for GeoJSON',
    file: JSON.stringify({
      geometryType: 'esriGeometryPolygon',
      spatialReference: { wkid: 4326 },
      features: goodAreas().map(({ polygons, properties }) => ({
        attributes: properties,
        geometry: { rings: polygons.flat() },
      })),
    }),
    expect: { judgement: 'same' },
  },
  {
    name: 'features without the collection around them',
    file: JSON.stringify(geoJson(goodAreas()).features),
    expect: { judgement: 'invalid_body', problem: 'not_geojson', says: /an array of 2.*--member/ },
  },
  {
    name: 'metres of a projection that nobody declared',
    file: text(utm),
    expect: { judgement: 'invalid_snapshot', problem: 'projected', says: /reproject/ },
  },
  {
    name: 'a crs that nobody knows',
    file: text(goodAreas(), crs('EPSG:999999')),
    expect: { judgement: 'invalid_snapshot', problem: 'crs' },
  },
  {
    name: 'a .prj as ESRI writes it, without a code',
    file: zip({ ...shapefile(utm), 'control.prj': UTM_37N }),
    ...later,
    expect: { ...transformed, judgement: 'same' },
  },
  {
    name: 'a .prj of a system that nobody knows',
    file: zip({ ...shapefile(utm), 'control.prj': 'PROJCS["Moon_Mercator"]' }),
    expect: { judgement: 'invalid_snapshot', problem: 'crs' },
  },
  {
    name: 'a GeoPackage in EPSG:32637',
    file: geoPackage(utm, 32637),
    ...later,
    expect: { ...transformed, judgement: 'same' },
  },
  { name: 'a day that is in no calendar', file: good(), date: '2020-02-30', expect: { judgement: 'invalid_date' } },
  {
    name: 'a day identical to the one before',
    file: good(),
    date: '2020-03-02',
    expect: { judgement: 'stored', changed: 0 },
  },
  { name: 'the same map again', file: good(), date: DAY, expect: { judgement: 'same' } },
  {
    name: 'the same map with other blanks and another order of keys',
    file: JSON.stringify(
      geoJson(goodAreas()).features.map(({ type, properties, geometry }) => ({ geometry, properties, type })),
    )
      .replace(/^/, '{"features":')
      .replace(/$/, ',"type":"FeatureCollection"}')
      .replaceAll(',', ', '),
    expect: { judgement: 'same' },
  },
];
