import { expect, it } from 'vitest';
import { ACROSS_180, across180 } from '../setup/across-180.js';
import { onEachDatabase } from '../setup/databases.js';
import { readPng } from '../setup/png.js';
import { serviceOn } from '../setup/service.js';

const CREATE = 'create=true&title=Strait&publisher=Us&licence=CC0&accuracy=60';
const DAY = '2024-05-01';
const { west, south, east, north } = ACROSS_180;

interface Described {
  bounds: number[];
  extent: number[];
  center: number[];
}

onEachDatabase('a theatre across 180°', (db) => {
  const { get, json, post, raw } = serviceOn(db);
  const stored = async () => post(`/series/strait/snapshots?date=${DAY}&accept=test&${CREATE}`, across180());
  const picture = async (query: string) => {
    const { status, body } = await raw(`/maps/strait.png?date=${DAY}&${query}`);
    if (status !== 200) throw new Error(body.toString());
    return readPng(body);
  };
  /** The share of a row of pixels, at this share of the height, that somebody's ground covers. */
  const covered = ({ width, height, pixels }: ReturnType<typeof readPng>, at = 0.5) => {
    const row = Math.floor(height * at) * width;
    const opaque = Array.from({ length: width }, (_, x) => (pixels[4 * (row + x) + 3] as number) > 0);
    return opaque.filter(Boolean).length / width;
  };

  it('is drawn as one ground, as wide as it is', async () => {
    expect((await stored()).status).toBe(201);
    const text = await (await get(`/maps/strait.svg?date=${DAY}`)).text();
    expect(text).toMatch(/>20 km</);
    // 6 degrees fill the width but for the margin; nothing is drawn far outside of the picture.
    const across = [...text.matchAll(/d="(M[^"]*)" fill="url/g)].flatMap(([, path = '']) =>
      [...path.matchAll(/(-?[\d.]+),/g)].map(([, x]) => Number(x)),
    );
    expect([Math.round(Math.min(...across)), Math.round(Math.max(...across))]).toEqual([24, 1176]);
  });

  it('is in the box that is asked for, however its sides are counted', async () => {
    const shape = 'width=400&height=300&frame=none';
    const counted = await picture(`${shape}&bbox=177,49,185,53`);
    for (const box of ['177,49,-175,53', '-183,49,-175,53', '537,49,545,53']) {
      expect(Buffer.compare((await picture(`${shape}&bbox=${box}`)).pixels, counted.pixels), box).toBe(0);
    }
    expect(covered(counted)).toBeCloseTo(6 / 8, 1);
    // A box that ends at 180° has the ground on its own side, and what the shape of the picture shows beyond.
    expect(covered(await picture(`${shape}&bbox=177,49,180,53`))).toBeGreaterThan(0.5);
    expect((await get('/maps/strait.png?bbox=177,53,-175,49')).status).toBe(400);
    expect((await get('/maps/strait.png?bbox=177,49,-Infinity,53')).status).toBe(400);
  });

  it('has no line where its areas are cut at 180°', async () => {
    const svg = await (await get(`/maps/strait.svg?date=${DAY}&width=800&frame=none`)).text();
    // Ground of `a`: what is filled has no stroke, and of the lines none runs along the cut.
    const edges = [...svg.matchAll(/d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="0.6"/g)].map(
      ([, path]) => path,
    );
    expect(edges).toHaveLength(1);
    const middle = (800 * 2) / 6;
    const isOnCut = (point: string | undefined) => Math.abs(Number(point?.split(',')[0]) - middle) < 1;
    for (const line of edges[0]?.split('M').slice(1) ?? []) {
      const points = line.split('L');
      expect(
        points.some((point, i) => isOnCut(point) && isOnCut(points[i + 1])),
        line,
      ).toBe(false);
    }
  });

  it('is in tiles of pictures on both sides', async () => {
    const tile = async (x: number) => readPng((await raw(`/maps/strait/6/${x}/21.png?date=${DAY}`)).body);
    const [left, right] = [await tile(63), await tile(0)];
    expect([covered(left, 0.7).toFixed(1), covered(right, 0.7).toFixed(1)]).toEqual(['0.4', '0.7']);
  });

  it.each([
    'tiles/strait.json?',
    `tiles/strait/change.json?from=${DAY}&to=2024-05-10&`,
    `tiles/strait/span.json?from=${DAY}&to=2024-05-10&`,
  ])('%s has bounds as the specification allows, its extent, and its middle in the ground', async (path) => {
    const { bounds, extent, center } = await json<Described>(`/${path}`);
    expect(bounds).toEqual([-180, south, 180, north]);
    expect(extent).toEqual([west, south, east - 360, north]);
    expect(center).toEqual([-179, 51, 6]);
  });

  it('styles open on it', async () => {
    const style = await json<{ center: number[]; zoom: number }>('/styles/strait/style.json');
    expect([style.center, style.zoom]).toEqual([[-179, 51], 6]);
  });

  it('collections have its extent, west greater than east, and their features are in it', async () => {
    const { collections } = await json<{
      collections: { id: string; crs: string[]; extent: { spatial?: { bbox: number[][] } } }[];
    }>('/ogc/collections?f=json');
    const own = collections.filter(({ id }) => id.startsWith('strait_'));
    expect(own.length).toBeGreaterThan(5);
    for (const { id, extent, crs } of own) {
      if (!extent.spatial) continue;
      expect([id, extent.spatial.bbox]).toEqual([id, [[west, south, east - 360, north]]]);
      expect(crs.slice(3).map((uri) => uri.split('/').at(-1))).toEqual(['32660', '32601']);
    }
    const found = await json<{ numberMatched: number }>(
      `/ogc/collections/strait_control/items?f=json&bbox=${[west, south, east - 360, north]}`,
    );
    expect(found.numberMatched).toBe(2);
    const page = await (await get('/ogc/collections/strait_control/items?f=html')).text();
    const drawn = [...page.matchAll(/<path d="(M[^"]*)"/g)].flatMap(([, path = '']) =>
      [...path.matchAll(/[ML](-?[\d.]+) /g)].map(([, x]) => Number(x)),
    );
    expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([30, 970]);
    const tileset = await json<{ boundingBox: object }>('/ogc/collections/strait_control/tiles/WebMercatorQuad?f=json');
    expect(tileset.boundingBox).toMatchObject({ lowerLeft: [-180, south], upperRight: [180, north] });
  });
});
