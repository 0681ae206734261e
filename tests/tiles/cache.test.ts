import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openTileCache } from '../../src/tiles/cache.js';
import { seededRandom } from '../coverage/random.js';

const tile = (size: number): Uint8Array => {
  const random = seededRandom(size);
  return Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
};

describe('the tile cache', () => {
  it('holds a tile in three forms of the same bytes', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    const drawn = await cache.getOrDraw('a', 5, async () => tile(3000));
    expect(drawn.identity).toEqual(tile(3000));
    expect(Uint8Array.from(gunzipSync(drawn.gzip))).toEqual(tile(3000));
    expect(Uint8Array.from(brotliDecompressSync(drawn.brotli))).toEqual(tile(3000));
  });

  it('draws once for all requests that wait together', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    let drawings = 0;
    const draw = async () => {
      drawings++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return tile(10);
    };
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.getOrDraw('a', 5, draw)));
    expect(drawings).toBe(1);
    expect(new Set(answers).size).toBe(1);
    expect(cache.counts()).toEqual([{ zoom: 5, hits: 49, misses: 1 }]);
  });

  it('never keeps a drawing that failed: all who waited hear of it, and the next request draws again', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    const failing = () => Promise.reject(new Error('the database went away'));
    const waiting = [cache.getOrDraw('a', 5, failing), cache.getOrDraw('a', 5, failing)];
    for (const answer of await Promise.allSettled(waiting)) expect(answer.status).toBe('rejected');
    expect(cache.peek('a', 5)).toBeUndefined();
    expect((await cache.getOrDraw('a', 5, async () => tile(10))).identity).toEqual(tile(10));
  });

  it('turns a draw that throws before it begins into a rejection', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    const throwing = () => {
      throw new Error('no');
    };
    await expect(cache.getOrDraw('a', 5, throwing)).rejects.toThrow('no');
  });

  it('keeps an empty tile as a value: it is not drawn twice', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    await cache.getOrDraw('a', 5, async () => new Uint8Array());
    expect(cache.peek('a', 5)?.gzip.length).toBe(0);
    await cache.getOrDraw('a', 5, () => Promise.reject(new Error('drawn twice')));
  });

  it('stays under its bound, and lets go of what was not asked for longest', async () => {
    const cache = openTileCache({ maxBytes: 40_000 });
    for (let i = 0; i < 200; i++) {
      await cache.getOrDraw(`tile ${i}`, 5, async () => tile(1000 + i));
      cache.peek('tile 0', 5);
      expect(cache.bytes()).toBeLessThanOrEqual(40_000);
    }
    expect(cache.peek('tile 0', 5)).toBeDefined();
    expect(cache.peek('tile 1', 5)).toBeUndefined();
    expect(cache.peek('tile 199', 5)).toBeDefined();
  });

  it('answers, but does not keep, a tile larger than the bound', async () => {
    const cache = openTileCache({ maxBytes: 5000 });
    await cache.getOrDraw('small', 5, async () => tile(500));
    expect((await cache.getOrDraw('large', 5, async () => tile(10_000))).identity.length).toBe(10_000);
    expect(cache.peek('large', 5)).toBeUndefined();
    expect(cache.peek('small', 5)).toBeDefined();
  });

  it('does not keep the large buffer of which a drawing is a part', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    const { identity } = await cache.getOrDraw('a', 5, async () => new Uint8Array(1e6).subarray(10, 20));
    expect(identity.buffer.byteLength).toBe(10);
  });

  it('counts hits and misses by zoom', async () => {
    const cache = openTileCache({ maxBytes: 1e6 });
    for (const zoom of [7, 3, 3]) await cache.getOrDraw(`z${zoom}`, zoom, async () => tile(10));
    expect(cache.counts()).toEqual([
      { zoom: 3, hits: 1, misses: 1 },
      { zoom: 7, hits: 0, misses: 1 },
    ]);
  });
});
