import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { findJsonFault } from '../../src/geometry/json-fault.js';
import { parseDate } from '../../src/model/dates.js';
import { parseSnapshotFile } from '../setup/parse-snapshot-file.js';

const ring = [
  [36.2, 35.2],
  [36.4, 35.2],
  [36.4, 35.4],
  [36.2, 35.2],
];
const polygon = (...rings: unknown[]) => ({ type: 'Polygon', coordinates: rings });
const feature = (properties: unknown, geometry: unknown = polygon(ring)) => ({ type: 'Feature', properties, geometry });
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });

const date = parseDate('2020-01-15');
const known = ['government', 'opposition'];
const byProperty: ImportOptions = { date, partyProperty: 'party', knownParties: known };
const fixed: ImportOptions = { date, party: 'government', knownParties: known };

function parse(value: unknown, options: ImportOptions = byProperty) {
  return parseSnapshotFile(JSON.stringify(value), options);
}

function refusal(read: () => unknown): SalientError {
  try {
    read();
  } catch (error) {
    if (error instanceof SalientError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const findings = (value: unknown, options: ImportOptions = byProperty) =>
  refusal(() => parse(value, options)).problems.map(({ code, at }) => `${code} ${at}`);

describe('what a snapshot file may be', () => {
  it('a feature collection becomes areas that remember their place in the file', () => {
    const { snapshots } = parse(
      collection(feature({ party: 'government', confidence: 0.5 }), feature({ party: null, status: 'contested' })),
    );
    expect(snapshots).toEqual([
      {
        date,
        areas: [
          { at: '/features/0', party: 'government', status: 'controlled', confidence: 0.5, polygons: [[ring]] },
          { at: '/features/1', party: null, status: 'contested', confidence: null, polygons: [[ring]] },
        ],
      },
    ]);
  });

  it('bare polygons, a single feature and a collection of polygons are areas too', () => {
    for (const file of [
      polygon(ring),
      { type: 'MultiPolygon', coordinates: [[ring]] },
      { type: 'GeometryCollection', geometries: [polygon(ring)] },
      feature(null),
    ]) {
      expect(parse(file, fixed).snapshots).toMatchObject([
        { date, areas: [{ at: '', party: 'government', polygons: [[ring]] }] },
      ]);
    }
  });

  it('one file may hold many dates, which come out in order', () => {
    const dated = (day: string) => feature({ party: 'government', date: day });
    const { snapshots } = parse(collection(dated('2020-02-01'), dated('2019-12-31'), dated('2020-02-01')), {
      dateProperty: 'date',
      partyProperty: 'party',
      knownParties: known,
    });
    expect(snapshots.map((snapshot) => [snapshot.date, snapshot.areas.length])).toEqual([
      ['2019-12-31', 1],
      ['2020-02-01', 2],
    ]);
  });

  it('winding means nothing and heights are dropped, but no vertex moves', () => {
    const clockwise = ring.toReversed().map(([lon, lat]) => [lon, lat, 412]);
    const repeated = [...ring.slice(0, 2), ...ring.slice(1)];
    expect(parse(polygon(clockwise), fixed)).toEqual(parse(polygon(ring), fixed));
    expect(parse(polygon(repeated), fixed).snapshots[0]?.areas[0]?.polygons).toEqual([[repeated]]);
  });

  it('the names of longitude and latitude on WGS 84 are accepted, a byte order mark too', () => {
    for (const name of ['urn:ogc:def:crs:OGC:1.3:CRS84', 'EPSG:4326', 'urn:ogc:def:crs:EPSG::4326', 'OGC:CRS84']) {
      parse({ ...polygon(ring), crs: { type: 'name', properties: { name } } }, fixed);
    }
    parseSnapshotFile(new TextEncoder().encode(`\uFEFF${JSON.stringify(polygon(ring))}`), fixed);
  });

  it('a property wins over the fixed value, which serves the features without it', () => {
    const options = { ...fixed, partyProperty: 'party' };
    const { snapshots } = parse(collection(feature({ party: 'opposition' }), feature({})), options);
    expect(snapshots[0]?.areas.map((area) => area.party)).toEqual(['opposition', 'government']);
  });

  it('a series being created takes any name of a party, by the id that it makes, but none named like a class of ground', () => {
    const creating = { ...byProperty, knownParties: null };
    expect(parse(feature({ party: 'SDF' }), creating).snapshots[0]?.areas[0]?.party).toBe('sdf');
    expect(parse(feature({ party: 'النظام' }), creating).snapshots[0]?.areas[0]?.party).toBe('lndhm');
    expect(parse(feature({ party: 'x'.repeat(64) }), creating).snapshots[0]?.areas[0]?.party).toMatch(
      /^x{54}-[0-9a-f]{8}$/,
    );
    for (const party of ['unassigned', 'contested', 'Contested', '', ' x', 'a\u0000', 'a\u202e', 'x'.repeat(201)]) {
      expect(findings(feature({ party }), creating)).toEqual(['party /properties/party']);
    }
  });
});

describe('what is refused', () => {
  it('says every problem at once', () => {
    expect(
      findings(
        collection(
          feature({ party: 'martians', status: 'held', confidence: 2 }, polygon(ring.slice(0, 3))),
          feature({}, { type: 'Point', coordinates: [36, 35] }),
          null,
          feature({ party: 'government' }, polygon([[36, 95], ['36', 35], [36], ...ring.slice(0, 3)])),
        ),
      ),
    ).toEqual([
      'status /features/0/properties/status',
      'party /features/0/properties/party',
      'confidence /features/0/properties/confidence',
      'ring_short /features/0/geometry/coordinates/0',
      'party /features/1/properties/party',
      'geometry_type /features/1/geometry/type',
      'feature /features/2',
      'out_of_range /features/3/geometry/coordinates/0/0',
      'position /features/3/geometry/coordinates/0/1',
      'position /features/3/geometry/coordinates/0/2',
    ]);
  });

  it('stops counting at a thousand problems', () => {
    const error = refusal(() => parse(collection(...Array.from({ length: 5000 }, () => null))));
    expect(error.problems).toHaveLength(1000);
    expect(error.message).toMatch(/^1000 problems or more/);
  });

  it('an open ring is not closed, and says where it ends', () => {
    const error = refusal(() => parse(polygon([...ring.slice(0, 3), [36.2, 35.3]]), fixed));
    expect(error.problems).toMatchObject([{ code: 'ring_open', at: '/coordinates/0', where: [36.2, 35.3] }]);
  });

  it('a line is no ground, but a bow-tie of no net area is left for PostGIS to locate', () => {
    const line = [
      [36.1, 35.1],
      [36.2, 35.2],
      [36.3, 35.3],
      [36.1, 35.1],
    ];
    const bowTie = [
      [36, 35],
      [37, 36],
      [37, 35],
      [36, 36],
      [36, 35],
    ];
    expect(findings(polygon(line), fixed)).toEqual(['ring_flat /coordinates/0']);
    parse(polygon(bowTie), fixed);
  });

  it('metres are recognised as a projected CRS, once a ring', () => {
    const error = refusal(() => parse(polygon(ring.map(([x = 0, y = 0]) => [x * 1e5, y * 1e5])), fixed));
    expect(error.problems).toMatchObject([{ code: 'projected', at: '/coordinates/0/0' }]);
    expect(error.message).toContain('ogr2ogr -t_srs');
  });

  it('a pointer escapes what RFC 6901 escapes', () => {
    expect(findings(feature({ 'a/b~c': 'martians' }), { ...fixed, partyProperty: 'a/b~c' })).toEqual([
      'party /properties/a~1b~0c',
    ]);
  });

  it('what every object inherits is not a property of the feature', () => {
    expect(findings(feature({}), { ...byProperty, partyProperty: 'constructor' })).toEqual([
      'party /properties/constructor',
    ]);
  });

  it('a status or property named by the caller must be there', () => {
    expect(findings(feature({ party: 'government' }), { ...byProperty, statusProperty: 'state' })).toEqual([
      'status /properties/state',
    ]);
  });
});

describe('what cannot be read', () => {
  const messageOf = (text: string | Uint8Array) => {
    const error = refusal(() => parseSnapshotFile(text, fixed));
    expect(error.code).toBe('invalid_body');
    expect(error.problems).toMatchObject([{ at: '' }]);
    return error.message;
  };

  it('a fault of syntax has a line, a column and a reason', () => {
    expect(messageOf('{\n  "type": NaN}')).toMatch(/^line 2, column 11: NaN is not JSON/);
    expect(messageOf('[1, -Infinity]')).toMatch(/^line 1, column 5: -Infinity is not JSON/);
    expect(messageOf('{"a": [1, 2')).toMatch(/ends inside an array/);
    expect(messageOf('{"a": "b')).toMatch(/ends inside a string/);
    expect(messageOf('{"a": 1,}')).toMatch(/column 9: a comma before }/);
    expect(messageOf('{} {}')).toMatch(/after the end of the document/);
    expect(messageOf("{'a': 1}")).toMatch(/single quotes/);
    expect(messageOf('{"a": 1} // x')).toMatch(/after the end/);
  });

  it('other encodings and formats are called by their names', () => {
    expect(messageOf('')).toMatch(/empty/);
    expect(messageOf('<html></html>')).toMatch(/XML or HTML/);
    expect(messageOf(Uint8Array.of(0x1f, 0x8b, 8, 0))).toMatch(/gzip/);
    expect(messageOf(new Uint8Array(Buffer.from('{"a":1}', 'utf16le')))).toMatch(/UTF-16/);
    expect(messageOf(Uint8Array.of(0xef, 0xbf, 0xbd, 0x41, 0xff))).toMatch(/^byte 4 is not UTF-8/);
  });

  it('a hundred thousand brackets do not overflow the stack, and brackets in strings are no depth', () => {
    expect(messageOf('['.repeat(100_000))).toMatch(/^line 1, column 65: nested more than 64/);
    expect(messageOf('{"a":'.repeat(100_000))).toMatch(/nested/);
    parse(feature({ party: 'government', note: '[{"'.repeat(1000) }));
  });

  it('a member that is twice in one object is refused with its place: only one of them would be read', () => {
    const [aland, borland] = ['government', 'opposition'].map((party) => JSON.stringify(feature({ party })));
    const twice = `{"type":"FeatureCollection",\n"features":[${aland}],\n "features":[${borland}]}`;
    expect(refusal(() => parseSnapshotFile(twice, byProperty)).problems).toEqual([
      expect.objectContaining({
        code: 'repeated_member',
        message: expect.stringMatching(/^line 3, column 2: "features" is in one object a second time/),
      }),
    ]);
    const one = JSON.stringify(collection(feature({ party: 'government' })));
    const messages = [
      one.replace('"coordinates"', '"coordinates" : [] ,"coordinates"'),
      one.replace('"party":', '"\\u0070arty":"opposition","party":'),
      one.replace('"party":', '"name":{"a":1,"b":{"a":1}},"note":"\\"party\\":","party":"x","party":'),
    ].map((text) => refusal(() => parseSnapshotFile(text, byProperty)).message);
    expect(messages.map((message) => /"(\w+)" is in one object/.exec(message)?.[1])).toEqual([
      ...['coordinates', 'party', 'party'],
    ]);
  });
});

describe('for every input', () => {
  const pointerShape = /^(\/([^~]|~[01])*)?$/;
  const mostlyGeoJson = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.jsonValue({ maxDepth: 1 }),
      fc.record(
        {
          type: fc.constantFrom(
            'FeatureCollection',
            'Feature',
            'Polygon',
            'MultiPolygon',
            'GeometryCollection',
            'Point',
            null,
          ),
          features: fc.array(tie('value'), { maxLength: 3 }),
          geometry: tie('value'),
          geometries: fc.array(tie('value'), { maxLength: 3 }),
          coordinates: fc.oneof(tie('value'), fc.constant([ring]), fc.constant([[ring]])),
          properties: fc.dictionary(
            fc.constantFrom('party', 'status', 'confidence', 'x'),
            fc.jsonValue({ maxDepth: 1 }),
          ),
          crs: fc.jsonValue({ maxDepth: 2 }),
        },
        { requiredKeys: ['type'] },
      ),
    ),
  })).value;

  it('any JSON is read or refused with pointers, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mostlyGeoJson), fc.constantFrom(byProperty, fixed), (value, options) => {
        try {
          for (const { areas } of parse(value, options).snapshots) expect(areas.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof SalientError)) throw error;
          expect(['invalid_body', 'invalid_snapshot']).toContain(error.code);
          expect(error.problems.length).toBeGreaterThan(0);
          for (const { at } of error.problems) expect(at).toMatch(pointerShape);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('an escape that is too short is a fault where it stands; one cut off by the end of the file is half a file', () => {
    expect(findJsonFault('"\\u1"')).toMatchObject({ offset: 1, message: 'an escape that JSON does not have' });
    expect(findJsonFault('"\\u1')?.message).toContain('half a file');
  });

  it('the fault finder agrees with JSON.parse on any cut or altered text', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.string({ maxLength: 3, unit: fc.constantFrom(...'[]{},:"\\ 0-.eutn1/\n') }),
        (json, at, put) => {
          const cut = at % (json.length + 1);
          const text = json.slice(0, cut) + put + (at % 3 === 0 ? '' : json.slice(cut + (at % 2)));
          let parses = true;
          try {
            JSON.parse(text);
          } catch {
            parses = false;
          }
          expect(findJsonFault(text) === null).toBe(parses);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
