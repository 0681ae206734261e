import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { MapSource } from '../../src/formats/byte-source.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import type { Mapping } from '../../src/formats/mapping.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { fromWkb } from '../../src/geometry/wkb.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';
import { temporaryFolder } from '../setup/spawned.js';

const hole = box(36.2, 35.2, 36.3, 35.3).reverse();
const AREAS = [
  { properties: { party: 'government', name: 'قوات النظام' }, polygons: [[box(36, 35, 36.5, 36), hole]] as Polygon[] },
  {
    properties: { party: 'opposition', name: 'المعارضة' },
    polygons: [[box(36.5, 35, 37, 36)], [box(36.2, 35.2, 36.3, 35.3)]] as Polygon[],
  },
];
const encode = (text: string) => new TextEncoder().encode(text);
const lines = AREAS.map((_, index) => JSON.stringify(geoJson(AREAS).features[index]));

async function read(source: MapSource | string, layer: string | null = null, unpackedBytes = 50e6) {
  return readHere({
    source: typeof source === 'string' ? encode(source) : source,
    options: { date: parseDate('2020-01-01'), knownParties: null },
    reading: { layer, limits: { unpackedBytes } },
    lenient: false,
  });
}

async function refusal(source: MapSource | string, ...more: [string?, number?]): Promise<SalientError> {
  const error = await read(source, more[0] ?? null, more[1]).then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof SalientError) return error;
  throw error;
}

describe('one map in every format', () => {
  const bomb = '\u001e';
  const kmlFile = kml(AREAS).replaceAll(
    '<MultiGeometry>',
    '<ExtendedData><Data name="party"><value>@</value></Data></ExtendedData><MultiGeometry>',
  );
  const named = AREAS.reduce((text, { properties }) => text.replace('@', properties.party), kmlFile);
  const formats: [string, MapSource | string][] = [
    ['GeoJSON', JSON.stringify(geoJson(AREAS))],
    ['GeoJSON', gzipSync(JSON.stringify(geoJson(AREAS)))],
    ['GeoJSON sequence', lines.join('\n')],
    ['GeoJSON sequence', `${lines.map((line) => `${bomb}${line}\n`).join('')}`],
    ['GeoJSON sequence', gzipSync(`${lines.join('\r\n')}\r\n`)],
    ['KML', named],
    ['KMZ', zip({ 'doc.kml': named, 'files/icon.png': 'x' })],
    ['Shapefile', zip({ ...shapefile(AREAS), 'control.cpg': 'UTF-8' })],
    ['GeoPackage', geoPackage(AREAS)],
    ['FlatGeobuf', flatGeobuf(AREAS)],
    ['CSV', csv(AREAS)],
    ['GeoJSON in a ZIP archive', zip({ 'map.geojson': JSON.stringify(geoJson(AREAS)) })],
  ];

  it('KML with blanks after the commas of positions is the same map, and one without blanks between positions is refused', async () => {
    const spaced = named.replaceAll(/(\d),(\d)/g, '$1, $2');
    expect(spaced).not.toBe(named);
    expect((await read(spaced)).snapshots).toEqual((await read(named)).snapshots);
    const run = named.replaceAll(/(\d) (\d)/g, '$1, $2');
    expect((await refusal(run)).problems.length).toBeGreaterThan(0);
  });

  it.each(formats)('%s is known by its content and read as the same ground', async (format, source) => {
    const expected = await read(JSON.stringify(geoJson(AREAS)));
    const { snapshots, notes, ...found } = await read(source);
    expect(found.format).toBe(format);
    // The shapefile has no .prj: what its numbers are taken for is reported.
    expect(notes).toEqual(
      format === 'Shapefile' ? [expect.stringMatching(/no \.prj .* longitude, latitude of WGS 84/)] : [],
    );
    expect(snapshots.map(({ sha256 }) => sha256)).toEqual(expected.snapshots.map(({ sha256 }) => sha256));
    const [snapshot] = snapshots;
    expect(snapshot?.areas.map(({ party }) => party)).toEqual(['government', 'opposition']);
    expect((fromWkb(snapshot?.areas[0]?.wkb as Uint8Array).geometry as { coordinates: unknown }).coordinates).toEqual(
      AREAS[0]?.polygons,
    );
  });
});

