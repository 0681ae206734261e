import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MapSource } from '../../src/formats/byte-source.js';
import type { ReadOptions } from '../../src/formats/format.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { geoJson, zip } from '../setup/map-files.js';
import { temporaryFolder } from '../setup/spawned.js';

const AREAS = [44, 45].map((west) => ({
  properties: { party: `p${west}` },
  polygons: [[box(west, 33, west + 1, 34)]] as Polygon[],
}));
const page = (more: object) => JSON.stringify(geoJson(AREAS, { ...more }));
const read = (source: MapSource | string, how: Partial<ReadOptions> = {}) =>
  readHere({
    source: typeof source === 'string' ? Buffer.from(source) : source,
    options: { date: parseDate('2024-05-01'), knownParties: null },
    reading: { layer: null, limits: { unpackedBytes: 50e6 }, ...how },
    lenient: false,
  });
const next = { links: [{ rel: 'self', href: 'x' }, { rel: 'next', href: 'x?offset=2' }] }; // biome-ignore format: one line

describe('an answer of a server is a map where it is the whole one', () => {
  it.each([
    ['OGC API Features', { numberMatched: 5, numberReturned: 2, ...next }, /numberMatched is 5, and it has 2 features/],
    ['OGC API Features that does not count', { numberReturned: 2, ...next }, /it links a next page/],
    ['WFS of GeoServer', { totalFeatures: 5, numberMatched: 5, numberReturned: 2 }, /numberMatched is 5/],
    ['WFS of GeoServer before 2.14', { totalFeatures: 5 }, /totalFeatures is 5/],
    ['WFS of GeoServer that does not count', { totalFeatures: 'unknown', numberReturned: 2, ...next }, /a next page/],
    ['a service of Django', { count: 5, next: 'https://x/api/?page=2', previous: null }, /names a next page, next/],
    ['an ArcGIS server', { properties: { exceededTransferLimit: true } }, /exceededTransferLimit/],
    ['a count of those sent', { numberReturned: 3 }, /numberReturned is 3/],
  ])('the first page of %s is refused', async (_, more, says) => {
    await expect(read(page(more))).rejects.toThrow(says);
    await expect(read(page(more))).rejects.toMatchObject({ code: 'invalid_body', problems: [{ code: 'part' }] });
    await expect(read(zip({ 'page.json': page(more) }))).rejects.toThrow(says);
  });

  it('the first page of any size is refused', async () => {
    const file = join(temporaryFolder(), 'large.geojson');
    const large = AREAS.map((area) => ({ ...area, properties: { ...area.properties, pad: 'x'.repeat(17 << 20) } }));
    for (const more of [{ numberMatched: 5 }, { exceededTransferLimit: true }]) {
      writeFileSync(file, JSON.stringify(geoJson(large, more)));
      await expect(read({ path: file })).rejects.toMatchObject({ problems: [{ code: 'part' }] });
    }
    writeFileSync(file, JSON.stringify(geoJson(large, { numberMatched: 2 })));
    expect((await read({ path: file })).areas).toBe(2);
  });

  it.each([
    ['states as many features as it has', { numberMatched: 2, numberReturned: 2, totalFeatures: 2, links: [] }],
    ['counts none', { totalFeatures: 'unknown', numberReturned: 2 }],
    ['links a next page that is empty', { numberMatched: 2, ...next }],
    ['names the file of the next day', { next: 'https://x/2024-05-02.geojson', links: [{ rel: 'prev' }] }],
  ])('one that %s is stored', async (_, more) => {
    expect((await read(page(more))).areas).toBe(2);
  });

  it('of a collection in a document, what stands around it tells', async () => {
    const wrapped = (more: object) => JSON.stringify({ results: geoJson(AREAS), ...more });
    expect((await read(wrapped({ next: null }), { member: '/results' })).areas).toBe(2);
    const paged = wrapped({ next: 'https://x/api/?page=2' });
    await expect(read(paged, { member: '/results' })).rejects.toThrow(/a next page, next/);
  });
});
