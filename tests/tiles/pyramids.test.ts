import { afterAll, describe, expect, it } from 'vitest';
import { tileAddress } from '../../src/model/tile.js';
import type { LayerSource } from '../../src/tiles/layer.js';
import { buildPyramid, tileOf } from '../../src/tiles/pyramid.js';
import { openPyramids } from '../../src/tiles/pyramids.js';

const square = (west: number, south: number, size: number): number[][][] => [
  [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ],
];

const sources = (shift: number): LayerSource[] => [
  {
    name: 'control',
    kind: 'areas',
    features: [
      { id: 1, key: 'a', geometry: { type: 'Polygon', coordinates: square(30 + shift, 30, 1) }, properties: {} },
      {
        id: 2,
        key: 'b',
        geometry: JSON.stringify({ type: 'Polygon', coordinates: square(31 + shift, 30, 1) }),
        properties: {},
      },
    ],
  },
];
const tile = tileAddress(5, 18, 13);
const inThisThread = (shift: number): Uint8Array => tileOf(buildPyramid(sources(shift)), tile, ['control']);

describe('pyramids in a worker', () => {
  const pyramids = openPyramids({ maxBytes: 100_000 });
  afterAll(() => pyramids.close());

  it('draw the same bytes as in this thread, and load a state once for all who wait', async () => {
    let loads = 0;
    const load = async (): Promise<LayerSource[]> => {
      loads++;
      return sources(0);
    };
    const tiles = await Promise.all(Array.from({ length: 20 }, () => pyramids.draw('s', load, tile, ['control'])));
    expect(loads).toBe(1);
    for (const bytes of tiles) expect(Uint8Array.from(bytes)).toEqual(Uint8Array.from(inThisThread(0)));
    expect(tiles[0]?.length).toBeGreaterThan(50);
    expect(pyramids.bytes()).toBeGreaterThan(0);
  });

  it('answer an empty tile with no bytes', async () => {
    expect((await pyramids.draw('s', async () => sources(0), tileAddress(5, 0, 0), ['control'])).length).toBe(0);
  });

  it('pass on what went wrong, and try again', async () => {
    const gone = () => Promise.reject(new Error('the database went away'));
    await expect(pyramids.draw('t', gone, tile, ['control'])).rejects.toThrow('the database went away');
    await expect(pyramids.draw('t', async () => sources(0), tile, ['nope'])).rejects.toMatchObject({
      code: 'unknown_layer',
    });
    await expect(pyramids.draw('t', async () => sources(0), tileAddress(15, 0, 0), ['control'])).rejects.toMatchObject({
      code: 'invalid_tile',
    });
    expect((await pyramids.draw('t', async () => sources(0), tile, ['control'])).length).toBeGreaterThan(50);
  });

  it('let go of old states under the bound of bytes, and load them anew', async () => {
    const few = openPyramids({ maxBytes: 1 });
    let loads = 0;
    for (const state of ['a', 'b', 'a']) {
      const load = async (): Promise<LayerSource[]> => {
        loads++;
        return sources(state === 'a' ? 0 : 0.5);
      };
      const bytes = await few.draw(state, load, tile, ['control']);
      expect(Uint8Array.from(bytes)).toEqual(Uint8Array.from(inThisThread(state === 'a' ? 0 : 0.5)));
    }
    expect(loads).toBe(3);
    await few.close();
    await expect(few.draw('a', async () => sources(0), tile, ['control'])).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
