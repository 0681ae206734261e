import { VectorTile } from '@mapbox/vector-tile';
import fc from 'fast-check';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import type { DrawnFeature } from '../../src/tiles/cut/encode.js';
import { createSpanTile } from '../../src/tiles/span.js';

const point = (id: number, x: number, party = 'north'): DrawnFeature => ({
  id,
  type: 'points',
  paths: [[x, 10]],
  properties: { party },
});

function versionsIn(bytes: Uint8Array) {
  return Object.entries(new VectorTile(new PbfReader(bytes)).layers).flatMap(([name, layer]) =>
    Array.from({ length: layer.length }, (_, i) => {
      const { id, properties } = layer.feature(i);
      const [[at] = []] = layer.feature(i).loadGeometry();
      const { valid_from, valid_to } = properties;
      return { name, id, x: at?.x, ...properties, valid_from: Number(valid_from), valid_to: Number(valid_to) };
    }),
  );
}

it('a thing that looks the same in one state after another is there once, for all their days', () => {
  const tile = createSpanTile();
  tile.add('place', [point(1, 5), point(2, 6)], 10, 20);
  tile.add('place', [point(1, 5), point(2, 6, 'south')], 20, 25);
  tile.add('place', [point(2, 6, 'south')], 25, 30);
  tile.add('place', [point(1, 5)], 30, 40);
  const { bytes, omitted } = tile.encode(10_000);
  expect(omitted).toBe(0);
  expect(versionsIn(bytes)).toEqual([
    { name: 'place', id: 1, x: 5, party: 'north', valid_from: 10, valid_to: 25 },
    { name: 'place', id: 2, x: 6, party: 'north', valid_from: 10, valid_to: 20 },
    { name: 'place', id: 2, x: 6, party: 'south', valid_from: 20, valid_to: 30 },
    { name: 'place', id: 1, x: 5, party: 'north', valid_from: 30, valid_to: 40 },
  ]);
});

it('a span of nothing is an empty tile', () => {
  expect(createSpanTile().encode(10)).toEqual({ bytes: new Uint8Array(), omitted: 0 });
});

it('never grows beyond its bytes, says how many versions are missing, and those hold the fewest days', () => {
  const lasting = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(lasting, fc.integer({ min: 0, max: 1500 }), (days, maxBytes) => {
      const tile = createSpanTile();
      let day = 0;
      days.forEach((count, i) => {
        tile.add('place', [point(i, i)], day, day + count);
        day += count;
      });
      const { bytes, omitted } = tile.encode(maxBytes);
      expect(bytes.length).toBeLessThanOrEqual(maxBytes);
      const kept = versionsIn(bytes);
      expect(kept.length + omitted).toBe(days.length);
      const shortest = Math.min(...kept.map((version) => version.valid_to - version.valid_from));
      const left = days.filter((_, i) => !kept.some(({ id }) => id === i));
      for (const count of left) expect(count).toBeLessThanOrEqual(shortest);
    }),
  );
});