describe('files that mean harm or are damaged', () => {
  const good = JSON.stringify(geoJson(AREAS));
  const packed = zip({ 'map.geojson': good });

  it.each([
    ['a ZIP archive cut in half', packed.subarray(0, packed.length / 2), 'archive'],
    ['an archive with a flipped bit', packed.map((byte, i) => (i === 60 ? byte ^ 4 : byte)), 'archive'],
    ['an archive that leads out of itself', zip({ '../../etc/map.geojson': good }), 'archive'],
    ['an archive inside two others', zip({ 'b.zip': zip({ 'map.json': packed }) }), 'archive'],
    ['an archive of pictures', zip({ 'a.png': 'x' }), 'archive'],
    ['two layers and none named', zip({ ...shapefile(AREAS), ...shapefile(AREAS, 'front') }), 'layer'],
    ['a gzip cut in half', gzipSync(good).subarray(0, 100), 'archive'],
    ['a .shp alone', shapefile(AREAS)['control.shp'] as Uint8Array, 'archive'],
    [
      'a .shp cut in half',
      zip({ ...shapefile(AREAS), 'control.shp': (shapefile(AREAS)['control.shp'] as Uint8Array).subarray(0, 200) }),
      'archive',
    ],
    ['a GeoPackage cut in half', geoPackage(AREAS).subarray(0, 9000), 'archive'],
    ['a FlatGeobuf cut in half', flatGeobuf(AREAS).subarray(0, 400), 'archive'],
    ['an encoding that nobody knows', zip({ ...shapefile(AREAS), 'control.cpg': 'KLINGON' }), 'encoding'],
    [
      'KML with entities to expand',
      `<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${kml(AREAS).replace(/^.*\n/, '')}`,
      'syntax',
    ],
    ['KML cut in half', kml(AREAS).slice(0, 500), 'syntax'],
    ['a line of a sequence cut off', `${lines[0]}\n${lines[1]?.slice(0, 80)}`, 'syntax'],
  ])('%s is refused', async (_, source, code) => {
    const error = await refusal(source as MapSource | string);
    expect([error.code, error.problems[0]?.code]).toEqual(['invalid_body', code]);
  });

  it.each([
    ['a gzip', gzipSync(Buffer.alloc(20e6, 0x20))],
    ['a ZIP archive', zip({ 'map.json': Buffer.alloc(20e6, 0x20) })],
  ])('%s that unpacks to more than is allowed is refused before it is unpacked', async (_, source) => {
    expect(source.length).toBeLessThan(50_000);
    expect((await refusal(source, undefined, 10e6)).code).toBe('too_large');
  });

  it.each(['name,lon,lat\nSaraqib,36.80,35.86\nMorek,36.69,35.38\n', 'place;party;day\r\nMorek;a;2020-01-01\r\n'])(
    'a table without ground is named as one, with the way that points take: %j',
    async (table) => {
      expect((await refusal(table)).message).toMatch(/a table without ground .*salient places import/);
    },
  );

  it('words that a publisher packs beside a map are left out of an archive with a note', async () => {
    const map = JSON.stringify(geoJson(AREAS));
    const packed = zip({ 'data/map.geojson': map, 'README.txt': 'Who holds what.', 'metadata.json': '{}' });
    const { notes, snapshots } = await read(packed);
    expect(snapshots).toEqual((await read(map)).snapshots);
    expect(notes).toEqual([
      expect.stringMatching(/^README\.txt in the archive .*--layer/),
      expect.stringMatching(/^metadata\.json in the archive .*--layer/),
    ]);
    // Two maps are two, and one that is only called so is the map.
    expect((await refusal(zip({ 'a.geojson': map, 'b.geojson': map }))).problems[0]?.code).toBeDefined();
    expect((await read(zip({ 'metadata.json': map }))).notes).toEqual([]);
  });

  it('KML of an open ring, a word among numbers, or a ring too short is refused and not mended', async () => {
    const open = kml([{ properties: { name: 'x' }, polygons: [[box(36, 35, 37, 36).slice(0, 4)]] }]);
    expect((await refusal(open)).problems.map(({ code }) => code)).toContain('ring_open');
    expect((await refusal(kml(AREAS).replace('36,35', '36,N35'))).problems.map(({ code }) => code)).toContain(
      'position',
    );
  });
});

describe('a file too large for one text', () => {
  it('is read feature by feature, to the same hash', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const many = Array.from({ length: 12_000 }, (_, index) => {
      const west = 30 + (index % 100) * 0.1;
      const south = 10 + Math.floor(index / 100) * 0.1;
      const ring = box(west, south, west + 0.1, south + 0.1);
      return { properties: { party: 'a', pad: 'x'.repeat(3000) }, polygons: [[ring]] as Polygon[] };
    });
    const whole = geoJson(many, { name: 'big', bbox: [0, 0, 1, 1] });
    const file = join(folder, 'big.geojson');
    writeFileSync(file, JSON.stringify(whole));
    const sequence = join(folder, 'big.geojsonl');
    writeFileSync(sequence, whole.features.map((feature) => JSON.stringify(feature)).join('\n'));
    const [asPieces, asLines] = [await read({ path: file }), await read({ path: sequence })];
    expect(asPieces.areas).toBe(12_000);
    expect(asPieces.snapshots[0]?.sha256).toBe(asLines.snapshots[0]?.sha256);
    // A collection that has features a second time.
    const twice = join(folder, 'twice.geojson');
    writeFileSync(twice, JSON.stringify(whole).replace(/}$/, ',"features":[]}'));
    expect((await refusal({ path: twice })).problems).toMatchObject([
      { code: 'repeated_member', message: expect.stringContaining('"features" is in one object a second time') },
    ]);
    const cut = join(folder, 'cut.geojson');
    const stream = createWriteStream(cut);
    stream.end(JSON.stringify(whole).slice(0, -5000));
    await new Promise<void>((resolve) => stream.once('close', () => resolve()));
    const error = await refusal({ path: cut });
    expect([error.code, error.message]).toEqual(['invalid_body', expect.stringContaining('half a file')]);
  });
});

