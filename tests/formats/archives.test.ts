import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { ReadOptions } from '../../src/formats/format.js';
import type { Mapping } from '../../src/formats/mapping.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { geoJson, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';

const NORTH = [{ properties: { party: 'north' }, polygons: [[box(44, 33, 44.6, 34)]] as Polygon[] }];
const north = JSON.stringify(geoJson(NORTH));

async function read(source: Uint8Array, how: Partial<ReadOptions> = {}) {
  return readHere({
    source,
    options: { date: parseDate('2024-05-01'), knownParties: null },
    reading: { layer: null, limits: { unpackedBytes: 50e6 }, ...how },
    lenient: false,
  });
}

async function refusal(source: Uint8Array, how: Partial<ReadOptions> = {}): Promise<string> {
  const reason: unknown = await read(source, how).catch((error: unknown) => error);
  if (reason instanceof SalientError) return reason.message;
  throw reason instanceof Error ? reason : new Error('it was accepted');
}

/** The archive with some bits of each entry stated otherwise, in its local header and in the central directory. */
function restated(archive: Uint8Array, field: 'flags' | 'method', value: number): Uint8Array {
  const bytes = Buffer.from(archive);
  const [local, central] = field === 'flags' ? [6, 8] : [8, 10];
  for (const [mark, offset] of [
    ['PK\u0003\u0004', local],
    ['PK\u0001\u0002', central],
  ] as const)
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at !== -1; at = bytes.indexOf(mark, at + 4, 'latin1'))
      bytes.writeUInt16LE(value, at + offset);
  return bytes;
}

describe('an archive that cannot be opened says why', () => {
  it('of one with a password that it is encrypted', async () => {
    const message = await refusal(restated(zip({ 'map.geojson': north }), 'flags', 1));
    expect(message).toMatch(/the archive is encrypted \("map.geojson" opens with a password\)/);
    expect(message).not.toMatch(/half a file/);
  });

  it('of one packed by another method than ZIP has everywhere, which', async () => {
    const message = await refusal(restated(zip({ 'map.geojson': north }), 'method', 9));
    expect(message).toMatch(/"map.geojson" in the archive is packed by a method that is not read here \(9\)/);
  });

  it('of one that holds two files of one name, that it does', async () => {
    const bytes = Buffer.from(zip({ 'a.geojson': north, 'b.geojson': north }));
    for (let at = bytes.indexOf('b.geojson'); at !== -1; at = bytes.indexOf('b.geojson')) bytes.write('a', at);
    expect(await refusal(bytes)).toMatch(/holds "a.geojson" twice/);
  });
});

const SOUTH = [{ properties: { party: 'south' }, polygons: [[box(44, 32, 44.6, 33)]] as Polygon[] }];
const south = JSON.stringify(geoJson(SOUTH));
const GML =
  '<?xml version="1.0"?><ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"></ogr:FeatureCollection>';
const tar = () => {
  const bytes = Buffer.alloc(1024);
  bytes.write('south.geojson', 0);
  bytes.write('ustar', 257);
  return bytes;
};
const parties = async (source: Uint8Array, how: Partial<ReadOptions> = {}) =>
  (await read(source, how)).snapshots.flatMap(({ areas }) => areas.map(({ party }) => party)).sort();

