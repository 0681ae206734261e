import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { WrittenLayer } from '../../src/formats/format.js';
import { writeShapefile } from '../../src/formats/shapefile/write.js';
import { toWkb } from '../../src/geometry/wkb.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { zip } from '../setup/map-files.js';

const LAYER: WrittenLayer = {
  ...{ name: 'm5_2020-01-01', title: 'M5', description: 'A map', licence: 'CC0-1.0', bounds: [36, 35, 37, 36] },
  columns: { party: ['string', 'who holds it'] },
  ...{ count: 1, changed: '2024-05-01T00:00:00.000Z', geometryType: 'MultiPolygon', looks: [] },
  ...{ ordered: false, members: {} },
};

async function written(): Promise<Uint8Array> {
  const geometry = Buffer.from(toWkb([[box(36, 35, 37, 36)]])).toString('hex');
  async function* rows() {
    yield [{ id: '1', party: 'government', geometry }];
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of writeShapefile(LAYER, rows())) pieces.push(piece);
  return Buffer.concat(pieces);
}

const read = (source: Uint8Array) =>
  readHere({
    source,
    options: { date: parseDate('2024-05-01'), knownParties: null },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });

it('a shapefile of ours is read with nothing to say of the text beside it; of another text there is', async () => {
  const file = await written();
  const { areas, notes } = await read(file);
  expect([areas, notes]).toEqual([1, []]);
  const parts = unzipSync(file);
  expect(Object.keys(parts)).toContain('m5_2020-01-01.txt');
  const other = await read(zip({ ...parts, 'm5_2020-01-01.txt': 'party,wkt\n' }));
  expect(other.notes).toEqual([expect.stringMatching(/^m5_2020-01-01\.txt in the archive.*is not read/)]);
});
