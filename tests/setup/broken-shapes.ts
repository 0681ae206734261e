import type { BrokenInput } from './broken-inputs.js';
import { box, broken, goodTextWith } from './good-input.js';

const COORDINATES = '/features/0/geometry/coordinates';
const SHELL = `${COORDINATES}/0`;

/** Good structure, and numbers that are no ring, or of another CRS: refused before the database is asked. */
export function brokenShapes(): BrokenInput[] {
  return [...rings(), ...positions(), ...projected(), ...otherCrs()];
}

function rings(): BrokenInput[] {
  const shell = box(36.7, 35.2, 36.9, 35.4);
  const hole = '/features/1/geometry/coordinates/1';
  const line = (...positions: [number, number][]) => positions;
  return [
    broken('an open shell', 'ring_open', SHELL, shell.slice(0, 4)),
    broken('a shell open by a tenth of a millimetre', 'ring_open', `${SHELL}/4`, [36.700000001, 35.2], SHELL),
    broken('a shell that ends in another latitude', 'ring_open', `${SHELL}/4`, [36.7, 35.3], SHELL),
    broken('an open hole', 'ring_open', `${hole}/4`, [36.96, 35.26], hole),
    broken(
      'an open ring in the second polygon',
      'ring_open',
      '/features/2/geometry/coordinates/1/0/4',
      [36.96, 35.26],
      '/features/2/geometry/coordinates/1/0',
    ),
    broken('an open ring of many vertices', 'ring_open', SHELL, polygonOf(500).slice(0, -1)),
    broken('a ring of three positions', 'ring_short', SHELL, shell.slice(0, 3)),
    broken('a closed ring of three positions', 'ring_short', SHELL, line([36.7, 35.2], [36.9, 35.4], [36.7, 35.2])),
    broken('a ring of two positions', 'ring_short', SHELL, shell.slice(0, 2)),
    broken('a ring of one position', 'ring_short', SHELL, shell.slice(0, 1)),
    broken('a hole of three positions', 'ring_short', hole, shell.slice(0, 3)),
    broken(
      'a ring that stays where it is',
      'ring_flat',
      SHELL,
      line([36.7, 35.2], [36.7, 35.2], [36.7, 35.2], [36.7, 35.2]),
    ),
    broken(
      'a flat ring from west to east',
      'ring_flat',
      SHELL,
      line([36.7, 35.2], [36.8, 35.2], [36.9, 35.2], [36.7, 35.2]),
    ),
    broken(
      'a flat ring from south to north',
      'ring_flat',
      SHELL,
      line([36.7, 35.2], [36.7, 35.4], [36.7, 35.3], [36.7, 35.2]),
    ),
    broken('a flat ring across', 'ring_flat', SHELL, line([36.7, 35.2], [36.8, 35.3], [36.9, 35.4], [36.7, 35.2])),
    broken('a flat hole', 'ring_flat', hole, line([36.95, 35.25], [36.97, 35.27], [37, 35.3], [36.95, 35.25])),
  ];
}

/** A closed regular polygon inside the first area. */
function polygonOf(sides: number): [number, number][] {
  const corner = (k: number): [number, number] => {
    const turn = (2 * Math.PI * (k % sides)) / sides;
    return [36.8 + 0.09 * Math.cos(turn), 35.3 + 0.09 * Math.sin(turn)];
  };
  return Array.from({ length: sides + 1 }, (_, k) => corner(k));
}

