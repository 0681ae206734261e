import { afterAll, describe, expect, it } from 'vitest';
import { atWork, stopIfCancelled } from '../../src/store/cancellation.js';
import { type TileAddress, tileAddress } from '../../src/tiles/address.js';
import { openDrawing } from '../../src/tiles/drawing/drawing.js';
import { buildLayerGroup, tileOf } from '../../src/tiles/drawing/layer-group.js';
import type { LayerSource } from '../../src/tiles/layer.js';

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
/** Tiles of one part each: the layers of a state. */
function drawingOf(settings: Parameters<typeof openDrawing>[0]) {
  const drawing = openDrawing(settings);
  const draw = (key: string, load: () => Promise<readonly LayerSource[]>, address: TileAddress, layers: string[]) =>
    drawing.tile(address, [{ key, layers, sources: load }]);
  return { ...drawing, draw };
}

const tile = tileAddress(5, 18, 13);
const inThisThread = (shift: number): Uint8Array => tileOf(buildLayerGroup(sources(shift)), tile, ['control']);

describe('drawing in a worker', () => {
  const drawing = drawingOf({ maxBytes: 100_000 });
  afterAll(() => drawing.close());

  it('draw the same bytes as in this thread, and load a state once for all who wait', async () => {
    let loads = 0;
    const load = async (): Promise<LayerSource[]> => {
      loads++;
      return sources(0);
    };
    const tiles = await Promise.all(Array.from({ length: 20 }, () => drawing.draw('s', load, tile, ['control'])));
    expect(loads).toBe(1);
    for (const bytes of tiles) expect(Uint8Array.from(bytes)).toEqual(Uint8Array.from(inThisThread(0)));
    expect(tiles[0]?.length).toBeGreaterThan(50);
    expect(drawing.bytes()).toBeGreaterThan(0);
  });

  it('load a state to its end when the one who began it leaves: another tile of it waits for it too', async () => {
    const leaving = new AbortController();
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const load = async (): Promise<LayerSource[]> => {
      begun();
      await new Promise((later) => setTimeout(later, 20));
      stopIfCancelled();
      return sources(0.5);
    };
    const first = atWork({ signal: leaving.signal }, () => drawing.draw('left', load, tile, ['control']));
    await isBegun;
    const second = atWork({}, () => drawing.draw('left', load, tile, ['control']));
    leaving.abort();
    await first.catch(() => {});
    expect(Uint8Array.from(await second)).toEqual(Uint8Array.from(inThisThread(0.5)));
  });

  it('answer an empty tile with no bytes', async () => {
    expect((await drawing.draw('s', async () => sources(0), tileAddress(5, 0, 0), ['control'])).length).toBe(0);
  });

  it('pass on what went wrong, and try again', async () => {
    const gone = () => Promise.reject(new Error('the database went away'));
    await expect(drawing.draw('t', gone, tile, ['control'])).rejects.toThrow('the database went away');
    await expect(drawing.draw('t', async () => sources(0), tile, ['nope'])).rejects.toMatchObject({
      code: 'unknown_layer',
    });
    await expect(drawing.draw('t', async () => sources(0), tileAddress(15, 0, 0), ['control'])).rejects.toMatchObject({
      code: 'invalid_tile',
    });
    expect((await drawing.draw('t', async () => sources(0), tile, ['control'])).length).toBeGreaterThan(50);
  });

  it('let go of old states under the bound of bytes, and load them anew', async () => {
    const few = drawingOf({ maxBytes: 1 });
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

  it('draw small tiles at once from what the worker has lent, to the same bytes, and never of a state it let go', async () => {
    const shared = drawingOf({ maxBytes: 1 });
    const shifted = async (): Promise<LayerSource[]> => sources(0.25);
    const never = (): Promise<LayerSource[]> => Promise.reject(new Error('loaded again'));
    expect(await shared.draw('a', shifted, tile, ['control'])).toEqual(inThisThread(0.25));
    // A tile that the worker has to be asked for is answered in a later turn of the event loop.
    let later = false;
    setImmediate(() => {
      later = true;
    });
    expect(await shared.draw('a', never, tile, ['control'])).toEqual(inThisThread(0.25));
    expect(later).toBe(false);
    await shared.draw('b', async () => sources(0.5), tile, ['control']);
    await expect(shared.draw('a', never, tile, ['control'])).rejects.toThrow('loaded again');
    await shared.close();
  });

  it('keep a state that is drawn from without the worker longer than one that is not', async () => {
    const both = 2.5 * groupBytes();
    const shared = drawingOf({ maxBytes: both });
    const loaded: string[] = [];
    const load = (state: string, shift: number) => async (): Promise<LayerSource[]> => {
      loaded.push(state);
      return sources(shift);
    };
    await shared.draw('a', load('a', 0), tile, ['control']);
    await shared.draw('b', load('b', 0.1), tile, ['control']);
    await shared.draw('a', load('a', 0), tile, ['control']);
    await shared.draw('c', load('c', 0.2), tile, ['control']);
    await shared.draw('a', load('a', 0), tile, ['control']);
    await shared.draw('b', load('b', 0.1), tile, ['control']);
    expect(loaded).toEqual(['a', 'b', 'c', 'b']);
    await shared.close();
  });

  it('leave a tile of many vertices to the worker, however often it is drawn', { timeout: 30_000 }, async () => {
    const wavy = square(30, 30, 1)[0]?.flatMap(([x = 0, y = 0], side) =>
      side === 4 ? [] : Array.from({ length: 12_000 }, (_, i) => along(side, x, y, i / 12_000)),
    ) as number[][];
    const large: LayerSource[] = [
      {
        name: 'control',
        kind: 'areas',
        features: [
          {
            id: 1,
            key: 'a',
            geometry: { type: 'Polygon', coordinates: [[...wavy, wavy[0] as number[]]] },
            properties: {},
          },
        ],
      },
    ];
    const wide = tileAddress(8, 149, 105);
    const expected = tileOf(buildLayerGroup(large), wide, ['control']);
    for (let i = 0; i < 2; i++) {
      const drawn = drawing.draw('large', async () => large, wide, ['control']);
      // What this thread draws is there as soon as its promises are through; an answer of the worker cannot be.
      expect(await Promise.race([drawn, promisesThrough()])).toBe('through');
      expect(await drawn).toEqual(expected);
    }
  });
});

async function promisesThrough(): Promise<'through'> {
  for (let i = 0; i < 1000; i++) await undefined;
  return 'through';
}

const groupBytes = (): number => {
  const group = buildLayerGroup(sources(0));
  tileOf(group, tile, ['control']);
  return group.bytes();
};

/** A place on a side of the square that begins at `x, y`, bent in and out by a thousandth of a degree. */
function along(side: number, x: number, y: number, share: number): number[] {
  const out = 0.02 * Math.sin(share * 6000);
  const [dx, dy] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ][side] as [number, number];
  return [x + dx * share + dy * out * Math.sin(Math.PI * share), y + dy * share - dx * out * Math.sin(Math.PI * share)];
}
