import { describe, expect, it } from 'vitest';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';

const polygon = (west: number) =>
  `<Polygon><outerBoundaryIs><LinearRing><coordinates>${[
    [west, 35],
    [west + 1, 35],
    [west + 1, 36],
    [west, 36],
    [west, 35],
  ]
    .map((position) => position.join())
    .join(' ')}</coordinates></LinearRing></outerBoundaryIs></Polygon>`;
const data = (name: string, value: string) => `<Data name="${name}"><value>${value}</value></Data>`;
const placemark = (west: number, extended: string) => `<Placemark>${extended}${polygon(west)}</Placemark>`;
const read = (inside: string, version = '2.2') =>
  readHere({
    source: Buffer.from(
      `<kml xmlns="http://${version === '2.2' ? 'www.opengis.net' : 'earth.google.com'}/kml/${version}"><Document>${inside}</Document></kml>`,
    ),
    options: { date: parseDate('2024-05-01'), knownParties: null },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });
const partiesOf = async (...file: [string, string?]) =>
  (await read(...file)).snapshots[0]?.areas.map(({ party }) => party);

describe('placemarks of a type of their own (KML 2.0, 2.1)', () => {
  const field = '<SimpleField name="party" type="string"/>';
  const ordinary = placemark(36, `<ExtendedData>${data('party', 'a')}</ExtendedData>`);
  const zone = (name: string, west: number, party: string) =>
    `<${name} id="z"><name>z</name><party>${party}</party>${polygon(west)}</${name}>`;

  it.each([
    ['as an attribute', `<Schema name="Zone" parent="Placemark">${field}</Schema>`],
    ['as an element', `<Schema name="Zone"><parent>Placemark</parent>${field}</Schema>`],
  ])('are read beside ordinary ones and alone, their type stated %s', async (_, schema) => {
    const typed = zone('Zone', 37, 'b');
    expect(await partiesOf(`${schema}${ordinary}<Folder>${typed}</Folder>`, '2.1')).toEqual(['a', 'b']);
    expect(await partiesOf(`${typed}${schema}`, '2.0')).toEqual(['b']);
  });

  it('may be of a type of a type, in any order', async () => {
    const schemas = `<Schema name="Held" parent="Zone"/><Schema name="Zone" parent="Placemark">${field}</Schema>`;
    expect(await partiesOf(`${schemas}${zone('Held', 37, 'b')}${ordinary}${zone('Zone', 38, 'c')}`, '2.1')).toEqual([
      ...['b', 'a', 'c'],
    ]);
  });

  it('a schema of data (KML 2.2) is none', async () => {
    const schema = `<Schema name="Zone" id="s">${field}</Schema>`;
    const row =
      '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="party">d</SimpleData></SchemaData></ExtendedData>';
    expect(await partiesOf(`${schema}${placemark(36, row)}`)).toEqual(['d']);
  });
});

describe('data of a placemark', () => {
  it.each([
    ['twice', `<ExtendedData>${data('party', 'a')}${data('party', 'b')}</ExtendedData>`],
    [
      'in two elements',
      `<ExtendedData>${data('party', 'a')}</ExtendedData><ExtendedData>${data('party', 'b')}</ExtendedData>`,
    ],
    [
      'free and typed',
      `<ExtendedData>${data('party', 'a')}<SchemaData><SimpleData name="party">b</SimpleData></SchemaData></ExtendedData>`,
    ],
  ])('of one name, %s, are refused with their place', async (_, extended) => {
    await expect(read(placemark(36, '') + placemark(37, extended))).rejects.toMatchObject({
      code: 'invalid_snapshot',
      problems: expect.arrayContaining([
        expect.objectContaining({
          code: 'repeated_member',
          at: '/features/1/properties/party',
          message: expect.stringMatching(/data "party" twice, as "a" and as "b"/),
        }),
      ]),
    });
  });

  it('of one value, and in a second element, are read', async () => {
    const same = `<ExtendedData>${data('party', 'a')}${data('party', 'a')}</ExtendedData>`;
    const second = `<ExtendedData>${data('x', '1')}</ExtendedData><ExtendedData>${data('party', 'b')}</ExtendedData>`;
    expect(await partiesOf(placemark(36, same) + placemark(37, second))).toEqual(['a', 'b']);
  });
});