describe('days and parties that are where a feature stands', () => {
  const ring = '36,35 36.5,35 36.5,36 36,36 36,35';
  const area = `<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>${ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`;
  const day = (name: string, ...sides: string[]) =>
    `<Folder><name>${name}</name>${sides.map((side) => `<Folder><name>${side}</name>${area}</Folder>`).join('')}</Folder>`;
  const file = `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>${day('20.10.2022', 'FARDC')}${day('17.11.2022', 'M23')}</Document></kml>`;
  const asked = (dateProperty: string | undefined, text: string) =>
    readHere({
      source: encode(text),
      options: { dateProperty, dateFormat: '%d.%m.%Y', partyProperty: 'folder', knownParties: null },
      reading: { layer: null, limits: { unpackedBytes: 50e6 } },
      lenient: false,
    });

  it('are read by --date-property folder, the innermost that is a day, and --party-property folder', async () => {
    const { snapshots } = await asked('folder', file);
    expect(snapshots.map(({ date }) => date)).toEqual(['2022-10-20', '2022-11-17']);
    const parties = snapshots.flatMap(({ areas }) => areas.map(({ party }) => party));
    expect(parties).toEqual(['fardc', 'm23']);
  });

  it('are named in the refusal of a file that has no other', async () => {
    await expect(asked(undefined, file)).rejects.toThrow(/it stands in folder "20.10.2022\/FARDC".*folder/);
    await expect(asked('folder', file.replaceAll(/\d\d\.\d\d\.2022/g, 'maps'))).rejects.toThrow(/"FARDC"/);
  });
});

describe('maps of one name in several folders of an archive', () => {
  const [west = [], east = []] = AREAS.map((area) => [area]);
  const inFolder = (folder: string, files: Record<string, Uint8Array>) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
  const shapes = zip({ ...inFolder('ground/aland', shapefile(west)), ...inFolder('ground/borland', shapefile(east)) });
  const maps = zip({
    'ground/aland/control.geojson': JSON.stringify(geoJson(west)),
    'ground/borland/control.geojson': JSON.stringify(geoJson(east)),
  });
  const partiesBy = async (source: Uint8Array, options: Partial<ImportOptions>) => {
    const reading = { layer: '*', limits: { unpackedBytes: 50e6 } };
    const given = { date: parseDate('2020-01-01'), knownParties: null, ...options };
    const { snapshots } = await readHere({ source, options: given, reading, lenient: false });
    return (snapshots[0]?.areas ?? []).map(({ party }) => party);
  };

  it.each([
    ['shapefiles', shapes, 'shp'],
    ['GeoJSON', maps, 'geojson'],
  ])('stay layers of their own: %s', async (_, source, ending) => {
    expect(new Set(await partiesBy(source, { partyProperty: 'layer' })).size).toBe(2);
    expect(await partiesBy(source, { partyProperty: 'folder' })).toEqual(['aland', 'borland']);
    for (const when of [
      (side: string) => ({ layer: `ground/${side}/control` }),
      (side: string) => ({ folder: side }),
      (side: string) => ({ folder: `ground/${side}` }),
      (side: string) => ({ file: `ground/${side}/control.${ending}` }),
    ]) {
      const rules = ['aland', 'borland'].map((side) => ({ when: when(side), party: side }));
      expect(await partiesBy(source, { mapping: { rules } as Mapping }), JSON.stringify(rules)).toEqual([
        'aland',
        'borland',
      ]);
    }
  });

  it('are called by their name alone where no other has it', async () => {
    const files = {
      ...inFolder('ground', shapefile(west, 'aland')),
      ...inFolder('ground', shapefile(east, 'borland')),
    };
    expect(await partiesBy(zip(files), { partyProperty: 'layer' })).toEqual(['aland', 'borland']);
    const rules = ['aland', 'borland'].map((side) => ({ when: { layer: `ground/${side}` }, party: side }));
    expect(await partiesBy(zip(files), { mapping: { rules } as Mapping })).toEqual(['aland', 'borland']);
  });
});