describe('the maps of an archive are known by their content', () => {
  const sequence = geoJson(SOUTH)
    .features.map((feature) => JSON.stringify(feature))
    .join('\n');
  it.each([
    ['a gzip', 'south.geojson.gz', gzipSync(south)],
    ['an ending that nobody knows', 'south.bak', south],
    ['the ending of another format', 'south.html', south],
    ['no ending', 'south', south],
    ['the name of words about a map', 'metadata.json', south],
    ['a prefix of a megabyte', 'south.dat', `{"about":${JSON.stringify('x'.repeat(2 << 20))},${south.slice(1)}`],
    ['UTF-16', 'south.x', Buffer.from(`\ufeff${south}`, 'utf16le')],
    ['a feature a line', 'south.txt', sequence],
    ['KML', 'south.xml', kml(SOUTH)],
    ['a GeoPackage', 'south.db', geoPackage(SOUTH)],
    ['an archive of it', 'south.bin', zip({ x: south })],
  ])('one more, in %s, is neither dropped nor chosen unasked', async (_, name, file) => {
    const archive = zip({ 'north.geojson': north, [name]: file });
    expect(await refusal(archive)).toMatch(/the archive holds 2 maps .*say which \(--layer NAME\)/);
    expect(await parties(archive, { layer: 'north' })).toEqual(['north']);
    if (name !== 'south.xml') expect(await parties(archive, { layer: '*' })).toEqual(['north', 'south']);
    // Alone it is the map.
    if (name !== 'south.xml') expect(await parties(zip({ [name]: file }))).toEqual(['south']);
  });

  it.each([
    ['GML', 'south.gml', GML, /south\.gml(?: in the archive)?: this is GML, which is not read here: convert it/],
    ['a tar archive', 'south', tar(), /south(?: in the archive)?: this is a tar archive/],
    [
      'a bzip2 file',
      'south.geojson.bz2',
      'BZh91AY&SY',
      /south\.geojson\.bz2(?: in the archive)?: this is a bzip2 file/,
    ],
    [
      'a DXF drawing',
      'south.dxf',
      '  0\nSECTION\n  2\nHEADER\n',
      /south\.dxf(?: in the archive)?: this is a DXF drawing/,
    ],
    [
      'an error page called a map',
      'south.geojson',
      '<!doctype html><p>404',
      /south\.geojson(?: in the archive)?: this is an HTML page/,
    ],
  ])('%s beside one is refused as what it is, and the others are read by their names', async (_, name, file, says) => {
    const archive = zip({ 'north.geojson': north, [name]: file });
    for (const layer of [null, '*']) expect(await refusal(archive, { layer })).toMatch(says);
    expect(await refusal(archive)).toMatch(/--layer north\.geojson reads what is without it/);
    expect(await parties(archive, { layer: 'north.geojson' })).toEqual(['north']);
    expect(await refusal(zip({ [name]: file }))).toMatch(says);
  });

  it('a spreadsheet, a table without ground and words beside a map are named, and all maps are one with *', async () => {
    const beside = {
      'towns.csv': 'name,lon,lat\nMorek,36.6,35.3\nIdlib,36.6,35.9\n',
      'losses.xlsx': zip({ 'xl/workbook.xml': '<workbook/>' }),
      'notes.txt': 'hi',
      'metadata.json': '{"title": "x"}',
    };
    const notes = [
      expect.stringMatching(/^towns\.csv .*left out: this is a table without ground/),
      expect.stringMatching(/^losses\.xlsx .*left out: this is an Excel or Word file/),
      expect.stringMatching(/^notes\.txt .*left out: it is no map by its content/),
      expect.stringMatching(/^metadata\.json .*left out: it is no map by its content/),
    ];
    expect((await read(zip({ 'north.geojson': north, ...beside }))).notes).toEqual(notes);
    const both = zip({ 'north.geojson': north, 'south.geojson': south, ...beside });
    expect(await refusal(both)).toMatch(/holds 2 maps \(north\.geojson, south\.geojson\)/);
    expect((await read(both, { layer: '*' })).notes).toEqual(notes);
    expect(await parties(both, { layer: '*' })).toEqual(['north', 'south']);
    // Whoever asks for it by name has it read, and hears what is wrong with it.
    expect(await refusal(both, { layer: 'notes.txt' })).toMatch(/notes\.txt in the archive: .*"hi"/);
  });

  it('pictures, styles, projects, metadata and what systems add are left out without a word', async () => {
    const beside = {
      'north.prj': 'GEOGCS["WGS 84"]',
      'north.cpg': 'UTF-8',
      'north.qml': '<!DOCTYPE qgis PUBLIC "x" "y">\n<qgis version="3"/>',
      'north.sld': '<StyledLayerDescriptor xmlns:gml="http://www.opengis.net/gml"/>',
      'iso.xml': '<gmd:MD_Metadata xmlns:gml="http://www.opengis.net/gml" xmlns:gmd="x"/>',
      'project.qgs': '<qgis projectname=""/>',
      'README.md': '# North',
      LICENSE: 'CC BY',
      'docs/.gitignore': 'x',
      'a.pdf': '%PDF-1.7',
      'a.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      '.DS_Store': 'x',
      'Thumbs.db': 'x',
      '__MACOSX/._north.geojson': 'x',
    };
    expect((await read(zip({ 'north.geojson': north, ...beside }))).notes).toEqual([]);
  });

  it('the name of the only one, or of a layer in it, chooses', async () => {
    const archive = zip({ 'a.gpkg': geoPackage(NORTH), 'readme.txt': 'hi' });
    for (const layer of ['control', 'a.gpkg', '*']) expect(await parties(archive, { layer })).toEqual(['north']);
    expect(await refusal(archive, { layer: 'front' })).toMatch(
      /^a\.gpkg in the archive: the file has no layer "front"; it has "control"/,
    );
  });

  it('beside a shapefile or in a KMZ they are named', async () => {
    const beside = { 'south.bak': south, 'more.gml': GML, 'readme.txt': 'hi' };
    for (const [whole, label] of [
      [shapefile(NORTH), 'Shapefile'],
      [{ 'doc.kml': kml(NORTH.map((one) => ({ ...one, properties: { name: 'x' } }))) }, 'KML'],
    ] as const) {
      const { notes } = await readHere({
        source: zip({ ...whole, ...beside }),
        options: {
          date: parseDate('2024-05-01'),
          knownParties: null,
          mapping: { rules: [{ when: {}, party: 'a' }] } as unknown as Mapping,
        },
        reading: { layer: null, limits: { unpackedBytes: 50e6 } },
        lenient: false,
      });
      expect(notes.filter((note) => note.includes('in the archive'))).toEqual([
        `south.bak in the archive, beside the ${label}, is not read: unpack it, and import what is the map`,
        expect.stringMatching(`^more.gml in the archive, beside the ${label}, is not read: this is GML`),
      ]);
    }
  });

  it('what is packed in it unpacks to no more than one file may, all of it together', async () => {
    const padded = gzipSync(north + ' '.repeat(4e6));
    const files = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.geojson.gz`, padded]));
    const limits = { unpackedBytes: 10e6 };
    expect(await parties(zip({ a: padded }), { limits })).toEqual(['north']);
    expect(await refusal(zip(files), { limits, layer: '*' })).toMatch(/packed files unpack to more than 10 MB/);
    const nested = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, zip({ x: north + ' '.repeat(4e6) })]));
    expect(await refusal(zip(nested), { limits, layer: '*' })).toMatch(/packed files unpack to more than 10 MB/);
  });
});

describe('an archive made to be looked through for ever', () => {
  it.each([
    ['XML of nothing but comments', 'xml', '<!---->'.repeat(9000)],
    ['XML of open brackets', 'xml', '<'.repeat(60_000)],
    ['texts of one line', 'md', 'lorem ipsum, dolor; '.repeat(3500)],
  ])('is not: %s', { timeout: 60_000 }, async (_, ending, text) => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (__, i) => [`f${i}.${ending}`, text]));
    expect(await parties(zip({ 'north.geojson': north, ...many }))).toEqual(['north']);
  });
});

describe('a refusal inside an archive says in which of its files', () => {
  it.each([
    ['a fault of syntax', 'b.geojson', south.slice(0, -9)],
    ['a fault of syntax in a gzip', 'b.gz', gzipSync(south.slice(0, -9))],
    ['half a GeoPackage', 'b.gpkg', geoPackage(SOUTH).subarray(0, 9000)],
    ['a fault in an archive in it', 'b', zip({ c: south.slice(0, -9) })],
  ])('%s', async (_, name, file) => {
    for (const archive of [zip({ 'a.geojson': north, [name]: file }), zip({ [name]: file })])
      expect(await refusal(archive, { layer: '*' })).toMatch(`${name} in the archive: `);
  });

  it('a KML of a KMZ, and a layer of several of a shapefile', async () => {
    const half = kml(SOUTH).slice(0, 250);
    expect(await refusal(zip({ 'a.kml': kml(NORTH), 'b.kml': half }), { layer: '*' })).toMatch(
      /^b\.kml in the archive: /,
    );
    const cut = { 'b.shp': (shapefile(SOUTH, 'b')['b.shp'] as Uint8Array).subarray(0, 150) };
    const archive = zip({ ...shapefile(NORTH, 'a'), ...shapefile(SOUTH, 'b'), ...cut });
    expect(await refusal(archive, { layer: '*' })).toMatch(/^b\.shp in the archive: /);
  });
});
