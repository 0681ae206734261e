import { VectorTile } from '@mapbox/vector-tile';
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

  it('/req/oas30: operationIds end as the standard says, with a path for each collection that has tiles', async () => {
    const { paths } = await json<{ paths: Record<string, { get: { operationId: string } }> }>('/ogc/api?f=json');
    const ids = Object.values(paths).map(({ get: { operationId } }) => operationId);
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
