import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import type { ReadOptions } from '../../src/formats/format.js';
import { crsOfLayer, type Layer } from '../../src/formats/geopackage/layers.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { fromWkb } from '../../src/geometry/wkb.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { flatGeobuf, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';

/*
 * One map of two parties, written as people write theirs. Each way is read as the same ground on the same day, with what is said of
 * it; or it is refused, and the refusal names the option that settles it.
 */
interface BaseFeature {
  properties: { party: string };
  geometry: { type: 'Polygon'; coordinates: Polygon };
}
const BASE = JSON.parse(readFileSync(join(import.meta.dirname, '../maps/cases/00-base.geojson'), 'utf8')) as {
  features: BaseFeature[];
};
const [A, B] = BASE.features as [BaseFeature, BaseFeature];
const AREAS = BASE.features.map(({ properties, geometry }) => ({ properties, polygons: [geometry.coordinates] }));
const json = (properties: object = {}, features: readonly BaseFeature[] = BASE.features) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: features.map((one) => ({ type: 'Feature', ...one, properties: { ...one.properties, ...properties } })),
  });
const wkt = ({ geometry }: BaseFeature, name = 'POLYGON', more = '') =>
  `${name} ((${geometry.coordinates[0]?.map(([x, y]) => `${x} ${y}${more}`).join(', ')}))`;
/** The first two positions of its ring are a line, the others another one that goes on from it. */
function ofParts({ geometry }: BaseFeature): string {
  const ring = (geometry.coordinates[0] ?? []).map(([x, y]) => `${x} ${y}`);
  return `CURVEPOLYGON(COMPOUNDCURVE((${ring.slice(0, 2)}), LINESTRING(${ring.slice(1)})))`;
}
const table = (of: (feature: BaseFeature) => string, separator = ';', header = `party${separator}wkt`) =>
  `${header}\n${BASE.features.map((one) => `${one.properties.party}${separator}${of(one)}\n`).join('')}`;