function positions(): BrokenInput[] {
  const position = `${SHELL}/2`;
  const at = (name: string, code: string, value: unknown) => broken(name, code, position, value);
  const raw = (name: string, text: string): BrokenInput => ({
    ...at(name, 'position', [0]),
    body: goodTextWith(position, text),
  });
  return [
    at('a longitude without a latitude', 'position', [36.9]),
    at('a position with a measure', 'position', [36.9, 35.4, 412, 7]),
    at('two positions in one', 'position', [36.9, 35.4, 36.7, 35.4]),
    raw('decimal commas', '[36,9,35,4]'),
    raw('a number beyond all numbers', '[1e999,35.4]'),
    raw('a latitude below all numbers', '[36.9,-1e400]'),
    at('a longitude of 181', 'out_of_range', [181, 35.4]),
    at('a longitude just beyond the antimeridian', 'out_of_range', [-180.000001, 35.4]),
    at('a longitude counted once more around', 'out_of_range', [396.9, 35.4]),
    at('a latitude of 91', 'out_of_range', [36.9, 91]),
    at('a latitude beyond the south pole', 'out_of_range', [36.9, -90.5]),
    at('a slipped decimal point', 'out_of_range', [369, 35.4]),
    at('a huge coordinate', 'projected', [1e300, 35.4]),
    at('one position in metres', 'projected', [4107689, 4215000]),
    broken(
      'a polygon around the wrong side of the world',
      'antimeridian',
      SHELL,
      box(-175, 35.2, 175, 35.4),
      `${SHELL}/0|${SHELL}`,
    ),
  ];
}

function projected(): BrokenInput[] {
  const scaled = (x: (lon: number) => number, y: (lat: number) => number) =>
    box(36.7, 35.2, 36.9, 35.4).map(([lon, lat]) => [x(lon), y(lat)]);
  const mercator = (lat: number) => 6378137 * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const ring = (name: string, code: string, value: unknown) => broken(name, code, SHELL, value, `${SHELL}/0`);
  return [
    ring(
      'web Mercator without saying so',
      'projected',
      scaled((lon) => (lon * Math.PI * 6378137) / 180, mercator),
    ),
    ring(
      'UTM without saying so',
      'projected',
      scaled(
        (lon) => 500000 + (lon - 39) * 91000,
        (lat) => lat * 110900,
      ),
    ),
    ring(
      'degrees in millionths',
      'projected',
      scaled(
        (lon) => Math.round(lon * 1e6),
        (lat) => Math.round(lat * 1e6),
      ),
    ),
    ring(
      'degrees in minutes',
      'projected',
      scaled(
        (lon) => lon * 60,
        (lat) => lat * 60,
      ),
    ),
    ring(
      'degrees in tenths',
      'out_of_range',
      scaled(
        (lon) => lon * 10,
        (lat) => lat * 10,
      ),
    ),
  ];
}

function otherCrs(): BrokenInput[] {
  const named = (name: unknown) => ({ type: 'name', properties: { name } });
  const names = ['ESRI:102100', 'urn:ogc:def:crs:OGC:1.3:CRS83', '+proj=utm +zone=37 +datum=WGS84', 'WGS 84', ''];
  const at = '/crs/properties/name';
  return [
    ...names.map((name) => broken(`the CRS ${name || 'of an empty name'}`, 'crs', '/crs', named(name), at)),
    broken('a CRS that is null, which is to say unknown', 'crs', '/crs', null),
    broken('a CRS that is a string', 'crs', '/crs', 'EPSG:4326'),
    broken('a CRS without a name', 'crs', '/crs', { type: 'name' }),
    broken('a CRS named by a number', 'crs', '/crs', named(4326)),
    broken('a CRS behind a link', 'crs', '/crs', {
      type: 'link',
      properties: { href: 'https://example.org/crs', type: 'proj4' },
    }),
    // Known ones are honoured, and numbers of degrees are none of theirs.
    ...['EPSG:3857', 'urn:ogc:def:crs:EPSG::3857', 'EPSG:32637', 'urn:ogc:def:crs:EPSG::22770'].map((name) => ({
      ...broken(`degrees under the CRS ${name}`, 'crs', '/crs', named(name), '/crs'),
      needs: 'database' as const,
    })),
    ...['EPSG:900914', 'EPSG:999999'].map((name) => ({
      ...broken(`the CRS ${name}, which nobody knows`, 'crs', '/crs', named(name), '/crs'),
      needs: 'database' as const,
    })),
    // A CRS of one feature is honoured: its ground then lies far away, and the map waits for a person (the corpus has it).
  ];
}
