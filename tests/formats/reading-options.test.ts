import { describe, expect, it } from 'vitest';
import type { MapSource } from '../../src/formats/byte-source.js';
import type { ReadOptions } from '../../src/formats/format.js';
import type { Mapping } from '../../src/formats/mapping.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';

const AREAS = [{ properties: { party: 'a', name: 'a' }, polygons: [[box(44, 33, 45, 34)]] as Polygon[] }];
const json = JSON.stringify(geoJson(AREAS));
const lines = `${JSON.stringify(geoJson(AREAS).features[0])}\n`.repeat(2);
const esri = JSON.stringify({
  geometryType: 'esriGeometryPolygon',
  spatialReference: { wkid: 4326 },
  features: [{ attributes: { party: 'a' }, geometry: { rings: [box(44, 33, 45, 34).toReversed()] } }],
});
const topology = JSON.stringify({
  type: 'Topology',
  arcs: [box(44, 33, 45, 34)],
  objects: { control: { type: 'Polygon', arcs: [[0]], properties: { party: 'a' } } },
});
const read = (source: MapSource | string, how: Partial<ReadOptions>) =>
  readHere({
    source: typeof source === 'string' ? Buffer.from(source) : source,
    options: { date: parseDate('2024-05-01'), knownParties: null, mapping: { rules: [{ when: {}, party: 'a' }] } as unknown as Mapping }, // biome-ignore format: one line
    reading: { layer: null, limits: { unpackedBytes: 50e6 }, ...how },
    lenient: false,
  });

describe('an option of reading that a format does not have', () => {
  it.each<[string, MapSource | string]>([
    ['GeoJSON', json],
    ['a GeoJSON sequence', lines],
    ['Esri JSON', esri],
    ['KML', kml(AREAS)],
    ['FlatGeobuf', flatGeobuf(AREAS)],
    ['CSV', csv(AREAS)],
  ])('is refused: a layer of %s, which has none; all of them it has', async (label, source) => {
    for (const file of [source, zip({ x: source instanceof Uint8Array || typeof source === 'string' ? source : '' })])
      await expect(read(file, { layer: 'foo' })).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: expect.stringContaining(`layer: the file is ${label}, which has no layers (--layer)`),
      });
    expect((await read(source, { layer: '*' })).areas).toBeGreaterThan(0);
  });

  it.each<[string, MapSource]>([
    ['KML', Buffer.from(kml(AREAS))],
    ['KMZ', zip({ 'doc.kml': kml(AREAS) })],
    ['Shapefile', zip(shapefile(AREAS))],
    ['GeoPackage', geoPackage(AREAS)],
    ['FlatGeobuf', flatGeobuf(AREAS)],
    ['CSV', Buffer.from(csv(AREAS))],
  ])('is refused: a member of %s, which is no JSON', async (label, source) => {
    await expect(read(source, { member: '/x' })).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringContaining(`member: the file is ${label}, which is no document of JSON (--member)`),
    });
  });

  it('is noted: an encoding of one whose text has its own', async () => {
    for (const source of [geoPackage(AREAS), flatGeobuf(AREAS)])
      expect((await read(source, { encoding: 'windows-1251' })).notes).toContainEqual(
        expect.stringMatching(/^--encoding has no effect: the text of (GeoPackage|FlatGeobuf) is/),
      );
  });

  it('and one that it has has its effect', async () => {
    expect((await read(topology, { layer: 'control' })).areas).toBe(1);
    await expect(read(topology, { layer: 'x' })).rejects.toThrow(/no layer "x"; it has "control"/);
    expect((await read(JSON.stringify({ a: JSON.parse(topology) }), { layer: 'control', member: '/a' })).areas).toBe(1);
    expect((await read(JSON.stringify({ a: JSON.parse(json) }), { member: '/a', encoding: 'utf-8' })).areas).toBe(1);
  });
});