/** A placemark for each area, with what stands inside of each, or of the one and the other. */
const placemarks = (...inside: string[]) => {
  let nth = 0;
  return kml(AREAS.map(({ properties, polygons }) => ({ properties: { name: properties.party }, polygons }))).replaceAll('</name><Multi', () => `</name>${inside[nth++ % inside.length]}<Multi`); // biome-ignore format: one line
};
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
/** WKB of a CurvePolygon whose rings are straight, as GDAL writes an area into a layer of curves; `arc`: its ring is one. */
function curvePolygon({ geometry }: BaseFeature, arc = false): Uint8Array {
  const ring = geometry.coordinates[0] ?? [];
  const bytes = Buffer.alloc(9 + 9 + 16 * ring.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt32LE(10, 1);
  bytes.writeUInt32LE(1, 5);
  bytes.writeUInt8(1, 9);
  bytes.writeUInt32LE(arc ? 8 : 2, 10);
  bytes.writeUInt32LE(ring.length, 14);
  for (const [index, [x, y]] of ring.entries()) {
    bytes.writeDoubleLE(x, 18 + 16 * index);
    bytes.writeDoubleLE(y, 26 + 16 * index);
  }
  return bytes;
}
/** A table of Parquet without the metadata of GeoParquet. */
function parquet(of: (feature: BaseFeature) => unknown, type: 'BYTE_ARRAY' | 'STRING'): Uint8Array {
  const columnData = [
    { name: 'party', data: BASE.features.map((one) => one.properties.party), type: 'STRING' as const },
    { name: 'where', data: BASE.features.map(of), type },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
const hex = (feature: BaseFeature, arc = false) => Buffer.from(curvePolygon(feature, arc)).toString('hex');
/** A ZIP whose name of five letters is written in a code page, without the mark of UTF-8. */
const inCodePage = (name: number[], content: string) => {
  const packed = Buffer.from(zip({ 'XXXXX.geojson': content }));
  for (let at = packed.indexOf('XXXXX'); at >= 0; at = packed.indexOf('XXXXX')) packed.set(name, at);
  return packed;
};
const atlas = (layer: object) =>
  JSON.stringify({
    type: 'umap',
    layers: [{ type: 'FeatureCollection', features: JSON.parse(json()).features, _umap_options: { name: 'a' } }, layer],
  });

interface Variation {
  file: string | Uint8Array;
  options?: Partial<ImportOptions>;
  how?: Partial<ReadOptions>;
  /** In its notes, or in its refusal. */
  says?: RegExp;
}
const day = (value: unknown, dateFormat?: string, timeZone?: string): Variation => ({
  file: json({ day: value }),
  options: { date: undefined, dateProperty: 'day', dateFormat, timeZone },
});
const dated = { date: undefined, dateProperty: 'day' };
/** A feature set of an ArcGIS server with a field of dates. */
const esri = (day: number) =>
  JSON.stringify({
    ...{ geometryType: 'esriGeometryPolygon', spatialReference: { wkid: 4326 } },
    fields: [{ name: 'day', type: 'esriFieldTypeDate' }],
    features: BASE.features.map(({ properties, geometry }) => ({
      attributes: { ...properties, day },
      geometry: { rings: geometry.coordinates.map((ring) => ring.toReversed()) },
    })),
  });
const named = { options: { partyProperty: 'name' } };

const READ: Record<string, Variation> = {
  'a week date': day('2024-W18-3', '%G-W%V-%u'),
  'a week of the American kind': day('2024-17-3', '%Y-%U-%w'),
  'the day of the year': day('2024-122', '%Y-%j'),
  'seconds with a fraction': day(1714521600.5, 'epoch-s', 'UTC'),
  'milliseconds with a fraction, as text': day('1714521600000.25', 'epoch-ms', 'UTC'),
  microseconds: day(1714521600000000, 'epoch-us', 'UTC'),
  nanoseconds: day('1714521600000000000', 'unix-ns', 'UTC'),
  'digits of Arabic in a format': day('٢٠٢٤-٠٥-٠١', '%Y-%m-%d'),
  'digits of Persian in a format': day('۱/۵/۲۰۲۴', '%d/%m/%Y'),
  'a day with blanks and letters of no width around it': day('\u00a0 2024-05-01\u200b \ufeff'),
  'a day by a format with letters of no width in it': day('\u200f01/05/\u200b2024', '%d/%m/%Y'),
  'a time of a zone with a blank of no break': day(' 2024-05-01\u00a012:00:00Z', undefined, 'UTC'),
  'a short month in capitals': day('01-MAY-24', '%d-%b-%y'),
  'a time before noon in words': day('5/1/2024 11:59 PM', '%m/%d/%Y %I:%M %p'),
  'an RFC 2822 instant': day('Wed, 01 May 2024 10:00:00 +0000', '%a, %d %b %Y %H:%M:%S %z', 'UTC'),
  'the midnight that ends a day': day('2024-04-30T24:00:00', undefined, 'UTC'),
  'microseconds and the Z of UTC, as Python writes them': {
    ...day('2024-05-01T00:30:00.123456Z', '%Y-%m-%dT%H:%M:%S.%fZ'),
    says: /days are those of UTC/,
  },
  'the first of several properties that is not blank': {
    file: json({ a: null, b: ' \u200b', c: '2024-05-01' }),
    options: { date: undefined, dateProperty: 'a,b,c' },
  },
  'a TimeSpan without an end': {
    file: placemarks('<TimeSpan><begin>2024-05-01</begin></TimeSpan>'),
    options: { ...named.options, date: undefined },
  },
  'a table with the separator in its first line': { file: `sep=;\n${table(wkt)}` },
  'months in Russian': day('1 мая 2024', '%d %B %Y'),
  'months in German': day('1. Mai 2024', '%d. %B %Y'),
  'months of Syria': day('١ أيار ٢٠٢٤', '%d %B %Y'),
  'months in Turkish, as the day of a table': day('01 Mayıs 2024', '%d %B %Y'),
  'short months in French': day('01 mai 24', '%d %b %y'),
  'the number of a day in a spreadsheet': day(45413, 'excel'),
  'the number of an evening in a spreadsheet': day('45413,95', 'excel'),
  'GeoJSON of UTF-16 without a mark': { file: Buffer.from(json(), 'utf16le') },
  'GeoJSON of UTF-16 the other way round, without a mark': { file: Buffer.from(json(), 'utf16le').swap16() },
  'a table of UTF-16 without a mark': { file: Buffer.from(table(wkt, '\t'), 'utf16le') },
  'Parquet with WKB and no metadata': {
    file: parquet((one) => Buffer.from(hex(one), 'hex'), 'BYTE_ARRAY'),
    says: /without metadata of GeoParquet: column "where" holds geometries/,
  },
  'Parquet with WKT and no metadata': { file: parquet((one) => `SRID=4326;${wkt(one)}`, 'STRING') },
  'a table of UTF-16, as spreadsheets save it': { file: utf16(table(wkt, '\t')) },
  'GeoJSON of UTF-16': { file: utf16(json()) },
  'a table with rows of nothing but separators': { file: `${table(wkt)};\n;\n` },
  'WKT with its dimension joined': { file: table((one) => wkt(one, 'POLYGONZ', ' 0')) },
  'WKT of a collection': { file: table((one) => `GEOMETRYCOLLECTION (${wkt(one)})`) },
  'WKT of a collection in a collection': {
    file: table((one) => `GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (${wkt(one)}))`),
  },
  'WKT of a curve polygon whose rings are straight': { file: table((one) => wkt(one, 'CURVEPOLYGON')) },
  'WKT of a curve polygon whose rings are named': {
    file: table((one) => wkt(one, 'CURVEPOLYGON Z', ' 5').replace('((', '(LINESTRING Z (')),
  },
  'WKT of a curve polygon whose ring is made of parts': { file: table(ofParts) },
  'WKT of a multi surface': { file: table((one) => `MULTISURFACE (${wkt(one, '')})`) },
  'WKT of a multi surface whose areas are named': {
    file: table((one) => `MultiSurface(${wkt(one, 'CURVEPOLYGON')})`, '|'),
  },
  'EWKT in small letters': { file: table((one) => `"srid=4326;${wkt(one).toLowerCase()}"`) },
  'a column twice': {
    file: table((one) => `x;${wkt(one)}`, ';', 'party;party;wkt'),
    says: /column "party" is there 2 times: this one is read as "party \(2\)"/,
  },
  'areas in a layer of curves': { file: table((one) => hex(one), ',', 'party,geom') },
  'a KMZ of two documents, all of them': {
    file: zip({ 'a.kml': kmlOf(A), 'b.kml': kmlOf(B) }),
    how: { layer: '*' },
    ...named,
  },
  'a KMZ whose second document nothing links': {
    file: zip({ 'doc.kml': placemarks(''), 'old.kml': kmlOf(A) }),
    ...named,
    says: /1 document of the KMZ that "doc\.kml" does not link left out: "old\.kml"; --layer '\*'/,
  },
  'a KMZ in a ZIP': { file: zip({ 'day/map.kmz': zip({ 'doc.kml': placemarks('') }) }), ...named },
  'a zipped shapefile in a ZIP': { file: zip({ 'a.zip': zip(shapefile(AREAS)), '__MACOSX/._a.zip': 'x' }) },
  'a GeoJSON beside a shapefile': {
    file: zip({ ...shapefile(AREAS), 'old.geojson': json() }),
    says: /old\.geojson in the archive, beside the Shapefile, is not read/,
  },
  'a ZIP whose names are in a code page': { file: inCodePage([0xaa, 0xa0, 0xe0, 0xe2, 0xa0], json()) },
  'a layer of uMap that is fetched': {
    file: atlas({ type: 'FeatureCollection', features: [], _umap_options: { name: 'far', remoteData: { url: 'https://x/y' } } }), // biome-ignore format: one line
    says: /layer "far" left out: .*"https:\/\/x\/y"; download/,
  },
  'a GeoPackage in a gzip of a ZIP': { file: zip({ 'a.gpkg': geoPackage(AREAS) }) },
  'a FlatGeobuf': { file: flatGeobuf(AREAS) },
  'a date of Esri JSON': { file: esri(1714521600000), options: { ...dated, timeZone: 'UTC' } },
  'a date of Esri JSON as the number that it is': {
    file: esri(1714521600000),
    options: { ...dated, dateFormat: 'epoch-ms' },
    says: /days are those of UTC/,
  },
  'a date of Esri JSON as the number that it is, in a zone': {
    file: esri(1714521600000 - 3 * 3_600_000),
    options: { ...dated, dateFormat: 'unix-ms', timeZone: 'Europe/Kyiv' },
  },
};

const REFUSED: Record<string, Variation> = {
  'a week date without a format': { ...day('2024-W18-3'), says: /--date-format %G-W%V-%u/ },
  'microseconds without a format': { ...day(1714521600000000), says: /--date-format unix-us, if it counts micro/ },
  'digits of Arabic without a format': { ...day('٢٠٢٤-٠٥-٠١'), says: /--date-format %Y-%m-%d/ },
  'a day with slashes': { ...day('2024/05/01'), says: /--date-format %Y\/%m\/%d/ },
  'the number of a day in a spreadsheet': { ...day(45413), says: /--date-format excel.*spreadsheet/ },
  'an hour and a minute that no day has': { ...day('2024-05-01T25:99:00', undefined, 'UTC'), says: /no time of the/ },
  'a minute after the midnight that ends a day': {
    ...day('2024-05-01T24:01', undefined, 'UTC'),
    says: /no time of the/,
  },
  'an offset that no clock has': {
    ...day('2024-05-01T12:00+25:00', undefined, 'UTC'),
    says: /no time of the calendar/,
  },
  'a day with an offset that its month lacks': {
    ...day('2024-04-31 00:30 +0300', '%Y-%m-%d %H:%M %z', 'UTC'),
    says: /is no day of the calendar/,
  },
  'a month that is two': { ...day('1 listopad 2024', '%d %B %Y'), says: /is not written as --date-format/ },
  'a TimeSpan that has an end only': {
    file: placemarks('<TimeSpan><end>2024-05-02</end></TimeSpan>'),
    options: { ...named.options, date: undefined },
    says: /its time has an end only \("2024-05-02"\).*--date/,
  },
  'WKT with decimal commas': {
    file: table((one) => `"${wkt(one).replaceAll(/(\d)(?=[ ,)])/g, '$1,5')}"`),
    says: /decimal commas: write decimal points/,
  },
  'a pointer of Git LFS': { file: 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\n', says: /git lfs pull/ },
  'a month of KML': {
    file: placemarks('<TimeStamp><when>2024-05</when></TimeStamp>'),
    options: { ...named.options, date: undefined },
    says: /"2024-05" is a month and no day: --date .*placemark "aland"/,
  },
  'blank days': { ...day(''), says: /no date: .*--date-property/ },
  'a party whose letters are lost': { file: json({ party: '\ufffd\ufffd' }), says: /--encoding/ },
  'a Cyrillic table without a code page': {
    file: zip(shapefile(AREAS.map((one) => ({ ...one, properties: { party: 'Äland' } })), 'c', 'latin1')), // biome-ignore format: one line
    says: /lost its letters \(U\+FFFD\): --encoding.*record 1/,
  },
  'a confidence with a comma': {
    file: table((one) => `0,8;"${wkt(one)}"`, ';', 'party;confidence;wkt'),
    says: /"0,8" is not a confidence.*line 2/,
  },
  'WKT of curves': {
    file: table((one) => wkt(one, 'CURVEPOLYGON').replace('((', '(CIRCULARSTRING(')),
    says: /CIRCULARSTRING has curves.*CONVERT_TO_LINEAR/,
  },
  'an arc': { file: table((one) => hex(one, true), ',', 'party,geom'), says: /arcs: ogr2ogr -nlt CONVERT_TO_LINEAR/ },
  'two documents of a KMZ': { file: zip({ 'a.kml': kmlOf(A), 'b.kml': kmlOf(B) }), ...named, says: /--layer '\*'/ },
  'a feature that GeoJSON gives an id': {
    file: JSON.stringify({ type: 'Feature', id: 'a-7', properties: {}, geometry: A.geometry }),
    says: /--party-property.*\(id "a-7"\)/,
  },
  'a feature of a FlatGeobuf': { file: flatGeobuf(AREAS.map((one) => ({ ...one, properties: { side: 'x' } }))), says: /--party-property.*\(fid 1\)/ }, // biome-ignore format: one line
  'data of Overpass': { file: JSON.stringify({ version: 0.6, elements: [] }), says: /osmtogeojson/ },
  'the error of a server': {
    file: JSON.stringify({ error: { message: 'no' } }),
    says: /answered with an error \("no"\)/,
  },
  'metres with all digits of a double': {
    file: JSON.stringify({ type: 'Polygon', coordinates: [[[4452779.631730943, 1689200.1396078935], [4e6, 1e6], [4e6, 2e6], [4452779.631730943, 1689200.1396078935]]] }), // biome-ignore format: one line
    options: { party: 'aland' },
    says: /\[4452779\.63, 1689200\.14\] looks like metres.*--crs/,
  },
};

function kmlOf({ properties, geometry }: BaseFeature): string {
  return kml([{ properties: { name: properties.party }, polygons: [geometry.coordinates] }]);
}

const read = ({ file, options = {}, how = {} }: Variation) =>
  readHere({
    source: typeof file === 'string' ? Buffer.from(file) : file,
    options: { date: parseDate('2024-05-01'), knownParties: null, ...options },
    reading: { ...READ_OPTIONS, ...how },
    lenient: false,
  });

it.each([
  ['2024-05-01T24:00:00', undefined, 'UTC', '2024-05-02'],
  ['2024-05-01 00:30:00 +0300', undefined, 'UTC', '2024-04-30'],
  ['2024-05-01 00:30:00 +03:00', undefined, 'UTC', '2024-04-30'],
  ['2024-05-01T00:30:00 Z', undefined, 'America/New_York', '2024-04-30'],
  ['2024-05-01T12Z', undefined, 'UTC', '2024-05-01'],
  ['2024-05-01T24:00:00,0-05', undefined, 'America/New_York', '2024-05-02'],
  ['Wed May 1 00:30:00 2024 +0300', '%a %b %d %H:%M:%S %Y %z', 'UTC', '2024-04-30'],
  ['2024-05-01T00:30:00.123456Z', '%Y-%m-%dT%H:%M:%S.%fZ', 'America/New_York', '2024-04-30'],
  ['2024-05-01T00:30:00Z', '%Y-%m-%dT%H:%M:%SZ', 'America/New_York', '2024-04-30'],
  ['2024-05-01 00:30 UTC', '%Y-%m-%d %H:%M UTC', 'America/New_York', '2024-04-30'],
  ['2024-05-01 00:30:00+03:00', '%Y-%m-%d %H:%M:%S+03:00', 'UTC', '2024-04-30'],
  ['2024-05-01 00:30:00.000456+0300', '%Y-%m-%d %H:%M:%S.%f%z', 'UTC', '2024-04-30'],
  ['-809913600000', 'epoch-ms', undefined, '1944-05-03'],
  [-809913600, 'epoch-s', 'America/New_York', '1944-05-02'],
  ['-0.5', 'epoch-s', 'UTC', '1969-12-31'],
  ['1714521599999999999', 'epoch-ns', 'UTC', '2024-04-30'],
  ['/Date(-809913600000)/', '/Date(%Q)/', 'UTC', '1944-05-03'],
])('%j by the format %j in the zone %s is of %s', async (value, format, zone, of) => {
  const { snapshots } = await read(day(value, format, zone));
  expect(snapshots.map(({ date }) => date)).toEqual([of]);
});

it('an instant of Esri JSON before 1970, counted by a format, is of its day', async () => {
  const { snapshots } = await read({ file: esri(-809913600000), options: { ...dated, dateFormat: 'epoch-ms' } });
  expect(snapshots.map(({ date }) => date)).toEqual(['1944-05-03']);
});

/** A ring from its lowest position on, whatever it began with. */
const positions = (polygons: readonly Polygon[]) => polygons.flat(2).map(([x, y]) => `${x} ${y}`);

it('a GeoPackage whose system no organization names has it by its definition, and none where it is undefined', () => {
  const layer = { table_name: 'a', organization: 'NONE', code: 100_000 } as Layer;
  expect(crsOfLayer({ ...layer, definition: 'PROJCS["own"]' })).toBe('WKT:PROJCS["own"]');
  expect(crsOfLayer({ ...layer, definition: 'undefined' })).toBeUndefined();
  expect(crsOfLayer({ ...layer, organization: 'GDAL', definition: 'LOCAL_CS["Undefined SRS"]' })).toBeUndefined();
});

describe('one map, as people write it', () => {
  it.each(Object.entries(READ))('%s: the same ground', async (_, variation) => {
    const { snapshots, notes } = await read(variation);
    expect(snapshots.map(({ date }) => date)).toEqual(['2024-05-01']);
    const areas = snapshots.flatMap((map) => map.areas);
    expect(areas.map(({ party }) => party).sort()).toEqual(['aland', 'borland']);
    for (const { party, wkb } of areas) {
      const ground = (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;
      const drawn = party === 'aland' ? A : B;
      expect(new Set(positions(ground))).toEqual(new Set(positions([drawn.geometry.coordinates])));
    }
    expect(notes.join('\n')).toMatch(variation.says ?? /^/);
  });

  it.each(Object.entries(REFUSED))('%s: refused, with the way out', async (_, variation) => {
    const error = await read(variation).then(
      () => null,
      (refusal: unknown) => refusal,
    );
    expect(error).toBeInstanceOf(SalientError);
    const { message, problems } = error as SalientError;
    expect([message, ...problems.map((one) => one.message)].join('\n')).toMatch(variation.says ?? /^/);
    // One thing wrong with a feature is one problem.
    expect(new Set(problems.map(({ at }) => at.replace(/\/geometry.*|\/properties.*/, ''))).size).toBe(problems.length);
  });
});
