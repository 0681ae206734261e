import { VectorTile } from '@mapbox/vector-tile';
import * as turf from '@turf/turf';
import type { MultiPolygon, Polygon } from 'geojson';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import { type Items, linkTo } from './reading.js';

/* OGC API - Tiles Part 1 (OGC 20-057), each test named for its requirement. */

const GRID = 'WebMercatorQuad';
/** Row and column of the theatre at zoom 8. */
const [ROW, COLUMN] = [101, 154];

interface Tileset {
  links: { href: string; rel: string; type: string; templated?: boolean }[];
  tileMatrixSetURI: string;
  layers: { id: string }[];
  tileMatrixSetLimits: {
    tileMatrix: string;
    minTileRow: number;
    maxTileRow: number;
    minTileCol: number;
    maxTileCol: number;
  }[];
}

onEachDatabase('OGC API Tiles, Part 1', (db) => {
  const { get, json, raw } = serviceOn(async () => m5(await db()));
  const layersOf = (body: Buffer) => Object.keys(new VectorTile(new PbfReader(body)).layers).sort();

  it('/req/tileset and /req/tilesets-list: from the landing page to a tile by links alone', async () => {
    const { links } = await json<Items>('/ogc');
    const list = await json<{ tilesets: { links: Items['links'] }[] }>(
      linkTo(links, 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector'),
    );
    const tileset = await json<Tileset>(linkTo(list.tilesets[0]?.links ?? [], 'self'));
    expect(tileset.tileMatrixSetURI).toBe('http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad');
    const item = tileset.links.find(({ rel }) => rel === 'item');
    expect(item).toMatchObject({ templated: true, type: 'application/vnd.mapbox-vector-tile' });
    expect(item?.href).toMatch(/\/\{tileMatrix\}\/\{tileRow\}\/\{tileCol\}$/);
    const scheme = await json<{ tileMatrices: { id: string; matrixWidth: number }[] }>(
      linkTo(tileset.links, 'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme'),
    );
    expect(scheme.tileMatrices.at(-1)).toMatchObject({ id: '14', matrixWidth: 16384 });
    const limits = tileset.tileMatrixSetLimits.find(({ tileMatrix }) => tileMatrix === '8');
    expect(
      limits &&
        limits.minTileRow <= ROW &&
        limits.maxTileRow >= ROW &&
        limits.minTileCol <= COLUMN &&
        limits.maxTileCol >= COLUMN,
    ).toBe(true);
    const path = new URL(item?.href ?? '').pathname
      .replace('%7BtileMatrix%7D', '8')
      .replace('%7BtileRow%7D', String(ROW))
      .replace('%7BtileCol%7D', String(COLUMN));
    expect((await get(path)).status).toBe(200);
  });

  it('/req/core/tc-success: row before column; the tile is that of the other API with its layers named as the collections', async () => {
    const { body, headers } = await raw(
      `/ogc/collections/m5_control/tiles/${GRID}/8/${ROW}/${COLUMN}?datetime=2020-01-28`,
    );
    expect(headers['content-type']).toBe('application/vnd.mapbox-vector-tile');
    expect(layersOf(body)).toEqual(['m5_control']);
    const { body: own } = await raw(`/tiles/m5/8/${COLUMN}/${ROW}.mvt?date=2020-01-28&layers=control`);
    const [ogc, plain] = [
      new VectorTile(new PbfReader(body)).layers.m5_control,
      new VectorTile(new PbfReader(own)).layers.control,
    ];
    expect(ogc?.length).toBe(plain?.length);
    expect(ogc?.length).toBeGreaterThan(0);
    for (let i = 0; i < (ogc?.length ?? 0); i++) {
      expect(ogc?.feature(i).properties).toEqual(plain?.feature(i).properties);
      expect(ogc?.feature(i).loadGeometry()).toEqual(plain?.feature(i).loadGeometry());
    }
  });

  it('/req/collections-selection: a tile of the data set has the collections chosen; all of them when none is', async () => {
    const tile = (query: string) => raw(`/ogc/tiles/${GRID}/8/${ROW}/${COLUMN}?datetime=2020-01-28${query}`);
    expect(layersOf((await tile('&collections=m5_post,m5_control')).body)).toEqual(['m5_control', 'm5_post']);
    const plain = layersOf((await raw(`/tiles/m5/8/${COLUMN}/${ROW}.mvt?date=2020-01-28`)).body);
    const expected = plain.filter((name) => name !== 'label' && name !== 'pocket').map((name) => `m5_${name}`);
    expect(layersOf((await tile('')).body).filter((name) => name.startsWith('m5_'))).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
    expect((await tile('&collections=m5_claim')).status).toBe(400);
    expect((await tile('&collections=nobody_control')).status).toBe(400);
  });

  it('/req/datetime: the day is in the header OGCAPI-datetime; without one it is the last complete day', async () => {
    const day = async (query: string) =>
      (await raw(`/ogc/collections/m5_control/tiles/${GRID}/8/${ROW}/${COLUMN}?${query}`)).headers['ogcapi-datetime'];
    expect(await day('datetime=2020-01-28')).toBe('2020-01-28');
    expect(await day('datetime=2020-01-01/2020-01-28')).toBe('2020-01-28');
    expect(await day('')).toBe('2020-03-05');
    expect(await day('datetime=2020-01-28/..')).toBe('2020-03-05');
    // The last map stands for a fortnight; of later days nothing is known, and the tile shows the last map.
    expect(await day('datetime=2020-03-19')).toBe('2020-03-19');
    expect(await day('datetime=2035-01-01')).toBe('2020-03-05');
    const bytes = async (query: string) =>
      (await raw(`/ogc/collections/m5_control/tiles/${GRID}/8/${ROW}/${COLUMN}?${query}`)).body;
    expect((await bytes('datetime=2019-05-01')).equals(await bytes('datetime=2020-02-11'))).toBe(false);
  });

  it('/req/core/tc-error: outside the grid 400, nothing inside 204, no tiles 404', async () => {
    const status = async (path: string) => (await raw(`/ogc/collections/${path}`)).status;
    for (const place of ['8/256/0', '8/0/256', '15/0/0', '-1/0/0', 'x/0/0', '8/1.5/0'])
      expect(await status(`m5_control/tiles/${GRID}/${place}`), place).toBe(400);
    expect(await status(`m5_control/tiles/${GRID}/8/0/0`)).toBe(204);
    expect(await status(`m5_claim/tiles/${GRID}/8/${ROW}/${COLUMN}`)).toBe(404);
    expect(await status('m5_claim/tiles')).toBe(404);
    expect(await status(`m5_control/tiles/Other/8/${ROW}/${COLUMN}`)).toBe(404);
    expect(await status(`m5_control/tiles/${GRID}/8/${ROW}/${COLUMN}?datetime=1999-01-01`)).toBe(404);
    expect(await status(`m5_control/tiles/${GRID}/8/${ROW}/${COLUMN}?colour=red`)).toBe(400);
  });

  it('answers 304 to the same ETag', async () => {
    const path = `/ogc/tiles/${GRID}/8/${ROW}/${COLUMN}?datetime=2020-01-28`;
    const { headers } = await raw(path);
    expect((await raw(path, { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
  });

  /** A tile of WorldCRS84Quad: columns and rows of 180 / 2^z degrees from the upper left corner of the earth. */
  const degrees = (z: number, row: number, column: number) => {
    const size = 180 / 2 ** z;
    const [west, north] = [-180 + column * size, 90 - row * size];
    return {
      size,
      box: [west, north - size, west + size, north] as [number, number, number, number],
      position: ({ x, y }: { x: number; y: number }) => [west + (x / 4096) * size, north - (y / 4096) * size] as const,
    };
  };

  it('/req/tilesets-list: each tileset is there in WorldCRS84Quad too, whose zoom 0 is two tiles', async () => {
    const schemes = await json<{ tileMatrixSets: { id: string; links: Items['links'] }[] }>('/ogc/tileMatrixSets');
    expect(schemes.tileMatrixSets.map(({ id }) => id)).toEqual(['WebMercatorQuad', 'WorldCRS84Quad']);
    const scheme = await json<{ crs: string; tileMatrices: Record<string, unknown>[] }>(
      linkTo(schemes.tileMatrixSets[1]?.links ?? [], 'self'),
    );
    expect(scheme.crs).toBe('http://www.opengis.net/def/crs/OGC/1.3/CRS84');
    // OGC 17-083r4, annex D.2.
    expect(scheme.tileMatrices[0]).toMatchObject({
      ...{ id: '0', scaleDenominator: 279541132.0143589, cellSize: 0.703125, pointOfOrigin: [-180, 90] },
      ...{ tileWidth: 256, tileHeight: 256, matrixWidth: 2, matrixHeight: 1 },
    });
    for (const path of ['/ogc/tiles', '/ogc/collections/m5_control/tiles']) {
      const { tilesets } = await json<{ tilesets: (Tileset & { tileMatrixSetId: string })[] }>(path);
      const found = tilesets.find(({ tileMatrixSetId }) => tileMatrixSetId === 'WorldCRS84Quad');
      const own = await json<Tileset>(linkTo(found?.links ?? [], 'self'));
      expect(own.tileMatrixSetLimits).toEqual(found?.tileMatrixSetLimits);
      expect(own.tileMatrixSetLimits.at(-1)?.tileMatrix).toBe(scheme.tileMatrices.at(-1)?.id);
      expect(own.links.find(({ rel }) => rel === 'item')?.href).toContain('/tiles/WorldCRS84Quad/{tileMatrix}/');
    }
  });

  it('a tile of WorldCRS84Quad shows the ground and the points of the items, by degrees', async () => {
    const { tileMatrixSetLimits } = await json<Tileset>('/ogc/collections/m5_control/tiles/WorldCRS84Quad');
    const limits = tileMatrixSetLimits.find(({ tileMatrix }) => tileMatrix === '7');
    if (!limits) throw new Error('no limits of zoom 7');
    const items = await json<{ features: { geometry: Polygon | MultiPolygon }[] }>(
      '/ogc/collections/m5_control/items?limit=10000&datetime=2020-01-28',
    );
    let tiles = 0;
    let points = 0;
    for (let row = limits.minTileRow; row <= limits.maxTileRow; row++) {
      for (let column = limits.minTileCol; column <= limits.maxTileCol; column++) {
        const { box, size, position } = degrees(7, row, column);
        const { status, body } = await raw(
          `/ogc/tiles/WorldCRS84Quad/7/${row}/${column}?datetime=2020-01-28&collections=m5_control,m5_place`,
        );
        const within = items.features
          .map(({ geometry }) => turf.bboxClip(geometry, box).geometry)
          .reduce((sum, { type, coordinates }) => {
            const polygons = type === 'Polygon' ? [coordinates] : coordinates;
            return sum + planar(polygons as number[][][][]);
          }, 0);
        if (status === 204) {
          expect(within).toBe(0);
          continue;
        }
        tiles++;
        const { m5_control: control, m5_place: place } = new VectorTile(new PbfReader(body)).layers;
        let drawn = 0;
        for (let i = 0; i < (control?.length ?? 0); i++) {
          const rings = control?.feature(i).loadGeometry() ?? [];
          const shape = rings.map((ring) => ring.map((point) => position(point) as unknown as number[]));
          drawn += Math.abs(shape.reduce((sum, ring) => sum + signed(clipped(ring, box)), 0));
        }
        // Half a pixel is what simplifying may move: of a tile of 256 pixels, along the lines in it.
        expect(Math.abs(drawn - within) / size ** 2, `${row}/${column}`).toBeLessThan(0.003);
        for (let i = 0; i < (place?.length ?? 0); i++) {
          const feature = place?.feature(i);
          const [point] = feature?.loadGeometry().flat() ?? [];
          const name = String(feature?.properties.name);
          const found = await json<Items>(
            `/ogc/collections/m5_place/items?datetime=2020-01-28&limit=1000&name=${encodeURIComponent(name)}`,
          );
          const [lon, lat] = position(point ?? { x: NaN, y: NaN });
          const near = found.features.some(({ geometry }) => {
            const [x = NaN, y = NaN] = (geometry?.coordinates ?? []) as number[];
            return x - lon >= 0 && x - lon <= size / 4096 && lat - y >= 0 && lat - y <= size / 4096;
          });
          expect(near, name).toBe(true);
          points++;
        }
      }
    }
    expect(tiles).toBeGreaterThan(1);
    expect(points).toBeGreaterThan(20);
  });

  it('/req/core/tc-error: the grid of WorldCRS84Quad is twice as wide as high', async () => {
    const status = async (place: string) =>
      (await raw(`/ogc/collections/m5_control/tiles/WorldCRS84Quad/${place}`)).status;
    expect(await status('0/0/1')).toBe(200);
    expect(await status('0/0/0')).toBe(204);
    for (const place of ['0/1/0', '0/0/2', '7/128/0', '14/0/0']) expect(await status(place), place).toBe(400);
    expect(await status('7/127/255')).toBe(204);
    const { body, headers } = await raw('/ogc/at/2020-01-28/tiles/WorldCRS84Quad/13/0/0');
    expect([body.length, headers['ogcapi-datetime']]).toEqual([0, '2020-01-28']);
  });

  it('/req/oas30: operationIds end as the standard says, with a path for each collection that has tiles', async () => {
    const { paths } = await json<{ paths: Record<string, { get: { operationId: string } }> }>('/ogc/api?f=json');
    const ids = Object.values(paths).map(({ get: { operationId } }) =>
      operationId.replace(/^control\./, 'm5_control.'),
    );
    for (const of of ['dataset', 'collection']) {
      for (const what of ['getTile', 'getTileSet', 'getTileSetsList'])
        expect(
          ids.some((id) => id.endsWith(`.${of}.vector.${what}`)),
          `${of} ${what}`,
        ).toBe(true);
    }
    expect(ids).toContain('m5_control.collection.vector.getTile');
    expect(ids).not.toContain('m5_claim.collection.vector.getTile');
  });
});

/** A ring as far as it is in the box: along the sides where it is not. */
const clipped = (ring: number[][], box: [number, number, number, number]): number[][] =>
  turf.bboxClip(turf.polygon([ring]), box).geometry.coordinates.flat(1) as number[][];

/** Area of polygons in square degrees, holes taken off. */
const planar = (polygons: number[][][][]): number =>
  polygons.reduce(
    (sum, [outer = [], ...holes]) =>
      sum + Math.abs(signed(outer)) - holes.reduce((area, hole) => area + Math.abs(signed(hole)), 0),
    0,
  );

function signed(ring: number[][]): number {
  return ring.reduce((sum, [x = 0, y = 0], i) => {
    const [nx = 0, ny = 0] = ring[(i + 1) % ring.length] ?? [];
    return sum + (x * ny - nx * y) / 2;
  }, 0);
}
