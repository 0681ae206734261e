import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { ReadOptions } from '../../src/formats/format.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { geoJson, zip } from '../setup/map-files.js';

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
