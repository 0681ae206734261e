import { VectorTile } from '@mapbox/vector-tile';
import fc from 'fast-check';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { type DrawnFeature, encodeTile } from '../../src/tiles/cut/encode.js';

const unit = fc.integer({ min: -64, max: 4160 });
const position = fc.tuple(unit, unit);
const value = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
  fc.constantFrom('1', 1, 'true', true, null),
);
const feature = fc.record({
  id: fc.nat(2 ** 32 - 1),
  type: fc.constantFrom('points', 'lines', 'polygons'),
  paths: fc.array(
    fc.array(position, { minLength: 3, maxLength: 40 }).map((path) => path.flat()),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  properties: fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
    value,
    { maxKeys: 6 },
  ),
}) as fc.Arbitrary<DrawnFeature>;

/** The ring from the vertex on that sorts first as text, so that rings which begin elsewhere are equal. */
function fromLeast(ring: readonly string[]): string[] {
  const turns = ring.map((_, i) => [...ring.slice(i), ...ring.slice(0, i)]);
  return turns.reduce((least, turn) => (turn.join() < least.join() ? turn : least));
}

describe('encoded tiles', () => {
  it('decode to what was drawn: ids, properties by type, every position; rings may begin anywhere', () => {
    fc.assert(
      fc.property(fc.array(feature, { minLength: 1, maxLength: 8 }), (features) => {
        const layer = new VectorTile(new PbfReader(encodeTile([{ name: 'x', features }]))).layers.x;
        expect(layer?.length).toBe(features.length);
        features.forEach((drawn, i) => {
          const decoded = layer?.feature(i);
          expect(decoded?.id).toBe(drawn.id);
          const shown = Object.entries(drawn.properties).filter(([, one]) => one !== null);
          expect(Object.entries(decoded?.properties ?? {}).sort()).toEqual(shown.sort());
          const paths = decoded?.loadGeometry().map((path) => path.map(({ x, y }) => `${x},${y}`)) ?? [];
          const requested = drawn.paths.map((path) =>
            path.flatMap((_, at) => (at % 2 === 0 ? [`${path[at]},${path[at + 1]}`] : [])),
          );
          if (drawn.type === 'points') expect(paths.flat()).toEqual(requested.flat());
          else if (drawn.type === 'lines') expect(paths).toEqual(requested);
          else {
            for (const ring of paths) expect(ring.at(0)).toBe(ring.at(-1));
            expect(paths.map((ring) => fromLeast(ring.slice(0, -1)))).toEqual(requested.map(fromLeast));
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('write what features have in common once, and nothing for a layer without features', () => {
    const one = (id: number): DrawnFeature => ({ id, type: 'points', paths: [[1, 2]], properties: { party: 'north' } });
    const [single, double] = [[one(1)], [one(1), one(2)]].map((features) => encodeTile([{ name: 'x', features }]));
    // A header of two, id of two, two tags in four, type in two, geometry in five bytes.
    expect((double?.length ?? 0) - (single?.length ?? 0)).toBe(15);
    expect(encodeTile([{ name: 'x', features: [] }])).toHaveLength(0);
  });

  it('begin a ring where it costs the fewest bytes: the longest edge closes it', () => {
    const ring = [4160, 4160, 10, 40, 12, 44, 16, 40, 4160, 3000].map((v) => v);
    const layer = new VectorTile(
      new PbfReader(
        encodeTile([{ name: 'x', features: [{ id: 1, type: 'polygons', paths: [ring], properties: {} }] }]),
      ),
    ).layers.x;
    expect(layer?.feature(0).loadGeometry()[0]?.[0]).toMatchObject({ x: 10, y: 40 });
  });
});
